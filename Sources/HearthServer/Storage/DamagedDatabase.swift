import Foundation
import GRDB
import HearthTelemetry

/// A database file that could not be trusted, and what became of it.
///
/// Nothing is deleted: the file keeps all it had, under another name, for whoever wants to look further.
package struct DamagedDatabase: Sendable, Equatable {
    /// Where the file is now.
    package var movedTo: String
    package var reason: String
    /// Rows of statistics and of the run history that were taken over.
    package var salvagedRows: Int
    /// Tables of which nothing could be taken over.
    package var lostTables: [String]
}

extension DamagedDatabase {
    /// Kept answers are not taken over: a wrong one costs more than a miss, and they are collected anew.
    private static let leftBehind: Set<String> = ["cached_answer", "cached_answer_tag", "cached_answer_vote", "grdb_migrations"]

    /// Why a file is damaged; nil for one that is whole or absent.
    ///
    /// SQLite's `quick_check` reads every page once: about a second for a gigabyte.
    static func reason(of path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            let finding = try DatabaseQueue(path: path, configuration: configuration).read { database in
                try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
            }
            return finding == "ok" ? nil : finding ?? "the check gave no answer"
        } catch let error as DatabaseError where error.meansDamage {
            return error.message ?? "\(error.resultCode)"
        }
    }

    /// Moves the file aside with its log, under a name that tells when.
    static func setAside(_ path: String, at now: Timestamp) throws -> String {
        let moment = now.description.prefix(19).filter { $0 != ":" && $0 != "-" }
        let target = "\(path).damaged-\(moment)Z"
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.moveItem(atPath: path + suffix, toPath: target + suffix)
        }
        return target
    }

    /// Copies what can still be read of statistics and run history into the new database, table by table.
    static func salvage(from path: String, into database: DatabasePool) -> (rows: Int, lost: [String]) {
        let tables = (try? database.read(Self.tables)) ?? []
        do {
            return try database.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH DATABASE ? AS damaged", arguments: [path])
                defer { try? db.execute(sql: "DETACH DATABASE damaged") }
                var rows = 0
                var lost: [String] = []
                for table in tables {
                    do {
                        try db.inTransaction {
                            try db.execute(
                                sql:
                                    "INSERT OR IGNORE INTO main.\(table.quotedDatabaseIdentifier) SELECT * FROM damaged.\(table.quotedDatabaseIdentifier)"
                            )
                            return .commit
                        }
                        rows += try Int.fetchOne(db, sql: "SELECT count(*) FROM main.\(table.quotedDatabaseIdentifier)") ?? 0
                    } catch {
                        lost.append(table)
                    }
                }
                return (rows, lost)
            }
        } catch {
            return (0, tables)
        }
    }

    private static func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            .filter { !leftBehind.contains($0) }
    }
}

extension DatabaseError {
    /// Whether the file itself is at fault, and not the disk, the rights or another process.
    var meansDamage: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        default: false
        }
    }
}
