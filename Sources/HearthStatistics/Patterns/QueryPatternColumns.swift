import HearthTelemetry

/// What the tables of patterns have in common in both databases.
enum QueryPatternColumns {
    static let all = """
        tenant, language, digest, category, miss_reason, normalized_query, query, hits, misses, saved_microdollars, cost_microdollars, \
        confidence_millionths, customers, first_seen, last_seen
        """

    /// How a row changes when counts are added; the functions for two values have other names in each database.
    static func additions(least: String, greatest: String, kept: String) -> String {
        return
            ([sums(kept: kept)] + [
                "category = excluded.category", "miss_reason = coalesce(excluded.miss_reason, \(kept).miss_reason)",
                "normalized_query = coalesce(\(kept).normalized_query, excluded.normalized_query)",
                "query = coalesce(\(kept).query, excluded.query)",
                "confidence_millionths = coalesce(excluded.confidence_millionths, \(kept).confidence_millionths)",
                "customers = \(greatest)(\(kept).customers, excluded.customers)",
                "first_seen = \(least)(\(kept).first_seen, excluded.first_seen)",
                "last_seen = \(greatest)(\(kept).last_seen, excluded.last_seen)", "archived_at = NULL",
            ]).joined(separator: ", ")
    }

    static let ofMonth = "tenant, language, digest, month, \(counts.joined(separator: ", "))"
    private static let counts = ["hits", "misses", "saved_microdollars", "cost_microdollars"]

    /// How counts are added to those of a row.
    static func sums(kept: String) -> String { counts.map { "\($0) = \(kept).\($0) + excluded.\($0)" }.joined(separator: ", ") }

    /// The patterns with what was counted in one month, in place of the table with all that was counted; the archived ones are among them,
    /// since they were not when they were asked.
    static func patterns(ofMonth month: String) -> String {
        let columns = (all + ", archived_at").split(separator: ", ").map { column -> String in
            if column == "archived_at" { return "NULL AS archived_at" }
            return (counts.contains(String(column)) ? "counted." : "kept.") + column
        }
        return """
            (SELECT \(columns.joined(separator: ", ")) FROM query_pattern_month AS counted
            JOIN query_pattern AS kept USING (tenant, language, digest) WHERE counted.month = \(month)) AS query_pattern
            """
    }

    static func removeMonths(before moment: String, limit: String) -> String {
        """
        DELETE FROM query_pattern_month WHERE (tenant, language, digest, month) IN
            (SELECT tenant, language, digest, month FROM query_pattern_month WHERE month < \(moment) LIMIT \(limit))
        """
    }

    /// The digest makes the order of equal rows the same in every answer.
    static func order(of selection: TopQuerySelection) -> String {
        switch (selection.order, selection.kind) {
        case (.count, _): "\(selection.kind.rawValue) DESC, last_seen DESC, digest, tenant"
        case (.savings, .hits): "saved_microdollars DESC, hits DESC, digest, tenant"
        case (.savings, .misses): "cost_microdollars DESC, misses DESC, digest, tenant"
        case (.recent, _): "last_seen DESC, digest, tenant"
        }
    }

    static func millionths(_ share: Double) -> Int64 { Int64((share * 1_000_000).rounded()) }
    static func share(_ millionths: Int64) -> Double { Double(millionths) / 1_000_000 }

    static func key(_ tenant: String, _ language: String, _ digest: [UInt8]) throws(StatisticsError) -> QueryPatternKey {
        guard let tenant = Tenant(stored: tenant), let language = Language(rawValue: language),
            let key = QueryPatternKey(tenant: tenant, language: language, bytes: digest)
        else { throw damaged("tenant, language or digest") }
        return key
    }

    static func damaged(_ what: String) -> StatisticsError { .damagedRow("unknown \(what) in query_pattern") }
}
