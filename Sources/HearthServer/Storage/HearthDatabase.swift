package import GRDB
import HearthCache
import HearthScheduling
import HearthStatistics
package import HearthTelemetry

/// The embedded database: one SQLite file in the data folder for kept answers, statistics and the run history.
package enum HearthDatabase {
    package static let fileName = "hearth.sqlite"

    /// Opens the file; one that is damaged is set aside, and what is still readable of statistics and run history is taken over.
    ///
    /// - Parameter prepare: completes the tables in a transaction of its own.
    /// - Throws: ``StartupError`` for a file that cannot be used for another reason.
    package static func openOrReplace(
        at path: String, now: Timestamp, prepare: (Database) throws -> Void = { _ in }
    ) throws(StartupError) -> (pool: DatabasePool, damage: DamagedDatabase?) {
        do {
            guard let reason = try DamagedDatabase.reason(of: path) else {
                let pool = try open(at: path)
                try pool.write(prepare)
                return (pool, nil)
            }
            let target = try DamagedDatabase.setAside(path, at: now)
            let pool = try open(at: path)
            let (rows, lost) = DamagedDatabase.salvage(from: target, into: pool)
            try pool.write(prepare)
            return (pool, DamagedDatabase(movedTo: target, reason: reason, salvagedRows: rows, lostTables: lost))
        } catch {
            throw .database(path: path, cause: "\(error)", isBusy: (error as? DatabaseError)?.resultCode == .SQLITE_BUSY)
        }
    }

    /// Memory for pages of the one connection that writes; those that read have SQLite's usual 2,000 KiB each.
    private static let writerCacheKiB = 16_384

    /// Opens the file, creating it if needed, and brings its tables up to date.
    ///
    /// Write-ahead logging with `synchronous = NORMAL`: a killed process loses nothing that was committed; only a power cut
    /// may lose the last commits, never the file.
    package static func open(at path: String) throws -> DatabasePool {
        let pool = try connect(to: path)
        try migrator().migrate(pool)
        return pool
    }

    /// Opens the file, creating it if needed, as it is.
    static func connect(to path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "hearth"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            // The log file is cut back to this after a checkpoint, so that one long read does not leave it large for ever.
            try database.execute(sql: "PRAGMA journal_size_limit = 33554432")
            // Keys are spread over all pages of an index: with SQLite's usual 2 MB each answer that is kept reads some twenty pages again.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA cache_size = -\(Self.writerCacheKiB)") }
        }
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// - Parameter last: the migration after whose part of the database none is added; all of them when nil.
    package static func migrator(through last: String? = nil) -> DatabaseMigrator {
        let parts: [(inout DatabaseMigrator) -> Void] = [
            AnswerSchema.registerMigrations, StatisticsSchema.registerMigrations, LedgerSchema.registerMigrations,
            InboxSchema.registerMigrations, APIKeySchema.registerMigrations, AuditSchema.registerMigrations,
            SessionSchema.registerMigrations,
        ]
        var migrator = DatabaseMigrator()
        for register in parts {
            register(&migrator)
            if let last, migrator.migrations.contains(last) { break }
        }
        return migrator
    }
}
