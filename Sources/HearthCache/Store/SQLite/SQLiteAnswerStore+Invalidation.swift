import GRDB
package import HearthTelemetry

extension SQLiteAnswerStore {
    /// Invalidations that are remembered; what older ones named is gone.
    private static let rememberedInvalidations = 10_000

    package func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int {
        let condition = Condition(selection)
        return try await read("count answers", within: .seconds(5)) { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM cached_answer WHERE \(condition.sql)", arguments: condition.arguments) ?? 0
        }
    }

    package func invalidate(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp
    ) async throws(AnswerStoreError) -> InvalidationOutcome {
        let condition = Condition(selection)
        return try await write("invalidate answers") { database in
            let keys = try String.fetchAll(
                database, sql: "DELETE FROM cached_answer WHERE \(condition.sql) RETURNING cache_key", arguments: condition.arguments)
            try database.execute(
                sql: """
                    INSERT INTO invalidation (at_ms, actor, space, cache_key, language, category, tag, removed)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    now.milliseconds, actor, selection.spaceLabel, selection.key?.description, selection.language?.rawValue,
                    selection.category?.rawValue,
                    selection.tag, keys.count,
                ])
            let generation = database.lastInsertedRowID
            try database.execute(
                sql: "DELETE FROM invalidation WHERE generation <= ? AND generation NOT IN (\(Generations.notedRecords))",
                arguments: [generation - Int64(Self.rememberedInvalidations)])
            return InvalidationOutcome(keys: keys.compactMap { CacheKey($0) }, generation: generation)
        }
    }

    package func generations() async throws(AnswerStoreError) -> Generations {
        try await read("load invalidations", within: .seconds(5)) { database in
            var generations = Generations(
                current: try Int64.fetchOne(database, sql: "SELECT coalesce(max(generation), 0) FROM invalidation") ?? 0)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT max(generation) AS generation, 0 AS at_ms, '' AS actor, space, cache_key, language, category, tag, 0 AS removed
                    FROM invalidation GROUP BY space, cache_key, language, category, tag ORDER BY 1
                    """)
            for record in rows.compactMap(Self.record) { generations.note(record.selection, generation: record.generation) }
            return generations
        }
    }

    package func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await read("list invalidations", within: .seconds(5)) { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM invalidation WHERE ?1 IS NULL OR space IN (?1, '*') ORDER BY generation DESC LIMIT ?2",
                arguments: [space?.name, limit]
            ).compactMap(Self.record)
        }
    }

    static func replaceTags(of answer: CachedAnswer, in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM cached_answer_tag WHERE cache_key = ?").execute(arguments: [answer.key.description])
        for tag in Set(answer.tags) {
            try database.cachedStatement(sql: "INSERT INTO cached_answer_tag (tag, cache_key) VALUES (?, ?)")
                .execute(arguments: [tag, answer.key.description])
        }
    }

    /// Nil for words that this version does not know.
    private static func record(_ row: Row) -> InvalidationRecord? {
        let (key, language, category): (String?, String?, String?) = (row["cache_key"], row["language"], row["category"])
        guard let selection = AnswerSelection(spaceLabel: row["space"], key: key, language: language, category: category, tag: row["tag"])
        else { return nil }
        return InvalidationRecord(
            at: Timestamp(milliseconds: row["at_ms"]), actor: row["actor"], selection: selection, removed: row["removed"],
            generation: row["generation"])
    }

    /// A selection as one condition that an index answers.
    private struct Condition: Sendable {
        var sql = ""
        private var values: [String] = []

        init(_ selection: AnswerSelection) {
            var parts: [String] = []
            func add(_ part: String, _ value: String) {
                parts.append(part)
                values.append(value)
            }
            if let space = selection.space { add("space = ?", space.name) }
            if let key = selection.key { add("cache_key = ?", key.description) }
            if let tag = selection.tag { add("cache_key IN (SELECT cache_key FROM cached_answer_tag WHERE tag = ?)", tag) }
            if let category = selection.category { add("category = ?", category.rawValue) }
            if let language = selection.language { add("language = ?", language.rawValue) }
            sql = parts.isEmpty ? "TRUE" : parts.joined(separator: " AND ")
        }

        var arguments: StatementArguments { StatementArguments(values) }
    }
}
