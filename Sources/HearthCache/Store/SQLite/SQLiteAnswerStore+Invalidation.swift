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
                    INSERT INTO invalidation (at_ms, actor, cache_key, language, category, tag, removed) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    now.milliseconds, actor, selection.key?.description, selection.language?.rawValue, selection.category?.rawValue,
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
                    SELECT max(generation) AS generation, 0 AS at_ms, '' AS actor, cache_key, language, category, tag, 0 AS removed
                    FROM invalidation GROUP BY cache_key, language, category, tag ORDER BY 1
                    """)
            for record in rows.compactMap(Self.record) { generations.note(record.selection, generation: record.generation) }
            return generations
        }
    }

    package func invalidations(limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await read("list invalidations", within: .seconds(5)) { database in
            try Row.fetchAll(database, sql: "SELECT * FROM invalidation ORDER BY generation DESC LIMIT ?", arguments: [limit])
                .compactMap(Self.record)
        }
    }

    package func vote(_ key: CacheKey, isHelpful: Bool) async throws(AnswerStoreError) -> CachedAnswer? {
        let (text, helpful) = (key.description, isHelpful ? 1 : 0)
        return try await write("count a vote") { database in
            try database.execute(
                sql: """
                    UPDATE cached_answer SET helpful_votes = helpful_votes + ?, unhelpful_votes = unhelpful_votes + ? WHERE cache_key = ?
                    """,
                arguments: [helpful, 1 - helpful, text])
            return try Row.fetchOne(database, sql: "SELECT * FROM cached_answer WHERE cache_key = ?", arguments: [text])
                .map { try CachedAnswer(row: $0) }
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
        let selection = AnswerSelection(
            key: key.flatMap { CacheKey($0) }, language: language.flatMap { Language(rawValue: $0) },
            category: category.flatMap { ResponseCategory(rawValue: $0) }, tag: row["tag"])
        guard (key == nil) == (selection.key == nil), (language == nil) == (selection.language == nil),
            (category == nil) == (selection.category == nil)
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
            if let key = selection.key { add("cache_key = ?", key.description) }
            if let tag = selection.tag { add("cache_key IN (SELECT cache_key FROM cached_answer_tag WHERE tag = ?)", tag) }
            if let category = selection.category { add("category = ?", category.rawValue) }
            if let language = selection.language { add("language = ?", language.rawValue) }
            sql = parts.isEmpty ? "TRUE" : parts.joined(separator: " AND ")
        }

        var arguments: StatementArguments { StatementArguments(values) }
    }
}
