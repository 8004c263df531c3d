import GRDB
import HearthTelemetry

/// Entries that one transaction of a pruning removed.
struct PrunedBatch: Sendable {
    var keys: [CacheKey] = []
    var bytes: Int64 = 0
}

/// One reason to remove an entry, as SQL over a bounded number of rows.
enum PruneRule: CaseIterable {
    case expired
    case lowQuality
    case lowValue
    case overSize

    func isAsked(by request: PruneRequest) -> Bool {
        switch self {
        case .expired: request.expired
        case .lowQuality: request.lowQuality
        case .lowValue: request.lowValue
        case .overSize: request.space == nil
        }
    }

    func removeBatch(in database: Database, request: PruneRequest) throws -> PrunedBatch {
        guard let condition = condition(request) else { return try removeOverSize(database, request) }
        return try remove(database, request, where: condition.sql, condition.arguments)
    }

    /// Which entries the rule names; nil for the one that depends on all of them together.
    func condition(_ request: PruneRequest) -> (sql: String, arguments: StatementArguments)? {
        switch self {
        case .expired:
            // What seems to come from the future was stored by a wrong clock and is not served either.
            (
                "usable_until_ms <= ? OR stored_at_ms > ?",
                [request.now.milliseconds, (request.now + .seconds(60)).milliseconds]
            )
        case .lowQuality:
            // As ``CachedAnswer/Votes/confidence(from:)`` computes it.
            ("(4.0 * confidence + helpful_votes) / (4.0 + helpful_votes + unhelpful_votes) < ?", [request.minimumConfidence])
        case .lowValue:
            (
                "stored_at_ms < ? AND hit_count < ?",
                [(request.now - request.lowValueAge).milliseconds, request.lowValueHits]
            )
        case .overSize: nil
        }
    }

    private func remove(
        _ database: Database, _ request: PruneRequest, where condition: String, _ arguments: StatementArguments
    ) throws -> PrunedBatch {
        let rows = try Row.fetchAll(
            database,
            sql: """
                DELETE FROM cached_answer WHERE cache_key IN (
                    SELECT cache_key FROM cached_answer WHERE (\(condition))\(request.space == nil ? "" : " AND space = ?")
                    LIMIT \(request.batchSize)
                ) RETURNING cache_key, size_bytes
                """,
            arguments: arguments + StatementArguments([request.space?.name].compactMap(\.self)))
        return PrunedBatch(rows: rows)
    }

    /// Removes the least valuable entries, at most one batch, until the rest fits; value is saved cost per byte.
    private func removeOverSize(_ database: Database, _ request: PruneRequest) throws -> PrunedBatch {
        let total = try Int64.fetchOne(database, sql: "SELECT coalesce(sum(size_bytes), 0) FROM cached_answer") ?? 0
        guard total > request.maximumBytes else { return PrunedBatch() }
        let rows = try Row.fetchAll(
            database,
            sql: """
                DELETE FROM cached_answer WHERE cache_key IN (
                    SELECT cache_key FROM (
                        SELECT cache_key, sum(size_bytes) OVER (
                            ORDER BY 1.0 * hit_count * cost_micro_dollars / size_bytes, last_accessed_ms, cache_key
                        ) - size_bytes AS removed_before
                        FROM cached_answer
                    ) WHERE removed_before < ? LIMIT \(request.batchSize)
                ) RETURNING cache_key, size_bytes
                """,
            arguments: [total - request.maximumBytes])
        return PrunedBatch(rows: rows)
    }
}

extension PrunedBatch {
    fileprivate init(rows: [Row]) {
        keys = rows.compactMap { CacheKey($0["cache_key"]) }
        bytes = rows.reduce(0) { $0 + ($1["size_bytes"] as Int64) }
    }
}

extension PruneOutcome {
    mutating func add(_ batch: PrunedBatch, by rule: PruneRule) {
        switch rule {
        case .expired: expiredRemoved += batch.keys.count
        case .lowQuality: lowQualityRemoved += batch.keys.count
        case .lowValue: lowValueRemoved += batch.keys.count
        case .overSize: overSizeRemoved += batch.keys.count
        }
        bytesRemoved += batch.bytes
        removedKeys += batch.keys
    }
}
