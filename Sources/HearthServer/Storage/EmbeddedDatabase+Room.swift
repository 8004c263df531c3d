import GRDB

/// Work that makes the file's contents smaller when its disk is full.
extension EmbeddedDatabase {
    /// Runs the body with a log that is written back after every transaction, so that many small ones need no more room than one.
    ///
    /// In the usual mode the log begins again only after some 4 MB, which a full disk does not give.
    func withShortLog<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
        // The writer's own setting; where it cannot be changed the body still tries.
        let usual = try? await pool.writeWithoutTransaction { database in
            let usual = try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 1")
            _ = try? database.checkpoint(.passive)
            return usual
        }
        let value = await body()
        if let usual { try? await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = \(usual)") } }
        return value
    }
}
