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
        let configuration = withoutTraces(configuration)
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
            let report = try await withRedis(parts.redis) {
                var report = WarmingReport()
                // Nobody else writes; so no more are asked for at once than may wait for the store.
                let limit = configuration.cache.writeQueueLength
                for start in stride(from: 0, to: queries.count, by: limit) {
                    report.add(await parts.warmer.warm(Array(queries[start..<min(start + limit, queries.count)])))
                    await parts.writer.writeAll()
                }
                return report
            }
            await parts.flusher.flush()
            await parts.curl.shutdown()
            await parts.database?.database.client.shutdown()
            return report
        }
    }

    /// Nobody is there who would send them.
    private static func withoutTraces(_ configuration: HearthConfiguration) -> HearthConfiguration {
        var configuration = configuration
        configuration.tracing.endpoint = nil
        return configuration
    }

    private static let redisPatience = Duration.seconds(5)

    /// Runs the body with connections to Redis, where answers are kept there.
    ///
    /// - Throws: ``StartupError`` where Redis does not answer: what is paid for now could not be kept.
    private static func withRedis<Value: Sendable>(
        _ client: RedisClient?, _ body: @escaping @Sendable () async -> Value
    ) async throws -> Value {
        guard let client else { return await body() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            guard await client.waitUntilConnected(atMost: redisPatience) else {
                let cause = client.lastError?.cause ?? "no answer within \(redisPatience.components.seconds) s"
                throw StartupError.serversUnreachable([.init(name: "Redis", address: "\(client.target)", cause: cause)])
            }
            return await body()
        }
    }
}
