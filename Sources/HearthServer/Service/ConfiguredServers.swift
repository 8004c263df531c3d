import HearthDrivers

/// The shared engines that the configuration names.
///
/// Before anything else is made they are asked whether they answer.
struct ConfiguredServers: Sendable {
    private let redis: String?
    /// A file, where the system does not know the authority of Redis.
    private let redisCertificateAuthority: String?
    private let postgres: String?

    init(_ configuration: HearthConfiguration) {
        redis = configuration.redis.url?.reveal()
        redisCertificateAuthority = configuration.redis.certificateAuthority
        postgres = configuration.database.url?.reveal()
    }

    var hasRedis: Bool { redis != nil }

    /// Those that do not answer, with the reason.
    func unreachable() async -> [StartupError.UnreachableServer] {
        async let redis = Self.probeRedis(redis, trusting: redisCertificateAuthority)
        async let postgres = Self.probePostgres(postgres)
        return await [redis, postgres].compactMap(\.self)
    }

    private static func probeRedis(_ url: String?, trusting authority: String?) async -> StartupError.UnreachableServer? {
        guard let url else { return nil }
        do throws(StoreProbeError) {
            var options = RedisPoolOptions()
            options.minimumConnections = 1
            options.connection.trustedCertificates = authority
            let client = RedisClient(target: try RedisTarget(url: url), options: options)
            return await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                let isConnected = await client.waitUntilConnected(atMost: redisPatience)
                group.cancelAll()
                let cause = client.lastError?.cause ?? "no answer within \(redisPatience.components.seconds) s"
                return isConnected ? nil : .init(name: "Redis", address: "\(client.target)", cause: cause)
            }
        } catch {
            return .init(name: "Redis", address: error.address, cause: error.cause)
        }
    }

    private static let redisPatience = Duration.seconds(2)

    private static func probePostgres(_ url: String?) async -> StartupError.UnreachableServer? {
        guard let url else { return nil }
        do throws(StoreProbeError) {
            _ = try await PostgresProbe(address: try PostgresAddress(url: url)).check()
            return nil
        } catch {
            return .init(name: "PostgreSQL", address: error.address, cause: error.cause)
        }
    }
}
