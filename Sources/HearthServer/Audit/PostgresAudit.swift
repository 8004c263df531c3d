package import HearthDrivers
package import HearthTelemetry

/// The acts of all replicas that share a database.
package struct PostgresAudit: AuditStore {
    let client: PostgresClient

    package init(client: PostgresClient) {
        self.client = client
    }

    package func append(_ records: [AuditRecord]) async throws {
        func column(_ value: (AuditRecord) -> PostgresValue) -> PostgresValue { .array(records.map(value)) }
        let values = [
            column { .text($0.id) }, column { .moment($0.at) }, column { .text($0.actor) }, column { .optional($0.tenant?.name) },
            column { .text($0.address) }, column { .text($0.action.rawValue) }, column { .text($0.method) }, column { .text($0.route) },
            column { .text(AuditParameterText.write($0.parameters)) }, column { .optional($0.entries.map(Int64.init)) },
            column { .optional($0.status.map(Int64.init)) }, column { .optional($0.requestID) },
        ]
        _ = try await client.transaction { db in
            try db.query(
                """
                INSERT INTO audit_act (id, at, actor, tenant, address, action, method, route, parameters, entries, status, request_id)
                SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                    $9::text[], $10::bigint[], $11::bigint[], $12::text[]) ON CONFLICT (id) DO NOTHING
                """, values)
        }
    }

    package func records(_ query: AuditQuery) async throws -> [AuditRecord] {
        var conditions = ["true"]
        var values: [PostgresValue] = []
        func add(_ condition: String, _ value: PostgresValue, _ end: String = "") {
            guard value != .null else { return }
            values.append(value)
            conditions.append("\(condition) $\(values.count)\(end)")
        }
        add("tenant =", .optional(query.tenant?.name))
        add("actor =", .optional(query.actor))
        add("action = ANY (", .array(query.actions.map { .text($0.rawValue) }), "::text[])")
        if query.isOfDoneOnly { conditions.append("(status IS NULL OR status < 400)") }
        add("at >=", .optional(query.from))
        add("at <=", .optional(query.through))
        add("id <", .optional(query.before))
        values.append(.integer(query.limit))
        return try await client.query(
            "SELECT * FROM audit_act WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT $\(values.count)", values
        ).compactMap(Self.record)
    }

    package func remove(before end: Timestamp, limit: Int) async throws -> Int {
        try await client.transaction { db in
            try db.query(
                "DELETE FROM audit_act WHERE id IN (SELECT id FROM audit_act WHERE at < $1 ORDER BY at LIMIT $2)",
                [.moment(end), .integer(limit)]
            ).affected
        }
    }

    /// Nil for an act that only a later version knows.
    @Sendable private static func record(_ row: PostgresRow) throws -> AuditRecord? {
        guard let action = AuditAction(rawValue: try row.text("action")) else { return nil }
        return AuditRecord(
            id: try row.text("id"), at: try row.moment("at"), actor: try row.text("actor"),
            tenant: try row.optionalText("tenant").flatMap { Tenant($0) }, address: try row.text("address"), action: action,
            method: try row.text("method"), route: try row.text("route"),
            parameters: AuditParameterText.parameters(try row.text("parameters")),
            entries: try row.optionalInteger("entries").map { Int($0) }, status: try row.optionalInteger("status").map { Int($0) },
            requestID: try row.optionalText("request_id"))
    }
}
