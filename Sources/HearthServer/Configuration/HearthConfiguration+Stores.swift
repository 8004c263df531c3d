package import HearthDrivers

extension HearthConfiguration {
    /// The shared cache, where one is configured.
    package struct Redis: Sendable {
        /// `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS; nil: the embedded store.
        package var url: Secret?
        package var poolMinimum: Int
        package var poolMaximum: Int

        init(reading reader: inout SettingReader) {
            url = reader.value(StoreSettings.redisURL)
            poolMinimum = reader.value(StoreSettings.redisPoolMinimum)
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
    static let redisURL = Setting<Secret?>.secretURL(
        SettingPlace("redis.url", variable: "REDIS_URL"), schemes: ["redis", "rediss"], example: "redis://user:password@host:6379/0",
        "Redis that replicas share the cache through; unset: memory and SQLite")
    static let redisPoolMinimum = Setting<Int>.integer(
        SettingPlace("redis.poolMin", variable: "REDIS_POOL_MIN"), 10, in: 1...1000, "Redis connections kept open")
    static let redisPoolMaximum = Setting<Int>.integer(
        SettingPlace("redis.poolMax", variable: "REDIS_POOL_MAX"), 50, in: 1...1000, "Redis connections at most")
    static let databaseURL = Setting<Secret?>.secretURL(
        SettingPlace("database.url", variable: "DATABASE_URL"), schemes: ["postgres", "postgresql"],
        example: "postgres://user:password@host:5432/name?sslmode=require",
        "PostgreSQL that replicas share statistics and runs through; unset: SQLite")

    static let databasePoolMaximum = Setting<Int>.integer(
        SettingPlace("database.poolMax", variable: "DATABASE_POOL_MAX"), 10, in: 1...1000, "PostgreSQL connections at most")
    static let jobLease = Setting<Duration>.duration(
        SettingPlace("database.jobLease", variable: "DATABASE_JOB_LEASE"), .seconds(30), in: .seconds(3)...(.seconds(600)),
        "how long a replica that has died keeps a job from the others")

    static let all = [
        redisURL.description, redisPoolMinimum.description, redisPoolMaximum.description, databaseURL.description,
        databasePoolMaximum.description, jobLease.description,
    ]
}
