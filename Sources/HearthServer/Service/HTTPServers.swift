import HearthCache
import HearthTelemetry
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The listeners: one for everything, or two where administration has a port of its own.
struct HTTPServers: Sendable {
    let services: [any Service]
    private let instruments: HTTPInstruments

    init(parts: Parts, foundation: Composition.Foundation, listening: ListeningPort) async throws {
        let configuration = foundation.configuration
        let group = MultiThreadedEventLoopGroup.singleton
        let instruments = HTTPInstruments(
            registry: foundation.registry, routes: (RouterBuilder.routes + RouterBuilder.pages).map { .init($0.method, $0.template) })
        self.instruments = instruments
        instruments.connectionsLimit.set(configuration.listener.limits.connections)
        let access = parts.access.access
        let decisions = RouteDecisions(opensMetrics: configuration.credentials.opensMetrics)
        let listener = try await ListenerContext(
            limits: configuration.listener.limits, group: group, instruments: instruments, timeSource: foundation.timeSource)
        let lag = ServiceInstruments(registry: foundation.registry).eventLoopLag
        for loop in group.makeIterator() {
            let watch = parts.overload.watch()
            EventLoopLag.measure(on: loop, timeSource: foundation.timeSource) {
                lag.observe($0)
                watch($0)
            }
        }
        let census = listener.census
        foundation.registry.addCollector("connections") { instruments.connections.set(census.total) }
        let bodies = BodyTable(capacity: configuration.cache.rememberedBodies)
        foundation.registry.addCollector("request bodies") { parts.instruments.rememberedBodies.set(bodies.count) }
        let hits = MemoryHits(
            identifier: parts.identifier, cache: parts.cache, bodies: bodies, access: access,
            hosts: HostNames(configured: configuration.listener.hostNames), accessInstruments: parts.access.instruments,
            decisions: decisions, isBehindProxy: configuration.listener.isBehindProxy, tenants: parts.tenants,
            limiter: parts.limiter, reporter: parts.reporter, shadow: parts.shadow, tracer: parts.traces?.tracer,
            requestDuration: instruments.requestDuration(.post, instruments.template(MemoryHits.path), status: 200),
            timeSource: foundation.timeSource, maximumCharacters: configuration.listener.limits.queryCharacters)
        let builder = Self.routes(parts, foundation, access: access, decisions: decisions, instruments: instruments)
        let logger = foundation.logs.logger("hearth.http")
        let admin = configuration.listener.adminPort
        let certificates = parts.certificates
        let isEncrypted = certificates != nil
        // Without a port of its own administration is where questions are, and no client has to show a certificate.
        let questionsTransport = Transport(listener: listener, certificates: certificates, shown: { $0.questions })
        let administrationTransport = Transport(listener: listener, certificates: certificates, shown: { $0.administration })
        let questions = Self.application(
            builder.router(for: admin == nil ? .everything : .questions), host: configuration.listener.host,
            port: configuration.listener.port, group: group, logger: logger, transport: questionsTransport,
            handlers: {
                let gate = RequestGate(listener: listener, isEncrypted: isEncrypted)
                return [gate, MemoryHitHandler(hits: hits, gate: gate, listener: listener), ClientDeparture()]
            },
            onListening: { listening.announce($0) })
        guard let admin else {
            services = [questions]
            return
        }
        let administration = Self.application(
            builder.router(for: .administration), host: configuration.listener.host, port: admin, group: group, logger: logger,
            transport: administrationTransport, handlers: { [RequestGate(listener: listener, isEncrypted: isEncrypted)] },
            onListening: { _ in })
        services = [administration, questions]
    }

    /// Requests that the router has now.
    var activeRequests: Int { Self.activeRequests(instruments) }

    private static func activeRequests(_ instruments: HTTPInstruments) -> Int {
        Int(HTTPInstruments.Method.allCases.reduce(0) { $0 + instruments.activeRequests($1).value })
    }

    private static func application(
        _ router: Router<HearthRequestContext>, host: String, port: Int, group: any EventLoopGroup, logger: Logger,
        transport: Transport, handlers: @escaping @Sendable () -> [any RemovableChannelHandler],
        onListening: @escaping @Sendable (Int?) -> Void
    ) -> some ApplicationProtocol {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        return Application(
            router: router, server: transport.server(handlers: handlers),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 1024),
            onServerRunning: { channel in
                await AcceptPause.add(to: channel)
                onListening(channel.localAddress?.port)
            },
            eventLoopGroupProvider: .shared(group), logger: quiet)
    }

    private static func routes(
        _ parts: Parts, _ foundation: Composition.Foundation, access: CallerAccess, decisions: RouteDecisions,
        instruments: HTTPInstruments
    ) -> RouterBuilder {
        let limits = foundation.configuration.listener.limits
        let time = foundation.timeSource
        return RouterBuilder(
            cache: CacheRoutes(answerer: parts.answerer, health: parts.health, tenants: parts.tenants, timeSource: time, limits: limits),
            intents: IntentRoutes(answerer: parts.intents, tenants: parts.tenants, timeSource: time, limits: limits),
            whatsApp: WhatsAppRoutes(service: parts.inbox, timeSource: time),
            inbox: InboxRoutes(store: parts.inbox?.store, worker: parts.inbox?.worker, timeSource: time, limits: limits),
            statistics: StatisticsRoutes(query: parts.statistics, top: parts.topQueries, tenants: parts.tenants),
            entries: EntryRoutes(
                identifier: parts.identifier, cache: parts.cache, keeper: parts.keeper, reporter: parts.reporter,
                lookups: LookupSpan(tracer: parts.traces?.tracer), tenants: parts.tenants, timeSource: time, limits: limits),
            customers: CustomerRoutes(eraser: parts.eraser, tenants: parts.tenants),
            maintenance: MaintenanceRoutes(
                cache: parts.cache, warmer: parts.warmer, maintenance: parts.maintenance, tenants: parts.tenants, limits: limits),
            jobs: JobRoutes(scheduler: parts.scheduler, timeSource: time),
            audit: AuditRoutes(trail: parts.audit.trail, tenants: parts.tenants),
            observation: ObservationRoutes(
                conditions: parts.conditions, alertmanager: parts.alertmanager, trail: parts.audit.trail),
            operations: OperationsRoutes(
                registry: foundation.registry, health: parts.health, settings: foundation.configuration.metrics),
            references: ReferenceRoutes(configuration: foundation.configuration),
            pages: PageServices(parts: parts, foundation: foundation) { activeRequests(instruments) }, sessions: parts.access.sessions,
            hosts: HostNames(configured: foundation.configuration.listener.hostNames),
            gateway: GatewayRoutes(
                answerer: parts.gateway.chat, embeddings: parts.gateway.embeddings, models: parts.gateway.models,
                passThrough: parts.gateway.passThrough, settings: parts.gateway.settings, tenants: parts.tenants, timeSource: time),
            access: access, accessInstruments: parts.access.instruments, decisions: decisions,
            isBehindProxy: foundation.configuration.listener.isBehindProxy, tenants: parts.tenants, limiter: parts.limiter,
            overload: parts.overload, instruments: instruments,
            tracer: parts.traces?.tracer,
            timeSource: time,
            logger: foundation.logs.logger("hearth.http"))
    }
}
