import HearthDrivers
import HearthTelemetry
import Logging
import NIOCore
import ServiceLifecycle
import Tracing

/// The service from its start to its end.
package enum HearthService {
    package typealias Announce = @Sendable (ServiceAnnouncement) -> Void

    /// Runs until a signal ends it or a part of it fails.
    ///
    /// - Parameters:
    ///   - reload: reads the configuration again, for SIGHUP.
    ///   - program: how this program was started, for the command that the ready report suggests.
    ///   - announce: told when the service is ready, when it drains and when it has stopped.
    /// - Throws: ``StartupError`` for a start that cannot succeed.
    package static func run(
        _ loaded: LoadedConfiguration, reload: @escaping @Sendable () throws(ConfigurationError) -> LoadedConfiguration, program: String,
        announce: @escaping Announce
    ) async throws {
        let configuration = loaded.configuration
        let timeSource = SystemTimeSource()
        let startedAt = timeSource.now()
        let begun = timeSource.uptime()
        LogSetup.ignoreBrokenPipes()
        LogSetup.ignoreFileSizeLimit()
        FileDescriptors.raiseLimit()
        let registry = MetricRegistry(timeSource: timeSource, keepsNativeHistograms: configuration.metrics.protobuf == .native)
        let logs = LogSetup(
            level: configuration.log.level, format: configuration.log.resolvedFormat, instruments: LogInstruments(registry: registry),
            timeSource: timeSource)
        logs.bootstrapLibraries()
        defer { logs.sink.flush(within: .seconds(2)) }
        let logger = logs.logger("hearth")

        let start = StartProgress()
        start.begin(.dataFolder)
        let lock = try StartupChecks.run(configuration, startedAt: startedAt)
        defer { lock.release() }
        start.begin(.servers)
        let unreachable = await ConfiguredServers(configuration).unreachable()
        if configuration.profile == .production, !unreachable.isEmpty { throw StartupError.serversUnreachable(unreachable) }
        for server in unreachable {
            logger.warning(
                "configured server does not answer; going on without it",
                metadata: ["server": "\(server.name)", "address": "\(server.address)", "error": "\(server.cause)"])
        }

        try await withProvider(configuration, logger: logs.logger("hearth.simulator")) { baseURL in
            let foundation = Composition.Foundation(
                configuration: configuration, registry: registry, logs: logs, timeSource: timeSource, providerBaseURL: baseURL,
                start: start)
            start.begin(.stores)
            let parts = try await Composition.build(foundation, unreachable: unreachable)
            if parts.access.hasNoCredentials {
                try StartupChecks.checkCredentials(configuration, isOpen: true)
                logger.warning("there are no credentials: everybody on this machine may do everything")
            }
            // Once per process, as swift-distributed-tracing demands: what libraries trace goes the same way.
            if let tracer = parts.traces?.tracer { InstrumentationSystem.bootstrap(tracer) }
            let reloader = JobReloader(
                loaded: loaded, read: reload, jobs: parts.jobs, scheduler: parts.scheduler, pings: parts.pings,
                instruments: ServiceInstruments(registry: registry), events: parts.audit.events, timeSource: timeSource,
                logger: logs.logger("hearth.config"))
            let life = ServiceLife(
                parts: parts, foundation: foundation, startedAt: startedAt, begun: begun, program: program, reloader: reloader,
                announce: announce)
            try await life.run()
        }
        logger.notice("stopped")
    }

    /// Runs the body with the provider's address; with the simulator's, which lives as long as the body, where that is wanted.
    static func withProvider<Value: Sendable>(
        _ configuration: HearthConfiguration, logger: Logger, _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        guard configuration.provider.isSimulated else { return try await body(configuration.provider.baseURL) }
        let simulator = ProviderSimulator(logger: logger)
        logger.warning("answers are SIMULATED: they are invented and cost nothing")
        let group = ServiceGroup(services: [simulator], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(try await body(try await simulator.baseURL()))
            } catch {
                outcome = .failure(error)
            }
            // The simulator ends when the body has ended, whichever way.
            await group.triggerGracefulShutdown()
            return try outcome.get()
        }
    }
}
