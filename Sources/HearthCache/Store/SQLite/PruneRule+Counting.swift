import GRDB
import HearthTelemetry

/// What a pruning would remove, in one look at the table: the rules stand in the order in which they are applied, and an entry counts for
/// the first that names it.
extension PruneRule {
    static func count(in database: Database, request: PruneRequest) throws -> PruneOutcome {
        var arguments: StatementArguments = []
        let cases = allCases.filter { $0.isAsked(by: request) }.compactMap { rule -> String? in
            guard let condition = rule.condition(request) else { return nil }
            arguments += condition.arguments
            return "WHEN \(condition.sql) THEN '\(rule)'"
        }
        let named = cases.isEmpty ? "NULL" : "CASE \(cases.joined(separator: " ")) END"
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT rule, count(*) AS entries, sum(size_bytes) AS bytes
                FROM (SELECT size_bytes, \(named) AS rule FROM cached_answer\(request.space == nil ? "" : " WHERE space = ?"))
                GROUP BY rule
                """, arguments: arguments + StatementArguments([request.space?.name].compactMap(\.self)))
        var outcome = PruneOutcome()
        var left: Int64 = 0
        for row in rows {
            let rule = (row["rule"] as String?).flatMap { name in allCases.first { "\($0)" == name } }
            guard let rule else {
                left = row["bytes"]
                continue
            }
            outcome.add(entries: row["entries"], bytes: row["bytes"], by: rule)
        }
        guard overSize.isAsked(by: request), left > request.maximumBytes else { return outcome }
        let over = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*) AS entries, coalesce(sum(size_bytes), 0) AS bytes FROM (
                    SELECT size_bytes, sum(size_bytes) OVER (
                        ORDER BY 1.0 * hit_count * cost_micro_dollars / size_bytes, last_accessed_ms, cache_key
                    ) - size_bytes AS removed_before
                    FROM (SELECT *, \(named) AS rule FROM cached_answer) WHERE rule IS NULL
                ) WHERE removed_before < ?
                """, arguments: arguments + [left - request.maximumBytes])
        if let over { outcome.add(entries: over["entries"], bytes: over["bytes"], by: .overSize) }
        return outcome
    }
}

extension PruneOutcome {
    fileprivate mutating func add(entries: Int, bytes: Int64, by rule: PruneRule) {
        switch rule {
        case .expired: expiredRemoved += entries
        case .lowQuality: lowQualityRemoved += entries
        case .lowValue: lowValueRemoved += entries
        case .overSize: overSizeRemoved += entries
        }
        bytesRemoved += bytes
    }
}
