import Foundation
import GRDB
import HearthTelemetry

/// A row that does not hold a whole answer, such as one damaged on the disk.
struct DamagedAnswerRow: Error, CustomStringConvertible {
    let cacheKey: String

    var description: String { "the row \(cacheKey) does not hold a whole answer" }
}

extension CachedAnswer {
    private static let columns = [
        "cache_key", "canonical_scope", "canonical_text", "language", "category", "query", "normalized_query", "response", "confidence",
        "confidence_method", "model", "is_simulated", "cost_micro_dollars", "input_tokens", "output_tokens", "upstream_ms", "stored_at_ms",
        "fresh_until_ms", "revalidate_until_ms", "on_error_until_ms", "usable_until_ms", "hit_count", "last_accessed_ms", "size_bytes",
        "generation", "tags", "metadata", "helpful_votes", "unhelpful_votes", "completion", "space",
    ]

    /// Adds or replaces an answer; a newer answer to the same question inherits how often the question was asked.
    static let upsert = """
        INSERT INTO cached_answer (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT (cache_key) DO UPDATE SET \(columns.dropFirst().map(assignment).joined(separator: ", "))
        """

    private static func assignment(_ column: String) -> String {
        switch column {
        case "hit_count", "last_accessed_ms": "\(column) = max(\(column), excluded.\(column))"
        default: "\(column) = excluded.\(column)"
        }
    }

    var arguments: StatementArguments {
        [
            key.description, Data(form.scope), Data(form.text), language.rawValue, category.rawValue, query,
            normalizedQuery, text, confidence, confidenceMethod, model, isSimulated, costMicroDollars, inputTokens, outputTokens,
            upstreamDuration.wholeMilliseconds, storedAt.milliseconds, lifetime.freshUntil?.milliseconds,
            lifetime.revalidateUntil?.milliseconds, lifetime.onErrorUntil?.milliseconds, lifetime.usableUntil?.milliseconds,
            hitCount, lastAccessedAt.milliseconds, sizeBytes, generation, tags.isEmpty ? nil : tags.joined(separator: "\n"),
            metadata, votes.helpful, votes.unhelpful, completion.map { Data($0) }, space.name,
        ]
    }

    init(row: Row) throws {
        let keyText = row["cache_key"] as String
        guard let key = CacheKey(keyText), let category = ResponseCategory(rawValue: row["category"]) else {
            throw DamagedAnswerRow(cacheKey: keyText)
        }
        let form = CanonicalForm(
            scope: [UInt8](row["canonical_scope"] as Data), text: [UInt8](row["canonical_text"] as Data))
        self.init(
            key: key, form: form, query: row["query"], normalizedQuery: row["normalized_query"], category: category,
            text: row["response"], confidence: row["confidence"], confidenceMethod: row["confidence_method"],
            model: row["model"], isSimulated: row["is_simulated"], costMicroDollars: row["cost_micro_dollars"],
            inputTokens: row["input_tokens"], outputTokens: row["output_tokens"],
            upstreamDuration: .milliseconds(row["upstream_ms"] as Int64),
            storedAt: Timestamp(milliseconds: row["stored_at_ms"]),
            lifetime: Lifetime(
                freshUntil: Timestamp(column: row["fresh_until_ms"]),
                revalidateUntil: Timestamp(column: row["revalidate_until_ms"]),
                onErrorUntil: Timestamp(column: row["on_error_until_ms"])))
        hitCount = row["hit_count"]
        lastAccessedAt = Timestamp(milliseconds: row["last_accessed_ms"])
        generation = row["generation"]
        // Tags have no line breaks.
        tags = (row["tags"] as String?)?.split(separator: "\n").map(String.init) ?? []
        metadata = row["metadata"]
        votes = Votes(helpful: row["helpful_votes"], unhelpful: row["unhelpful_votes"])
        completion = (row["completion"] as Data?).map { [UInt8]($0) }
    }
}

extension Timestamp {
    fileprivate init?(column: Int64?) {
        guard let column else { return nil }
        self.init(milliseconds: column)
    }
}
