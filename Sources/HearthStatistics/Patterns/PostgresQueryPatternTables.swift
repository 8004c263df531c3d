import HearthDrivers
import HearthTelemetry

/// The tables of query patterns in PostgreSQL, inside a transaction; many rows travel in one statement.
struct PostgresQueryPatternTables: QueryPatternTables {
    let connection: PostgresConnection

    func knownCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int] {
        try counts(
            """
            SELECT kept.tenant, kept.language, kept.digest, kept.customers::bigint FROM \(Self.wanted)
            JOIN query_pattern AS kept ON \(Self.isWanted)
            """, keys)
    }

    func note(_ customers: [(key: QueryPatternKey, customer: CustomerHash)]) throws {
        try connection.query(
            """
            INSERT INTO query_pattern_customer (tenant, language, digest, customer)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) ON CONFLICT DO NOTHING
            """, Self.identities(customers.map(\.key)) + [.array(customers.map { .bytes($0.customer.bytes) })])
    }

    func rememberedCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int] {
        try counts(
            """
            SELECT kept.tenant, kept.language, kept.digest, count(*) FROM \(Self.wanted)
            JOIN query_pattern_customer AS kept ON \(Self.isWanted)
            GROUP BY kept.tenant, kept.language, kept.digest
            """, keys)
    }

    func forgetCustomers(of keys: [QueryPatternKey]) throws {
        try connection.query(
            """
            DELETE FROM query_pattern_customer AS kept USING \(Self.wanted)
            WHERE \(Self.isWanted)
            """, Self.identities(keys))
    }

    func add(_ patterns: [QueryPattern]) throws {
        func column(_ value: (QueryPattern) -> PostgresValue) -> PostgresValue { .array(patterns.map(value)) }
        try connection.query(
            Self.upsert,
            Self.identities(patterns.map(\.key)) + [
                column { .text($0.tally.category.rawValue) }, column { .optional($0.tally.missReason?.rawValue) },
                column { .optional($0.tally.normalizedText) }, column { .optional($0.tally.originalText) },
                column { .integer($0.tally.hits) }, column { .integer($0.tally.misses) }, column { .integer($0.tally.savedMicroDollars) },
                column { .integer($0.tally.costMicroDollars) },
                column { .optional($0.tally.confidence.map(QueryPatternColumns.millionths)) }, column { .integer($0.customers) },
                column { .moment($0.tally.firstSeen) }, column { .moment($0.tally.lastSeen) },
            ])
    }

    func addMonths(_ counts: [(key: QueryPatternKey, month: Timestamp, tally: QueryPatternTally)]) throws {
        func column(_ value: (QueryPatternTally) -> Int64) -> PostgresValue { .array(counts.map { .integer(value($0.tally)) }) }
        try connection.query(
            """
            INSERT INTO query_pattern_month AS kept (\(QueryPatternColumns.ofMonth))
            SELECT * FROM unnest(
                $1::text[], $2::text[], $3::bytea[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
            ON CONFLICT (tenant, language, digest, month) DO UPDATE SET \(QueryPatternColumns.sums(kept: "kept"))
            """,
            Self.identities(counts.map(\.key)) + [
                .array(counts.map { .moment($0.month) }), column(\.hits), column(\.misses), column(\.savedMicroDollars),
                column(\.costMicroDollars),
            ])
    }

    func removeCustomer(_ customer: CustomerHash, of tenant: Tenant) throws -> [QueryPatternKey] {
        try keys(
            "DELETE FROM query_pattern_customer WHERE customer = $1 AND tenant = $2 RETURNING tenant, language, digest",
            [.bytes(customer.bytes), .text(tenant.name)])
    }

    func set(customers: [QueryPatternKey: Int]) throws {
        let rows = Array(customers)
        try connection.query(
            """
            UPDATE query_pattern AS kept SET customers = wanted.customers
            FROM unnest($1::text[], $2::text[], $3::bytea[], $4::integer[]) AS wanted (tenant, language, digest, customers)
            WHERE \(Self.isWanted)
            """, Self.identities(rows.map(\.key)) + [.array(rows.map { .integer($0.value) })])
    }

    func topPatterns(_ selection: TopQuerySelection) throws -> [QueryPattern] {
        try patterns(
            """
            SELECT \(QueryPatternColumns.all)
            FROM \(selection.month == nil ? "query_pattern" : QueryPatternColumns.patterns(ofMonth: "$6"))
            WHERE archived_at IS NULL AND digest <> $1 AND \(selection.kind.rawValue) > 0
                AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR category = $3) AND ($5::text IS NULL OR tenant = $5)
            ORDER BY \(QueryPatternColumns.order(of: selection)) LIMIT $4
            """,
            [
                Self.noDigest, .optional(selection.language?.rawValue), .optional(selection.category?.rawValue), .integer(selection.limit),
                .optional(selection.tenant?.name),
            ] + (selection.month.map { [.moment($0)] } ?? []))
    }

    func remainder(_ language: Language?, of tenant: Tenant?) throws -> QueryPatternTally {
        var tally = QueryPatternTally(category: .general, seenAt: Timestamp(milliseconds: 0))
        let rows = try connection.query(
            """
            SELECT coalesce(sum(hits), 0)::bigint, coalesce(sum(misses), 0)::bigint FROM query_pattern
            WHERE digest = $1 AND ($2::text IS NULL OR language = $2) AND ($3::text IS NULL OR tenant = $3)
            """, [Self.noDigest, .optional(language?.rawValue), .optional(tenant?.name)])
        if let row = rows.first {
            tally.hits = try row.integer(0)
            tally.misses = try row.integer(1)
        }
        return tally
    }

    func patternCount() throws -> Int { Int(try connection.query("SELECT count(*) FROM query_pattern").first?.integer(0) ?? 0) }

    func unseenPatterns(since moment: Timestamp, limit: Int) throws -> [QueryPatternKey] {
        try keys(
            """
            SELECT tenant, language, digest FROM query_pattern WHERE archived_at IS NULL AND last_seen < $1 AND digest <> $2
            ORDER BY last_seen LIMIT $3
            """, [.moment(moment), Self.noDigest, .integer(limit)])
    }

    func archivedPatterns(before moment: Timestamp, limit: Int) throws -> [QueryPatternKey] {
        try keys("SELECT tenant, language, digest FROM query_pattern WHERE archived_at < $1 LIMIT $2", [.moment(moment), .integer(limit)])
    }

    func rarestPatterns(limit: Int) throws -> [QueryPattern] {
        try patterns(
            """
            SELECT \(QueryPatternColumns.all)
            FROM (SELECT * FROM query_pattern WHERE digest <> $1 ORDER BY last_seen LIMIT \(PatternSlice.candidates)) AS unseen
            ORDER BY hits + misses, last_seen LIMIT $2
            """, [Self.noDigest, .integer(limit)])
    }

    func archive(_ keys: [QueryPatternKey], at now: Timestamp) throws {
        try connection.query(
            """
            UPDATE query_pattern AS kept SET archived_at = $4 FROM \(Self.wanted)
            WHERE \(Self.isWanted)
            """, Self.identities(keys) + [.moment(now)])
    }

    func remove(_ keys: [QueryPatternKey]) throws {
        try connection.query(
            "DELETE FROM query_pattern AS kept USING \(Self.wanted) WHERE \(Self.isWanted)",
            Self.identities(keys))
        try connection.query(
            "DELETE FROM query_pattern_month AS kept USING \(Self.wanted) WHERE \(Self.isWanted)", Self.identities(keys))
    }

    func removeMonths(before moment: Timestamp, limit: Int) throws -> Int {
        try connection.query(
            QueryPatternColumns.removeMonths(before: "$1", limit: "$2") + " RETURNING 1", [.moment(moment), .integer(limit)]
        ).count
    }

    // MARK: Rows

    /// The keys of ``identities(_:)`` as a table.
    private static let wanted = "unnest($1::text[], $2::text[], $3::bytea[]) AS wanted (tenant, language, digest)"
    private static let isWanted = "kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.digest = wanted.digest"
    private static let noDigest = PostgresValue.bytes(Array(repeating: 0, count: 32))

    private static func identities(_ keys: [QueryPatternKey]) -> [PostgresValue] {
        [
            .array(keys.map { .text($0.tenant.name) }), .array(keys.map { .text($0.language.rawValue) }),
            .array(keys.map { .bytes($0.bytes) }),
        ]
    }

    private func counts(_ sql: String, _ keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int] {
        var counts: [QueryPatternKey: Int] = [:]
        for row in try connection.query(sql, Self.identities(keys)) { counts[try Self.key(row)] = Int(try row.integer(3)) }
        return counts
    }

    private func keys(_ sql: String, _ values: [PostgresValue]) throws -> [QueryPatternKey] {
        try connection.query(sql, values).map { try Self.key($0) }
    }

    private func patterns(_ sql: String, _ values: [PostgresValue]) throws -> [QueryPattern] {
        try connection.query(sql, values).map { row in
            guard let category = ResponseCategory(rawValue: try row.text(3)) else { throw QueryPatternColumns.damaged("category") }
            var tally = QueryPatternTally(category: category, seenAt: try row.moment(13))
            tally.missReason = try row.optionalText(4).flatMap(MissReason.init(rawValue:))
            tally.normalizedText = try row.optionalText(5)
            tally.originalText = try row.optionalText(6)
            tally.hits = try row.integer(7)
            tally.misses = try row.integer(8)
            tally.savedMicroDollars = try row.integer(9)
            tally.costMicroDollars = try row.integer(10)
            tally.confidence = try row.optionalInteger(11).map(QueryPatternColumns.share)
            tally.lastSeen = try row.moment(14)
            return QueryPattern(key: try Self.key(row), tally: tally, customers: Int(try row.integer(12)))
        }
    }

    private static func key(_ row: PostgresRow) throws -> QueryPatternKey {
        try QueryPatternColumns.key(row.text(0), row.text(1), row.bytes(2))
    }

    private static let upsert = """
        INSERT INTO query_pattern AS kept (\(QueryPatternColumns.all))
        SELECT * FROM unnest(
            $1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::integer[], $14::timestamptz[], $15::timestamptz[])
        ON CONFLICT (tenant, language, digest) DO UPDATE
        SET \(QueryPatternColumns.additions(least: "least", greatest: "greatest", kept: "kept"))
        """
}
