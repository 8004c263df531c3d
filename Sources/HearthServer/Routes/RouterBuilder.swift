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
    let maintenance: MaintenanceRoutes
    let jobs: JobRoutes
    let operations: OperationsRoutes
    let pages: PageRoutes
    let gateway: GatewayRoutes
    let access: CallerAccess
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
            middleware: RequestTelemetryMiddleware(
                instruments: instruments, tracer: tracer, timeSource: timeSource, logger: logger))
        operations.addHealth(to: router)
        let protected = router.group().add(middleware: AccessMiddleware(access: access, instruments: instruments))
        let api = protected.group("api/v1")
        if surface != .administration {
            cache.add(to: api)
            intents.add(to: api)
            whatsApp.add(to: router)
            entries.add(to: api)
            gateway.add(to: protected)
        }
        let offLoop = OffLoopMiddleware()
        if surface != .questions {
            operations.addMetrics(to: router)
            let slow = api.group().add(middleware: offLoop)
            statistics.add(to: slow)
            entries.addAdministration(to: slow)
            maintenance.add(to: slow)
            jobs.add(to: slow)
            inbox.add(to: slow)
            pages.addAdministration(to: protected.group().add(middleware: offLoop))
        }
        pages.addReference(to: router.group().add(middleware: offLoop))
        return router
    }

    /// Every route, for the metrics' labels; ``router(for:)`` adds no other.
    static let routes: [HTTPInstruments.Route] = [
        .init(.post, "/api/v1/cache/query"), .init(.get, "/api/v1/cache/health"), .init(.get, "/api/v1/cache/statistics"),
        .init(.get, "/api/v1/cache/top-queries"),
        .init(.post, "/api/v1/cache/lookup"), .init(.post, "/api/v1/cache/explain"), .init(.post, "/api/v1/cache/feedback"),
        .init(.put, "/api/v1/cache/entries"), .init(.get, "/api/v1/cache/entries/{cacheKey}"),
        .init(.delete, "/api/v1/cache/entries/{cacheKey}"), .init(.get, "/api/v1/cache/invalidations"),
        .init(.delete, "/api/v1/cache/invalidate"), .init(.post, "/api/v1/cache/warm"), .init(.post, "/api/v1/cache/maintenance"),
        .init(.get, "/api/v1/jobs"), .init(.get, "/api/v1/jobs/{name}"), .init(.get, "/api/v1/jobs/{name}/runs"),
        .init(.get, "/api/v1/jobs/upcoming"), .init(.get, "/api/v1/jobs/timeline"), .init(.get, "/api/v1/jobs/explain"),
        .init(.get, "/api/v1/jobs/runs/{id}"), .init(.post, "/api/v1/jobs/runs/{id}/cancel"), .init(.post, "/api/v1/jobs/{name}/run"),
        .init(.post, "/api/v1/jobs/{name}/pause"), .init(.post, "/api/v1/jobs/{name}/resume"), .init(.get, "/metrics"),
        .init(.get, "/healthz"), .init(.get, "/readyz"), .init(.get, "/openapi.yaml"), .init(.get, "/docs"), .init(.get, "/"),
        .init(.get, "/admin/cache-analytics"), .init(.post, "/v1/chat/completions"), .init(.post, "/v1/embeddings"),
        .init(.get, "/v1/models"), .init(.post, "/api/v1/ai/intent"), .init(.get, "/webhooks/whatsapp"),
        .init(.post, "/webhooks/whatsapp"), .init(.get, "/api/v1/inbox"), .init(.post, "/api/v1/inbox/retry"),
        .init(.get, "/v1/models/{id}"),
    ]
}
