import HearthCache
import HearthDrivers
import HearthTelemetry
import Logging
import ServiceLifecycle

/// What replicas share the cache through, where a Redis is configured.
struct SharedCache: Sendable {
    let client: RedisClient
    let store: RedisAnswerStore
    let flights: RedisFlights
    let turn: RedisJobTurn
    let options: RedisConnectionOptions

    /// - Parameters:
    ///   - log: the authority over invalidations where replicas share a database; else Redis itself.
    ///   - logger: told of what Redis refuses.
    init?(
        _ configuration: HearthConfiguration, instruments: StoreInstruments, registry: MetricRegistry, timeSource: any TimeSource,
        log: (any InvalidationLog)?, logger: Logger
    ) throws(StoreProbeError) {
        guard let url = configuration.redis.url?.reveal() else { return nil }
        var connection = RedisConnectionOptions(time: timeSource)
        connection.trustedCertificates = configuration.redis.certificateAuthority
        options = connection
        var pool = RedisPoolOptions(connection: connection)
        pool.minimumConnections = min(configuration.redis.poolMinimum, configuration.redis.poolMaximum)
        pool.maximumConnections = configuration.redis.poolMaximum
        pool.breaker = CircuitBreaker.Policy(
            failuresToOpen: configuration.redis.breakerFailures, openTime: configuration.redis.breakerOpenTime)
        let client = RedisClient(
            target: try RedisTarget(url: url), options: pool,
            observer: RedisMetrics(
                instruments: instruments, certificates: CertificateInstruments(registry: registry), timeSource: timeSource, logger: logger))
        self.client = client
        let namespace = configuration.cache.namespace
        store = RedisAnswerStore(
            client: client, namespace: namespace, log: log ?? RedisInvalidationLog(client: client, namespace: namespace),
            lookupDeadline: configuration.cache.lookupDeadline)
        flights = RedisFlights(client: client, store: store)
        turn = RedisJobTurn(client: client, namespace: namespace, lease: configuration.database.jobLease, timeSource: timeSource)
        instruments.connectionsLimit.set(Double(pool.maximumConnections))
        registry.addCollector("redis connections") {
            let (open, pending) = (client.connectionCount, client.pendingCount)
            instruments.connections(.active).set(Double(min(open, pending)))
            instruments.connections(.idle).set(Double(max(0, open - pending)))
            instruments.pendingRequests.set(Double(pending))
        }
    }

    /// Gives memory that the server freed back to its system; where that is forbidden or unknown, the log says so.
    func compact(_ logger: Logger) async {
        do throws(RedisError) {
            for case .error(let error) in try await client.broadcast(RedisCommand("MEMORY", "PURGE"), within: .seconds(10)) {
                logger.notice(
                    "Redis does not compact its memory on request; set activedefrag in its configuration instead",
                    metadata: ["error": "\(error)"])
            }
        } catch {
            logger.notice("Redis could not be asked to compact its memory", metadata: ["error": "\(error)"])
        }
    }
}

/// Runs the connections to Redis.
struct RedisService: Service {
    let client: RedisClient

    func run() async throws {
        await cancelWhenGracefulShutdown { await client.run() }
    }
}
