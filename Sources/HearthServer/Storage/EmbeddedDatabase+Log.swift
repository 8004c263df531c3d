import GRDB

/// The write-ahead log, which grows for as long as somebody reads an old state of the file.
extension EmbeddedDatabase {
    /// SQLite by itself writes the log back at about 4 MB; one that is larger was held up, and would keep its size.
    static let notableLogBytes = 8 << 20
    /// How long a writer may be kept waiting while readers of the log are waited for.
    private static let patience = 100

    var logBytes: Int { DatabaseFiles.size(of: file + DatabaseFiles.logSuffix) }
    var fileBytes: Int { DatabaseFiles.size(of: file) }

    /// Gives the space of a log that has grown back to the file system, unless somebody still needs it.
    func trimLog() async {
        guard logBytes > Self.notableLogBytes else { return }
        try? await pool.writeWithoutTransaction { database in
            // It waits for nobody and tells how far it came.
            let (frames, written) = try database.checkpoint(.passive)
            guard frames == written else { return }
            let usual = try Int.fetchOne(database, sql: "PRAGMA busy_timeout") ?? 0
            try database.execute(sql: "PRAGMA busy_timeout = \(Self.patience)")
            defer { try? database.execute(sql: "PRAGMA busy_timeout = \(usual)") }
            _ = try database.checkpoint(.truncate)
        }
    }
}
