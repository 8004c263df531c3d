import HearthCache
import HearthDrivers
import HearthStatistics
import HearthTelemetry
import Logging

extension HearthService {
    /// Warms the store directly, without a running service: the same questions, gate and store as the `warm-cache` job.
    ///
    /// - Parameter listPath: the file with the questions; the configured one when nil.
    /// - Throws: ``StartupError`` where the data folder is in use or cannot be written, ``WarmingList/FileError`` for a faulty list.
    package static func warmOffline(configuration: HearthConfiguration, listPath: String?) async throws -> WarmingReport {
        let timeSource = SystemTimeSource()
        let registry = MetricRegistry(timeSource: timeSource)
        let logs = LogSetup(
            level: max(configuration.log.level, .warning), format: configuration.log.resolvedFormat,
            instruments: LogInstruments(registry: registry), timeSource: timeSource)
        defer { logs.sink.flush(within: .seconds(2)) }
        let queries = try WarmingList.load(
            path: listPath ?? configuration.commonQueriesPath, maximumCharacters: configuration.listener.limits.queryCharacters)
        let lock = try DataFolderLock.take(folder: configuration.dataDirectory, startedAt: timeSource.now())
        defer { lock.release() }
        return try await withProvider(configuration, logger: logs.logger("hearth.simulator")) { baseURL in
            let parts = try await Composition.build(
                Composition.Foundation(
                    configuration: configuration, registry: registry, logs: logs, timeSource: timeSource, providerBaseURL: baseURL),
                unreachable: [])
            let report = await parts.warmer.warm(queries)
            await parts.writer.writeAll()
            await parts.flusher.flush()
            await parts.curl.shutdown()
            await parts.database?.database.client.shutdown()
            return report
        }
    }
}
