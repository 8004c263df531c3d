import Foundation
import GRDB
import HearthTelemetry

/// The tables of query patterns in SQLite, inside a transaction.
struct SQLiteQueryPatternTables: QueryPatternTables {
    let db: Database

    func knownCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int] {
        let statement = try db.cachedStatement(sql: "SELECT customers FROM query_pattern WHERE tenant = ? AND language = ? AND digest = ?")
        var counts: [QueryPatternKey: Int] = [:]
        for key in keys { counts[key] = try Int.fetchOne(statement, arguments: Self.identity(key)) }
        return counts
    }

    func note(_ customers: [(key: QueryPatternKey, customer: CustomerHash)]) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO query_pattern_customer (tenant, language, digest, customer) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        for (key, customer) in customers {
            try statement.execute(arguments: Self.identity(key) + [Data(customer.bytes)])
        }
    }

    func rememberedCustomers(of keys: [QueryPatternKey]) throws -> [QueryPatternKey: Int] {
        let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM query_pattern_customer WHERE tenant = ? AND language = ? AND digest = ?")
        var counts: [QueryPatternKey: Int] = [:]
        for key in keys { counts[key] = try Int.fetchOne(statement, arguments: Self.identity(key)) }
        return counts
    }

    func forgetCustomers(of keys: [QueryPatternKey]) throws {
        try forEach(keys, "DELETE FROM query_pattern_customer WHERE tenant = ? AND language = ? AND digest = ?")
    }

    func add(_ patterns: [QueryPattern]) throws {
        let statement = try db.cachedStatement(sql: Self.upsert)
        for pattern in patterns {
            let tally = pattern.tally
            let values: [(any DatabaseValueConvertible)?] = [
                tally.category.rawValue, tally.missReason?.rawValue, tally.normalizedText, tally.originalText, tally.hits, tally.misses,
                tally.savedMicroDollars, tally.costMicroDollars, tally.confidence.map(QueryPatternColumns.millionths), pattern.customers,
                tally.firstSeen.milliseconds, tally.lastSeen.milliseconds,
            ]
            try statement.execute(arguments: Self.identity(pattern.key) + StatementArguments(values))
        }
    }

    func addMonths(_ counts: [(key: QueryPatternKey, month: Timestamp, tally: QueryPatternTally)]) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO query_pattern_month (\(QueryPatternColumns.ofMonth)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET \(QueryPatternColumns.sums(kept: "query_pattern_month"))
                """)
        for (key, month, tally) in counts {
            try statement.execute(
                arguments: Self.identity(key) + [
                    month.milliseconds, tally.hits, tally.misses, tally.savedMicroDollars, tally.costMicroDollars,
                ])
        }
    }

    func topPatterns(_ selection: TopQuerySelection) throws -> [QueryPattern] {
        var arguments: StatementArguments = selection.month.map { [$0.milliseconds] } ?? []
        let source = selection.month == nil ? "query_pattern" : QueryPatternColumns.patterns(ofMonth: "?")
        var conditions = ["archived_at IS NULL", "digest <> ?", "\(selection.kind.rawValue) > 0"]
        arguments += [Data(count: 32)]
        if let tenant = selection.tenant {
            conditions.append("tenant = ?")
            arguments += [tenant.name]
        }
        if let language = selection.language {
            conditions.append("language = ?")
            arguments += [language.rawValue]
        }
        if let category = selection.category {
            conditions.append("category = ?")
            arguments += [category.rawValue]
        }
        let sql = """
            SELECT \(QueryPatternColumns.all) FROM \(source) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(QueryPatternColumns.order(of: selection)) LIMIT ?
            """
        return try patterns(sql, arguments + [selection.limit])
    }

    func removeCustomer(_ customer: CustomerHash, of tenant: Tenant) throws -> [QueryPatternKey] {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM query_pattern_customer WHERE customer = ? AND tenant = ? RETURNING tenant, language, digest")
        return try Row.fetchAll(statement, arguments: [Data(customer.bytes), tenant.name]).map { try Self.key($0) }
    }

    func set(customers: [QueryPatternKey: Int]) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE query_pattern SET customers = ? WHERE tenant = ? AND language = ? AND digest = ?")
        for (key, count) in customers { try statement.execute(arguments: [count] + Self.identity(key)) }
    }

    func remainder(_ language: Language?, of tenant: Tenant?) throws -> QueryPatternTally {
        var tally = QueryPatternTally(category: .general, seenAt: Timestamp(milliseconds: 0))
        let statement = try db.cachedStatement(
            sql: """
                SELECT coalesce(sum(hits), 0), coalesce(sum(misses), 0) FROM query_pattern
                WHERE digest = ?1 AND (?2 IS NULL OR language = ?2) AND (?3 IS NULL OR tenant = ?3)
                """)
        if let row = try Row.fetchOne(statement, arguments: [Data(count: 32), language?.rawValue, tenant?.name]) {
            tally.hits = row[0]
            tally.misses = row[1]
        }
        return tally
    }

    func patternCount() throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM query_pattern") ?? 0 }

    func unseenPatterns(since moment: Timestamp, limit: Int) throws -> [QueryPatternKey] {
        try keys(
            """
            SELECT tenant, language, digest FROM query_pattern WHERE archived_at IS NULL AND last_seen < ? AND digest <> ?
            ORDER BY last_seen LIMIT ?
            """,
            [moment.milliseconds, Data(count: 32), limit])
    }

    func archivedPatterns(before moment: Timestamp, limit: Int) throws -> [QueryPatternKey] {
        try keys("SELECT tenant, language, digest FROM query_pattern WHERE archived_at < ? LIMIT ?", [moment.milliseconds, limit])
    }

    func rarestPatterns(limit: Int) throws -> [QueryPattern] {
        try patterns(
            """
            SELECT \(QueryPatternColumns.all)
            FROM (SELECT * FROM query_pattern WHERE digest <> ? ORDER BY last_seen LIMIT \(PatternSlice.candidates))
            ORDER BY hits + misses, last_seen LIMIT ?
            """, [Data(count: 32), limit])
    }

    func archive(_ keys: [QueryPatternKey], at now: Timestamp) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE query_pattern SET archived_at = ? WHERE tenant = ? AND language = ? AND digest = ?")
        for key in keys { try statement.execute(arguments: [now.milliseconds] + Self.identity(key)) }
    }

    func remove(_ keys: [QueryPatternKey]) throws {
        try forEach(keys, "DELETE FROM query_pattern WHERE tenant = ? AND language = ? AND digest = ?")
        try forEach(keys, "DELETE FROM query_pattern_month WHERE tenant = ? AND language = ? AND digest = ?")
    }

    func removeMonths(before moment: Timestamp, limit: Int) throws -> Int {
        try db.cachedStatement(sql: QueryPatternColumns.removeMonths(before: "?", limit: "?"))
            .execute(arguments: [moment.milliseconds, limit])
        return db.changesCount
    }

    // MARK: Rows

    private func forEach(_ keys: [QueryPatternKey], _ sql: String) throws {
        let statement = try db.cachedStatement(sql: sql)
        for key in keys { try statement.execute(arguments: Self.identity(key)) }
    }

    private static func identity(_ key: QueryPatternKey) -> StatementArguments {
        [key.tenant.name, key.language.rawValue, Data(key.bytes)]
    }

    private func keys(_ sql: String, _ arguments: StatementArguments) throws -> [QueryPatternKey] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { try Self.key($0) }
    }

    private func patterns(_ sql: String, _ arguments: StatementArguments) throws -> [QueryPattern] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            guard let category = ResponseCategory(rawValue: row[3]) else { throw QueryPatternColumns.damaged("category") }
            var tally = QueryPatternTally(category: category, seenAt: Timestamp(milliseconds: row[13]))
            tally.missReason = (row[4] as String?).flatMap(MissReason.init(rawValue:))
            tally.normalizedText = row[5]
            tally.originalText = row[6]
            tally.hits = row[7]
            tally.misses = row[8]
            tally.savedMicroDollars = row[9]
            tally.costMicroDollars = row[10]
            tally.confidence = (row[11] as Int64?).map(QueryPatternColumns.share)
            tally.lastSeen = Timestamp(milliseconds: row[14])
            return QueryPattern(key: try Self.key(row), tally: tally, customers: row[12])
        }
    }

    private static func key(_ row: Row) throws -> QueryPatternKey {
        try QueryPatternColumns.key(row[0], row[1], [UInt8](row[2] as Data))
    }

    private static let upsert = """
        INSERT INTO query_pattern (\(QueryPatternColumns.all)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET \(QueryPatternColumns.additions(least: "min", greatest: "max", kept: "query_pattern"))
        """
}
