import HearthCache
import HearthDrivers
import HearthTelemetry
import Logging

extension Composition {
    /// The database in the data folder, opened for everyone who uses it.
    static func embeddedDatabase(_ foundation: Foundation, _ instruments: CacheInstruments) throws(StartupError) -> EmbeddedDatabase {
        let file = foundation.configuration.dataDirectory + "/" + HearthDatabase.fileName
        let (pool, damage) = try HearthDatabase.openOrReplace(at: file, now: foundation.timeSource.now())
        if let damage { report(damage, instruments: instruments, logger: foundation.logs.logger("hearth.store")) }
        return EmbeddedDatabase(file: file, pool: pool)
    }

    /// Room for the transactions that make room.
    static func diskReserve(_ foundation: Foundation) -> DiskReserve {
        DiskReserve(path: foundation.configuration.dataDirectory + "/hearth.reserve", bytes: 4 << 20)
    }

    static func embeddedDatabaseKeeper(
        _ foundation: Foundation, _ database: EmbeddedDatabase, _ reserve: DiskReserve?, _ cache: AnswerCache,
        _ instruments: CacheInstruments
    ) -> EmbeddedDatabaseKeeper {
        let logger = foundation.logs.logger("hearth.store")
        let keeper = EmbeddedDatabaseKeeper(
            database: database, cache: cache, reserve: reserve, instruments: DatabaseInstruments(registry: foundation.registry),
            timeSource: foundation.timeSource, logger: logger
        ) { report($0, instruments: instruments, logger: logger) }
        foundation.registry.addCollector("database files") { keeper.updateFigures() }
        return keeper
    }

    /// How full the disk of the data folder is, at every scrape; what was seen last stays where nothing can be seen, and the failure is counted.
    static func watchDisk(of folder: String, _ registry: MetricRegistry) {
        let instruments = DiskInstruments(registry: registry)
        registry.addCollector("data disk") {
            let space = try DiskSpace(of: folder)
            instruments.free.set(space.freeBytes)
            instruments.size.set(space.sizeBytes)
        }
    }

    /// Prunes before the next write, when the store of the answers is full: a thousand at a time, as nothing is written meanwhile.
    ///
    /// - Parameter reserve: given up for that; nil where the answers are not in the embedded database.
    static func roomMaker(
        _ foundation: Foundation, _ maintenance: CacheMaintenance, _ database: EmbeddedDatabase, _ reserve: DiskReserve?
    ) -> @Sendable () async -> Bool {
        let logger = foundation.logs.logger("hearth.store")
        let prune = { @Sendable () async -> Bool in
            var wishes = MaintenanceWishes()
            wishes.enough = 1000
            // Their rows, tags and index entries are on some hundred pages, which is half a megabyte of log.
            if reserve != nil { wishes.batchSize = 20 }
            do throws(AnswerStoreError) {
                // Another maintenance that is running makes the room.
                guard let report = try await maintenance.run(wishes) else { return false }
                logger.log(
                    level: report.removed > 0 ? .warning : .debug, "the store is full; pruned before writing on",
                    metadata: ["removed": "\(report.removed)", "bytes": "\(report.memorySaved)"])
                return report.removed > 0
            } catch {
                logger.warning("the store is full, and could not be pruned", metadata: ["error": "\(error)"])
                return false
            }
        }
        guard let reserve else { return prune }
        return {
            reserve.giveUp()
            return await database.withShortLog(prune)
        }
    }

    private static func report(_ damage: DamagedDatabase, instruments: CacheInstruments, logger: Logger) {
        instruments.integrityFailures(.damaged).increment()
        logger.error(
            "the database was damaged and has been set aside; kept answers are collected anew",
            metadata: [
                "file": "\(damage.movedTo)", "reason": "\(damage.reason)", "salvaged_rows": "\(damage.salvagedRows)",
                "lost_tables": "\(damage.lostTables.isEmpty ? "none" : damage.lostTables.joined(separator: ", "))",
            ])
    }
}
