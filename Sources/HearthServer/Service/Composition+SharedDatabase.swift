import GRDB
import HearthDrivers
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import Logging

extension Composition {
    /// Jobs whose effects are in what replicas share, so that one replica does them for all. The others are about what a replica has for
    /// itself: its memory, its file, its connections.
    static func sharedJobs(_ configuration: HearthConfiguration) -> Set<String> {
        let statistics: Set<String> = ["aggregate-statistics", "retain-statistics"]
        return configuration.redis.url == nil ? statistics : statistics.union(["prune-cache", "refresh-popular", "warm-cache"])
    }

    /// The configured PostgreSQL, with its tables up to date if it can be reached; nil where none is configured.
    ///
    /// - Throws: ``StartupError`` in production, where no replica starts with less than it was given.
    static func sharedDatabase(_ foundation: Foundation) async throws -> SharedDatabase? {
        let configuration = foundation.configuration
        guard let url = configuration.database.url?.reveal() else { return nil }
        let logger = foundation.logs.logger("hearth.postgres")
        let database: SharedDatabase
        do throws(StoreProbeError) {
            database = try SharedDatabase(
                url: url, poolMaximum: configuration.database.poolMaximum, registry: foundation.registry, time: foundation.timeSource,
                logger: logger)
        } catch {
            throw StartupError.serversUnreachable([.init(name: "PostgreSQL", address: error.address, cause: error.cause)])
        }
        if let problem = await database.prepare() {
            if configuration.profile == .production {
                throw StartupError.serversUnreachable([
                    .init(name: "PostgreSQL", address: "\(database.client.address)", cause: "\(problem)")
                ])
            }
            logger.warning(
                "statistics are kept in memory and shared jobs wait until the database can be used", metadata: ["error": "\(problem)"])
        }
        return database
    }

    /// The history that the scheduler uses, and the part of it that replicas share.
    static func runLedger(
        _ foundation: Foundation, _ database: any DatabaseWriter, _ shared: SharedDatabase?
    ) -> (all: any RunLedger, shared: (any RunLedger)?) {
        let holder = RequestIdentifier.new()
        let zones = ZoneDirectory.system.version()
        let own = SQLiteRunLedger(database: database, holder: holder, appVersion: HearthVersion.number, zoneVersion: zones)
        guard let shared else { return (own, nil) }
        let common = PostgresRunLedger(
            client: shared.client, holder: holder, appVersion: HearthVersion.number, zoneVersion: zones,
            lease: foundation.configuration.database.jobLease)
        return (
            SplitRunLedger(own: own, shared: common, isShared: sharedJobs(foundation.configuration).contains, refusal: { shared.refusal }),
            common
        )
    }

    static func databaseKeeper(
        _ foundation: Foundation, _ database: SharedDatabase?, _ ledger: (any RunLedger)?, _ health: HealthReporter,
        _ scheduler: SchedulerService, _ jobs: [JobDefinition]
    ) -> SharedDatabaseKeeper? {
        guard let database, let ledger else { return nil }
        return SharedDatabaseKeeper(
            database: database, health: health, scheduler: scheduler, ledger: ledger, jobs: jobs,
            sharedJobs: sharedJobs(foundation.configuration), logger: foundation.logs.logger("hearth.postgres"))
    }
}
