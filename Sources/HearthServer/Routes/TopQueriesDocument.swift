import HearthStatistics
import HearthTelemetry

/// The answer of `GET /api/v1/cache/top-queries`.
struct TopQueriesDocument: TabularDocument, Sendable {
    struct Query: Encodable, Sendable {
        /// As it was first asked; absent where original texts are not kept.
        var query: String?
        /// Absent where fewer than three customers have asked and original texts are not kept.
        var normalizedQuery: String?
        /// Why texts are absent.
        var hidden: String?
        /// Whose question.
        var tenant: String
        var language: String
        var category: String
        var hitCount: Int64
        var missCount: Int64
        /// Why it was not answered from the cache the last time it was not.
        var missReason: String?
        var firstAccessed: String
        var lastAccessed: String
        var confidenceScore: Double?
        /// US dollars.
        var costSavings: Double
        /// US dollars.
        var cost: Double

        init(_ pattern: QueryPattern) {
            let tally = pattern.tally
            query = tally.originalText
            normalizedQuery = tally.normalizedText
            hidden = tally.normalizedText == nil ? "fewer_than_three_customers" : tally.originalText == nil ? "original_not_kept" : nil
            tenant = pattern.key.tenant.name
            language = pattern.key.language.rawValue
            category = tally.category.rawValue
            hitCount = tally.hits
            missCount = tally.misses
            missReason = tally.missReason?.rawValue
            firstAccessed = tally.firstSeen.description
            lastAccessed = tally.lastSeen.description
            confidenceScore = tally.confidence.map(EntryDocument.rounded)
            costSavings = MicroDollars(tally.savedMicroDollars).dollars
            cost = MicroDollars(tally.costMicroDollars).dollars
        }
    }

    var queries: [Query]
    /// No count is smaller than the truth by more than this: requests whose question was counted together with other rare ones.
    var uncounted: Int64

    init(_ top: TopQueries) {
        queries = top.patterns.map(Query.init)
        uncounted = top.uncounted
    }

    var table: CSVTable {
        var table = CSVTable([
            "query", "normalizedQuery", "language", "category", "hitCount", "missCount", "missReason", "firstAccessed", "lastAccessed",
            "confidenceScore", "costSavings", "cost", "tenant",
        ])
        for query in queries {
            table.add([
                CSVTable.text(query.query), CSVTable.text(query.normalizedQuery), query.language, query.category, "\(query.hitCount)",
                "\(query.missCount)", CSVTable.value(query.missReason), query.firstAccessed, query.lastAccessed,
                CSVTable.value(query.confidenceScore), "\(query.costSavings)", "\(query.cost)", query.tenant,
            ])
        }
        return table
    }
}
