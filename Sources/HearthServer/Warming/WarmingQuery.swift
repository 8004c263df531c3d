package import HearthTelemetry

/// One question to warm the cache with, as `common-queries.json` and `POST /api/v1/cache/warm` carry it.
package struct WarmingQuery: Sendable, Equatable {
    package var query: String
    package var language: Language
    /// Recognised by the category rules when nil.
    package var category: ResponseCategory?
    /// An answer to keep as it is; the provider is asked when nil.
    package var response: String?
    /// How sure the author of ``response`` is; 1 when nil.
    package var confidence: Double?
    /// Whose cache it is for.
    package var tenant: Tenant

    package init(
        query: String, language: Language, category: ResponseCategory? = nil, response: String? = nil, confidence: Double? = nil,
        tenant: Tenant = .standard
    ) {
        self.tenant = tenant
        self.query = query
        self.language = language
        self.category = category
        self.response = response
        self.confidence = confidence
    }
}

/// What a warming did.
package struct WarmingReport: Sendable, Equatable {
    package var processed = 0
    /// Answers that were asked for or given, and kept.
    package var cached = 0
    /// Questions whose answer was kept and fresh already.
    package var skipped = 0
    /// Questions without an answer that is good enough.
    package var failed = 0
    /// Questions that were left for later, because the hour's calls or the tenant's budget were used up, or the store had no room.
    package var postponed = 0
    package var duration: Duration = .zero

    package init() {}

    mutating func add(_ other: WarmingReport) {
        processed += other.processed
        cached += other.cached
        skipped += other.skipped
        failed += other.failed
        postponed += other.postponed
        duration += other.duration
    }
}
