import HTTPTypes
import HearthTelemetry
import Hummingbird
import Logging

/// Puts all routes together.
///
/// With an administration port, metrics, jobs and everything that changes what is kept are served there only; the public port
/// answers 404 for them as for anything unknown.
struct RouterBuilder: Sendable {
    let cache: CacheRoutes
    let intents: IntentRoutes
    let whatsApp: WhatsAppRoutes
    let inbox: InboxRoutes
    let statistics: StatisticsRoutes
    let entries: EntryRoutes
    let customers: CustomerRoutes
    let maintenance: MaintenanceRoutes
    let jobs: JobRoutes
    let audit: AuditRoutes
    let observation: ObservationRoutes
    let operations: OperationsRoutes
    let references: ReferenceRoutes
    let pages: PageServices
    let sessions: BrowserSessions
    let hosts: HostNames
    let gateway: GatewayRoutes
    let access: CallerAccess
    let accessInstruments: AccessInstruments
    let decisions: RouteDecisions
    let isBehindProxy: Bool
    let tenants: TenantRules
    let limiter: RequestLimiter
    let overload: OverloadGuard
    let instruments: HTTPInstruments
    let tracer: HearthTracer?
    let timeSource: any TimeSource
    let logger: Logger

    enum Surface: Sendable {
        /// One listener serves everything.
        case everything
        case questions
        case administration
    }

    func router(for surface: Surface) -> Router<HearthRequestContext> {
        let router = Router(context: HearthRequestContext.self)
        router.add(
            middleware: AuditMiddleware(
                trail: audit.trail, decisions: decisions, tenants: tenants, isBehindProxy: isBehindProxy,
                minorActs: RequestLimiter(
                    .init(standard: AuditMiddleware.minorActs), instruments: limiter.instruments, timeSource: timeSource)))
        router.add(
            middleware: RequestTelemetryMiddleware(
                instruments: instruments, tracer: tracer,
                faults: surface == .questions ? nil : PageFaults(frames: pages.frames, listener: pages.configuration.listener),
                timeSource: timeSource, logger: logger))
        // Before every route: each is refused unless its decision lets the caller in.
        router.add(
            middleware: AccessMiddleware(
                access: access, decisions: decisions, instruments: instruments, accessInstruments: accessInstruments,
                isBehindProxy: isBehindProxy, sessions: sessions, hosts: hosts))
        // Before a rate is taken from: what is refused for lack of time does not count.
        router.add(middleware: OverloadMiddleware(overload: overload))
        router.add(middleware: RequestLimitMiddleware(limiter: limiter, instruments: instruments))
        operations.addHealth(to: router)
        let api = router.group("api/v1")
        if surface != .administration {
            cache.add(to: api)
            intents.add(to: api)
            whatsApp.add(to: router)
            entries.add(to: api)
            gateway.add(to: router.group())
        }
        let offLoop = OffLoopMiddleware()
        if surface != .questions {
            operations.addMetrics(to: router)
            let operators = OperatorMiddleware(tenants: tenants)
            let slow = api.group().add(middleware: offLoop)
            statistics.add(to: slow)
            entries.addAdministration(to: slow)
            maintenance.add(to: slow)
            customers.add(to: slow)
            audit.add(to: slow)
            let operation = slow.group().add(middleware: operators)
            jobs.add(to: operation)
            inbox.add(to: operation)
            observation.add(to: operation)
            let open = router.group().add(middleware: offLoop)
            let views = PageViews(services: pages)
            let forms = PageForms(views: views)
            forms.addSessions(to: open)
            let seen = open.group().add(middleware: operators)
            views.add(to: seen)
            forms.add(to: seen)
        }
        references.add(to: router.group().add(middleware: offLoop))
        return router
    }

    /// The pages with the decision who may see them, beside the first of them, which programs know, too.
    static let pages: [ServedRoute] =
        PageViews.templates.dropFirst().map { .init(.get, "/" + PageViews.base + $0, .needs(.stats)) } + [
            .init(.get, "/admin/cache-analytics/sign-in", .open), .init(.post, "/admin/cache-analytics/sign-in", .open),
            .init(.post, "/admin/cache-analytics/sign-out", .open), .init(.post, "/admin/cache-analytics", .needs(.query)),
            .init(.post, "/admin/cache-analytics/ask", .needs(.query)),
            .init(.post, "/admin/cache-analytics/questions", .needs(.stats)),
            .init(.get, "/admin/cache-analytics/confirm", .needs(.stats)), .init(.get, "/admin/cache-analytics/result", .needs(.stats)),
            .init(.post, "/admin/cache-analytics/actions/{action}", .needs(.admin)),
        ]

    /// Every route with the decision who may use it, which ``AccessMiddleware`` enforces and the OpenAPI document states, and with what
    /// ``AuditMiddleware`` puts on record;
    /// ``router(for:)`` adds no other but the pages' assets and what is passed on below `/v1`.
    static let routes: [ServedRoute] = [
        .init(.post, "/api/v1/cache/query", .needs(.query)), .init(.post, "/api/v1/cache/lookup", .needs(.query)),
        .init(.post, "/api/v1/cache/explain", .needs(.query)), .init(.post, "/api/v1/cache/feedback", .needs(.query), does: .judgeEntry),
        .init(.post, "/api/v1/ai/intent", .needs(.query)),

        .init(.put, "/api/v1/cache/entries", .needs(.write), does: .writeEntries),
        .init(.post, "/api/v1/cache/warm", .needs(.write), does: .warmCache),

        .init(.get, "/api/v1/cache/entries/{cacheKey}", .needs(.stats)), .init(.get, "/api/v1/cache/health", .needs(.stats)),
        .init(.get, "/api/v1/cache/statistics", .needs(.stats)), .init(.get, "/api/v1/cache/top-queries", .needs(.stats)),
        .init(.get, "/api/v1/jobs", .needs(.stats)), .init(.get, "/api/v1/jobs/{name}", .needs(.stats)),
        .init(.get, "/api/v1/jobs/{name}/runs", .needs(.stats)), .init(.get, "/api/v1/jobs/upcoming", .needs(.stats)),
        .init(.get, "/api/v1/jobs/timeline", .needs(.stats)), .init(.get, "/api/v1/jobs/explain", .needs(.stats)),
        .init(.get, "/api/v1/jobs/runs/{id}", .needs(.stats)), .init(.get, "/api/v1/inbox", .needs(.stats)),
        .init(.get, "/api/v1/conditions", .needs(.stats)), .init(.get, "/api/v1/alerts", .needs(.stats)),
        .init(.get, "/api/v1/events", .needs(.stats)),
        .init(.get, "/", .needs(.stats)), .init(.get, "/admin/cache-analytics", .needs(.stats)),

        .init(.delete, "/api/v1/cache/entries/{cacheKey}", .needs(.admin), does: .removeEntry),
        .init(.delete, "/api/v1/cache/invalidate", .needs(.admin), does: .invalidate),
        .init(.get, "/api/v1/cache/invalidations", .needs(.admin)), .init(.get, "/api/v1/audit", .needs(.admin)),
        .init(.post, "/api/v1/cache/maintenance", .needs(.admin), does: .maintain),
        .init(.post, "/api/v1/jobs/runs/{id}/cancel", .needs(.admin), does: .cancelRun),
        .init(.post, "/api/v1/jobs/{name}/run", .needs(.admin), does: .runJob),
        .init(.post, "/api/v1/jobs/{name}/pause", .needs(.admin), does: .pauseJob),
        .init(.post, "/api/v1/jobs/{name}/resume", .needs(.admin), does: .resumeJob),
        .init(.post, "/api/v1/inbox/retry", .needs(.admin), does: .retryMessage),
        .init(.delete, "/api/v1/customers/{customerId}", .needs(.admin), does: .eraseCustomer),

        .init(.post, "/v1/chat/completions", .needs(.query)), .init(.post, "/v1/embeddings", .needs(.query)),
        .init(.get, "/v1/models", .needs(.query)), .init(.get, "/v1/models/{id}", .needs(.query)),

        .init(.get, "/metrics", .needs(.metrics)),

        .init(.get, "/webhooks/whatsapp", .signed), .init(.post, "/webhooks/whatsapp", .signed),

        .init(.get, "/healthz", .open), .init(.get, "/readyz", .open), .init(.get, "/openapi.yaml", .open), .init(.get, "/docs", .open),
        .init(.get, "/favicon.ico", .open), .init(.get, "/robots.txt", .open),
    ]
}
