import HearthTelemetry

/// One step that brings the tables from an older to a newer state.
package struct PostgresMigration: Sendable {
    /// Part of the database: it is never changed once released.
    package var name: String
    package var statements: [String]

    package init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }
}

/// Brings the tables of a database up to date.
///
/// All missing migrations run in one transaction behind a lock that goes with it, so that of many replicas which start together one does the
/// work and the others find it done, and a failure leaves everything as it was. No session lock takes part: they strand in poolers.
///
/// Migrations only add: tables, columns with defaults, indexes. What the version before this one writes and reads keeps its meaning, so replicas
/// of both versions work side by side while one is rolled out, and the older one can be brought back. What is to go, goes a version later.
package struct PostgresMigrator: Sendable {
    private static let lock = 0x4865_6172  // "Hear"
    private static let deadline: Duration = .seconds(60)

    private let migrations: [PostgresMigration]

    /// - Parameter migrations: in the order in which they run; names are unique.
    package init(_ migrations: [PostgresMigration]) {
        self.migrations = migrations
    }

    /// Runs what is missing, up to a migration if one is named; returns the names of what was done now.
    @discardableResult
    package func migrate(_ client: PostgresClient, through last: String? = nil) async throws -> [String] {
        let wanted = migrations.prefix((migrations.firstIndex { $0.name == last } ?? migrations.count - 1) + 1)
        // The usual case, without a lock.
        let applied = try await applied(client)
        if wanted.allSatisfy({ applied.contains($0.name) }) { return [] }
        return try await client.transaction(deadline: Self.deadline) { connection in
            // Others may be at it for as long as it takes.
            try connection.query("SET LOCAL lock_timeout = '\(Self.deadline.wholeMilliseconds)ms'")
            try connection.query("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", [.integer(Self.lock)])
            try connection.query(
                """
                CREATE TABLE IF NOT EXISTS hearth_migration (
                    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
                """)
            let known = try Set(connection.query("SELECT name FROM hearth_migration").map { try $0.text(0) })
            var applied: [String] = []
            for migration in wanted where !known.contains(migration.name) {
                for statement in migration.statements { try connection.query(statement) }
                try connection.query("INSERT INTO hearth_migration (name) VALUES ($1)", [.text(migration.name)])
                applied.append(migration.name)
            }
            return applied
        }
    }

    /// The names of what the database has, also of migrations that this version does not know.
    package func applied(_ client: PostgresClient) async throws(PostgresError) -> Set<String> {
        guard try await client.query("SELECT to_regclass('hearth_migration') IS NOT NULL").first?.flag(0) == true else { return [] }
        var names: Set<String> = []
        for row in try await client.query("SELECT name FROM hearth_migration") { names.insert(try row.text(0)) }
        return names
    }
}
