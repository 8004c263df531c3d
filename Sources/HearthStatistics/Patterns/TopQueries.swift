package import HearthTelemetry

/// Which patterns are asked for, and in which order.
package struct TopQuerySelection: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Questions that were answered from the cache.
        case hits
        /// Questions that were not.
        case misses
    }

    package enum Order: String, CaseIterable, Sendable {
        /// The most often counted first.
        case count
        /// Those that saved most first; for misses, those that cost most.
        case savings
        /// The latest first.
        case recent
    }

    package var kind = Kind.hits
    package var order = Order.count
    /// Whose questions; those of all for nil.
    package var tenant: Tenant?
    package var language: Language?
    package var category: ResponseCategory?
    package var limit = 10
    /// The beginning of a month in UTC, of which alone the counts are then; all that was counted for nil.
    package var month: Timestamp?

    package init() {}
}

/// One question that was asked again and again.
package struct QueryPattern: Equatable, Sendable {
    package var key: QueryPatternKey
    package var tally: QueryPatternTally
    /// Customers that are known to have asked, up to ``QueryPatternTally/customerLimit``.
    package var customers: Int

    package init(key: QueryPatternKey, tally: QueryPatternTally, customers: Int) {
        self.key = key
        self.tally = tally
        self.customers = customers
    }

    /// The same without the texts that may not be shown where original texts are not kept.
    package var withoutPrivateTexts: QueryPattern {
        var shown = self
        shown.tally.originalText = nil
        if customers < QueryPatternTally.customerLimit { shown.tally.normalizedText = nil }
        return shown
    }
}

/// The patterns of a selection, the first of them first.
package struct TopQueries: Equatable, Sendable {
    package var patterns: [QueryPattern] = []
    /// Requests of the kind that were counted without being told apart: no pattern lacks more than this.
    package var uncounted: Int64 = 0

    package init(patterns: [QueryPattern] = [], uncounted: Int64 = 0) {
        self.patterns = patterns
        self.uncounted = uncounted
    }
}

/// Where query patterns are kept; SQLite or PostgreSQL, with the same behaviour. They arrive with the batches of ``StatisticsStore``.
package protocol QueryPatternStore: Sendable {
    func topQueries(_ selection: TopQuerySelection) async throws(StatisticsError) -> TopQueries

    /// Forgets that a customer of a tenant has asked anything; returns how many patterns knew of him.
    func forget(_ customer: CustomerHash, of tenant: Tenant) async throws(StatisticsError) -> Int

    /// How many patterns are kept, the archived ones included.
    func patternCount() async throws(StatisticsError) -> Int

    /// Archives patterns that were not seen since a moment, as many as one short transaction bears; returns how many. One that is asked
    /// again comes back with its counts.
    func archivePatterns(unseenSince moment: Timestamp, at now: Timestamp) async throws(StatisticsError) -> Int

    /// Removes patterns that were archived before a moment, as many as one short transaction bears; returns how many.
    func removePatterns(archivedBefore moment: Timestamp) async throws(StatisticsError) -> Int

    /// Removes what was counted in months that began before a moment, as many rows as one short transaction bears; returns how many.
    func removePatternMonths(before moment: Timestamp) async throws(StatisticsError) -> Int

    /// Moves the rarest of the longest unseen patterns to their languages' remainders until at most `limit` are kept, as many as one short
    /// transaction bears; returns how many.
    func foldPatterns(over limit: Int) async throws(StatisticsError) -> Int
}
