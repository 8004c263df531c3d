package import HearthDrivers
package import HearthTelemetry

/// The authority over invalidations in the PostgreSQL database that replicas share.
///
/// The counter is one row, which each invalidation locks until it is committed: numbers appear in their order, and whoever has seen one has
/// seen all before it.
package struct PostgresInvalidationLog: InvalidationLog {
    package static let migrations = [
        PostgresMigration(
            "answers-1-invalidations",
            [
                "CREATE TABLE invalidation_counter (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), value bigint NOT NULL)",
                "INSERT INTO invalidation_counter (value) VALUES (0)",
                """
                CREATE TABLE invalidation (
                    generation bigint PRIMARY KEY,
                    at timestamptz NOT NULL,
                    actor text NOT NULL,
                    cache_key text,
                    language text,
                    category text,
                    tag text,
                    removed bigint NOT NULL DEFAULT 0
                )
                """,
            ]),
        // What replicas of an older version record meanwhile is the standard space's too.
        PostgresMigration("answers-2-spaces", ["ALTER TABLE invalidation ADD COLUMN space text NOT NULL DEFAULT 'default'"]),
    ]

    /// Invalidations that are remembered, as in ``SQLiteAnswerStore``; what older ones named is gone.
    private static let remembered = 10_000

    private let client: PostgresClient

    /// - Parameter client: of a database to which ``migrations`` have been applied
    package init(client: PostgresClient) {
        self.client = client
    }

    package func append(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp, above known: Int64
    ) async throws(AnswerStoreError) -> Int64 {
        let values: [PostgresValue] = [
            .moment(now), .text(actor), .optional(selection.key?.description), .optional(selection.language?.rawValue),
            .optional(selection.category?.rawValue), .optional(selection.tag), .text(selection.spaceLabel),
        ]
        return try await write("record an invalidation") { connection in
            let row = try connection.query(
                "UPDATE invalidation_counter SET value = greatest(value, $1) + 1 RETURNING value", [.integer(known)]
            ).first
            guard let generation = try row?.integer(0) else {
                throw AnswerStoreError(
                    kind: .failed, store: "postgres", operation: "record an invalidation",
                    cause: "the table invalidation_counter has lost its row")
            }
            try connection.query(
                """
                INSERT INTO invalidation (generation, at, actor, cache_key, language, category, tag, space)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, [.integer(generation)] + values)
            try Self.forget(connection)
            return generation
        }
    }

    /// Removes what is beyond the bound and has no note any more; see ``Generations/notedRecords``.
    private static func forget(_ connection: PostgresConnection) throws(PostgresError) {
        let last = try connection.query(
            "SELECT generation FROM invalidation ORDER BY generation DESC LIMIT 1 OFFSET $1", [.integer(remembered)]
        ).first?.integer(0)
        guard let last else { return }
        try connection.query(
            "DELETE FROM invalidation WHERE generation <= $1 AND generation NOT IN (\(Generations.notedRecords))", [.integer(last)])
    }

    package func settle(_ generation: Int64, removed: Int) async throws(AnswerStoreError) {
        try await write("note what an invalidation removed") { connection -> Void in
            try connection.query(
                "UPDATE invalidation SET removed = $1 WHERE generation = $2", [.integer(removed), .integer(generation)])
        }
    }

    package func current() async throws(AnswerStoreError) -> Int64 {
        do throws(PostgresError) {
            return try await client.query("SELECT value FROM invalidation_counter").first?.integer(0) ?? 0
        } catch {
            throw Self.error(error, at: "read the counter of invalidations")
        }
    }

    package func generations() async throws(AnswerStoreError) -> Generations {
        try await read("load invalidations") { connection in
            var generations = Generations(
                current: try connection.query("SELECT value FROM invalidation_counter").first?.integer(0) ?? 0)
            let rows = try connection.query(
                """
                SELECT max(generation) AS generation, now() AS at, '' AS actor, space, cache_key, language, category, tag, 0 AS removed
                FROM invalidation GROUP BY space, cache_key, language, category, tag ORDER BY 1
                """)
            for record in try rows.compactMap(Self.record) { generations.note(record.selection, generation: record.generation) }
            return generations
        }
    }

    package func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await read("list invalidations") { connection in
            try connection.query(
                "SELECT * FROM invalidation WHERE $1::text IS NULL OR space IN ($1, '*') ORDER BY generation DESC LIMIT $2",
                [.optional(space?.name), .integer(limit)]
            ).compactMap(Self.record)
        }
    }

    /// Nil for words that this version does not know.
    private static func record(_ row: PostgresRow) throws -> InvalidationRecord? {
        let (key, language, category) = (
            try row.optionalText("cache_key"), try row.optionalText("language"), try row.optionalText("category")
        )
        let selection = AnswerSelection(
            spaceLabel: try row.text("space"), key: key, language: language, category: category, tag: try row.optionalText("tag"))
        guard let selection else { return nil }
        return InvalidationRecord(
            at: try row.moment("at"), actor: try row.text("actor"), selection: selection, removed: Int(try row.integer("removed")),
            generation: try row.integer("generation"))
    }

    // MARK: Transactions

    private func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(AnswerStoreError) -> Value {
        do {
            return try await client.transaction(.readsAndWrites, body)
        } catch {
            throw Self.error(error, at: operation)
        }
    }

    private func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(AnswerStoreError) -> Value {
        do {
            return try await client.transaction(.snapshot, body)
        } catch {
            throw Self.error(error, at: operation)
        }
    }

    private static func error(_ error: any Error, at operation: String) -> AnswerStoreError {
        if let error = error as? AnswerStoreError { return error }
        let kind: AnswerStoreError.Kind =
            switch (error as? PostgresError)?.kind {
            case .deadline, .statementTimeout, .lockTimeout: .timeout
            case .outOfResources: .full
            case .readOnly: .readOnly
            case .unreachable, .login, .untrusted, .notReady, .cancelled, .poolExhausted, .connectionLost, .conflict, .statement,
                .unexpectedResult,
                .shutDown, nil:
                .failed
            }
        return AnswerStoreError(kind: kind, store: "postgres", operation: operation, cause: "\(error)")
    }
}
