package import GRDB
package import HearthTelemetry

/// The acts of a replica that is alone, in the embedded database.
package struct SQLiteAudit: AuditStore {
    let database: any DatabaseWriter

    package init(database: any DatabaseWriter) {
        self.database = database
    }

    package func append(_ records: [AuditRecord]) async throws {
        // An act stays on record after a power cut, which the rest of this file may forget by a moment.
        try await database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
            try db.inTransaction(.immediate) {
                for record in records { try Self.insert(record, db) }
                return .commit
            }
        }
    }

    private static func insert(_ record: AuditRecord, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO audit_act (id, at, actor, tenant, address, action, method, route, parameters, entries, status, request_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """)
        try statement.execute(arguments: [
            record.id, record.at.milliseconds, record.actor, record.tenant?.name, record.address, record.action.rawValue, record.method,
            record.route, AuditParameterText.write(record.parameters), record.entries, record.status, record.requestID,
        ])
    }

    package func records(_ query: AuditQuery) async throws -> [AuditRecord] {
        var conditions = ["1"]
        var values: [(any DatabaseValueConvertible)?] = []
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("tenant = ?", query.tenant?.name)
        add("actor = ?", query.actor)
        conditions.append("action IN (\(query.actions.map { _ in "?" }.joined(separator: ", ")))")
        values += query.actions.map(\.rawValue)
        if query.isOfDoneOnly { conditions.append("(status IS NULL OR status < 400)") }
        add("at >= ?", query.from?.milliseconds)
        add("at <= ?", query.through?.milliseconds)
        add("id < ?", query.before)
        values.append(query.limit)
        let sql = "SELECT * FROM audit_act WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?"
        let arguments = StatementArguments(values)
        return try await database.read { try Row.fetchAll($0, sql: sql, arguments: arguments).compactMap(Self.record) }
    }

    package func remove(before end: Timestamp, limit: Int) async throws -> Int {
        try await database.write { db in
            try db.execute(
                sql: "DELETE FROM audit_act WHERE id IN (SELECT id FROM audit_act WHERE at < ? ORDER BY at LIMIT ?)",
                arguments: [end.milliseconds, limit])
            return db.changesCount
        }
    }

    /// Nil for an act that only a later version knows.
    private static func record(_ row: Row) -> AuditRecord? {
        guard let action = AuditAction(rawValue: row["action"]) else { return nil }
        return AuditRecord(
            id: row["id"], at: Timestamp(milliseconds: row["at"]), actor: row["actor"],
            tenant: (row["tenant"] as String?).flatMap { Tenant($0) }, address: row["address"], action: action, method: row["method"],
            route: row["route"], parameters: AuditParameterText.parameters(row["parameters"]), entries: row["entries"],
            status: row["status"],
            requestID: row["request_id"])
    }
}
