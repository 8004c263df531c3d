import HearthDrivers
import HearthTelemetry
import Logging
import ServiceLifecycle

/// Compares this machine's clock with that of Redis, for whoever looks after clocks.
///
/// Nothing here goes by the server's clock: a kept answer carries its own end, and Redis only forgets what is two days past it.
struct RedisClock: Service {
    private static let interval = Duration.seconds(30)
    /// Until there is a first comparison.
    private static let firstInterval = Duration.seconds(1)
    private static let deadline = Duration.seconds(1)

    private let client: RedisClient
    private let gauge: Gauge
    private let logger: Logger

    init(client: RedisClient, registry: MetricRegistry, logger: Logger) {
        self.client = client
        gauge = registry.gauge(MetricCatalogue.schedulerClockSkew, labels: ["redis"])
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known: Duration?
            while !Task.isCancelled {
                if let skew = try? await client.clockSkew(within: Self.deadline) {
                    gauge.set(skew.fractionalSeconds)
                    let wasNotable = known.map { $0.magnitude > SharedDatabase.notableSkew } ?? false
                    if skew.magnitude > SharedDatabase.notableSkew, !wasNotable {
                        logger.warning("the clock differs from that of Redis", metadata: ["skew_ms": "\(skew.wholeMilliseconds)"])
                    }
                    known = skew
                }
                try? await Task.sleep(for: known == nil ? Self.firstInterval : Self.interval)
            }
        }
    }
}
