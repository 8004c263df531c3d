package import HearthDrivers

extension HearthConfiguration {
    /// The shared cache, where one is configured.
    package struct Redis: Sendable {
        /// As ``RedisTarget`` reads it; nil: the embedded store.
        package var url: Secret?
        package var poolMinimum: Int
        package var poolMaximum: Int
        /// A file with the certificate authority of the server, where the system does not know it.
        package var certificateAuthority: String?
        /// Failures in a row after which Redis is left alone for ``breakerOpenTime``.
        package var breakerFailures: Int
        package var breakerOpenTime: Duration

        init(reading reader: inout SettingReader) {
            url = reader.value(StoreSettings.redisURL)
            poolMinimum = reader.value(StoreSettings.redisPoolMinimum)
            certificateAuthority = reader.value(StoreSettings.redisCertificateAuthority)
            breakerFailures = reader.value(StoreSettings.redisBreakerFailures)
            breakerOpenTime = reader.value(StoreSettings.redisBreakerOpenTime)
            poolMaximum = reader.value(StoreSettings.redisPoolMaximum)
        }
    }

    /// The shared database for statistics and runs, where one is configured.
    package struct Database: Sendable {
        /// `postgres://user:password@host:port/name?sslmode=…`; nil: SQLite in the data folder.
        package var url: Secret?
        package var poolMaximum: Int
        /// How long a replica's claim of a job lives without renewal.
        package var jobLease: Duration

        init(reading reader: inout SettingReader) {
            url = reader.value(StoreSettings.databaseURL)
            poolMaximum = reader.value(StoreSettings.databasePoolMaximum)
            jobLease = reader.value(StoreSettings.jobLease)
        }
    }
}

enum StoreSettings {
    static let redisURL = Setting<Secret?>(
        SettingPlace("redis.url", variable: "REDIS_URL"), default: nil,
        allowed:
            "an address such as redis://user:password@host:6379/0, redis+cluster://host:port,host:port or redis+sentinel://host:port/NAME/0",
        isSecret: true, show: { ServiceURL($0)?.masked ?? (try? RedisTarget(url: $0))?.description ?? SettingText.mask },
        meaning: "Redis that replicas share the cache through; unset: memory and SQLite",
        read: { text in (try? RedisTarget(url: text)) == nil ? nil : .some(Secret(text)) }, write: { _ in nil })
    static let redisCertificateAuthority = Setting<String?>.optionalText(
        SettingPlace("redis.certificateAuthority", variable: "REDIS_CA_FILE"), allowed: "a file",
        "Certificate authority of Redis, where the system does not know it")
    static let redisPoolMinimum = Setting<Int>.integer(
        SettingPlace("redis.poolMin", variable: "REDIS_POOL_MIN"), 10, in: 1...1000, "Redis connections kept open")
    static let redisPoolMaximum = Setting<Int>.integer(
        SettingPlace("redis.poolMax", variable: "REDIS_POOL_MAX"), 50, in: 1...1000, "Redis connections at most")
    static let redisBreakerFailures = Setting<Int>.integer(
        "redis.breakerFailures", 5, in: 1...1000, "Failures in a row after which Redis is left alone for a while")
    static let redisBreakerOpenTime = Setting<Duration>.duration(
        "redis.breakerOpenTime", .seconds(60), in: .milliseconds(100) ... .seconds(3600),
        "How long Redis is left alone, less or more by a fifth, before it is tried again")
    static let databaseURL = Setting<Secret?>.secretURL(
        SettingPlace("database.url", variable: "DATABASE_URL"), schemes: ["postgres", "postgresql"],
        example: "postgres://user:password@host:5432/name?sslmode=require",
        "PostgreSQL that replicas share statistics and runs through; unset: SQLite")

    static let databasePoolMaximum = Setting<Int>.integer(
        SettingPlace("database.poolMax", variable: "DATABASE_POOL_MAX"), 10, in: 1...1000, "PostgreSQL connections at most")
    static let jobLease = Setting<Duration>.duration(
        SettingPlace("database.jobLease", variable: "DATABASE_JOB_LEASE"), .seconds(30), in: .seconds(3)...(.seconds(600)),
        "How long a replica that has died keeps a job from the others")

    static let all = [
        redisURL.description, redisPoolMinimum.description, redisPoolMaximum.description, redisCertificateAuthority.description,
        redisBreakerFailures.description, redisBreakerOpenTime.description, databaseURL.description,
        databasePoolMaximum.description, jobLease.description,
    ]
}
