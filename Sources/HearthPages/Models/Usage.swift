package import HearthTelemetry

/// What was asked and what it saved in a range, as `GET /api/v1/cache/statistics` has it.
package struct Usage: Sendable {
    package var from: Timestamp
    /// Not part of the range.
    package var to: Timestamp
    package var bucket: BucketLength
    package var totals: UsageTotals
    /// The equal range before; nil where it is not known in full.
    package var previous: UsageTotals?
    /// In order of time, without holes; at most 168.
    package var buckets: [UsageBucket]
    /// In the order to be shown.
    package var languages: [UsageShare<Language>]
    package var categories: [UsageShare<ResponseCategory>]
    /// Language by category; cells without a question may be left out.
    package var grid: [GridCell]
    /// What is worth a mark in charts: start, version, configuration, invalidation.
    package var marks: [PageEvent]
    /// When the first question ever was counted; nil before.
    package var firstQuestion: Timestamp?
    /// How long figures of this bucket length are kept.
    package var keptDays: Int?

    package init(
        from: Timestamp, to: Timestamp, bucket: BucketLength, totals: UsageTotals, previous: UsageTotals? = nil, buckets: [UsageBucket],
        languages: [UsageShare<Language>] = [], categories: [UsageShare<ResponseCategory>] = [], grid: [GridCell] = [],
        marks: [PageEvent] = [], firstQuestion: Timestamp? = nil, keptDays: Int? = nil
    ) {
        self.from = from
        self.to = to
        self.bucket = bucket
        self.totals = totals
        self.previous = previous
        self.buckets = buckets
        self.languages = languages
        self.categories = categories
        self.grid = grid
        self.marks = marks
        self.firstQuestion = firstQuestion
        self.keptDays = keptDays
    }
}

package enum BucketLength: String, CaseIterable, Sendable {
    case minute
    case hour
    case day
    case week
    case month
}

package struct UsageTotals: Sendable, Equatable {
    package var results: ResultCounts
    /// Answered from the cache, per hundred of all: 0...100.
    package var hitRate: Double
    package var savings: SavingsFigures
    /// Milliseconds, over the answers from the cache.
    package var p95CacheMilliseconds: Double
    /// Dollars that callers' requests paid to the provider.
    package var paidDollars: Double

    package init(
        results: ResultCounts = ResultCounts(), hitRate: Double = 0, savings: SavingsFigures = SavingsFigures(),
        p95CacheMilliseconds: Double = 0, paidDollars: Double = 0
    ) {
        self.results = results
        self.hitRate = hitRate
        self.savings = savings
        self.p95CacheMilliseconds = p95CacheMilliseconds
        self.paidDollars = paidDollars
    }

    package var answers: Int64 { results.total }
    package var fromCache: Int64 { results.hit + results.stale }
}

/// Requests by how they ended.
package struct ResultCounts: Sendable, Equatable {
    package var hit: Int64
    package var stale: Int64
    /// Waited for the call of another who asked the same.
    package var shared: Int64
    package var miss: Int64
    package var bypass: Int64
    package var error: Int64

    package init(hit: Int64 = 0, stale: Int64 = 0, shared: Int64 = 0, miss: Int64 = 0, bypass: Int64 = 0, error: Int64 = 0) {
        self.hit = hit
        self.stale = stale
        self.shared = shared
        self.miss = miss
        self.bypass = bypass
        self.error = error
    }

    package var total: Int64 { hit + stale + shared + miss + bypass + error }
}

/// Money in US dollars.
package struct SavingsFigures: Sendable, Equatable {
    package var avoided: Double
    package var warming: Double
    package var refresh: Double
    package var checks: Double

    package init(avoided: Double = 0, warming: Double = 0, refresh: Double = 0, checks: Double = 0) {
        self.avoided = avoided
        self.warming = warming
        self.refresh = refresh
        self.checks = checks
    }

    package var net: Double { avoided - warming - refresh - checks }
}

package struct UsageBucket: Sendable {
    package var from: Timestamp
    package var to: Timestamp
    /// Whether it is over and counted everywhere.
    package var isComplete: Bool
    package var results: ResultCounts
    package var savings: SavingsFigures
    /// Milliseconds, over the answers from the cache.
    package var p95CacheMilliseconds: Double?

    package init(
        from: Timestamp, to: Timestamp, isComplete: Bool, results: ResultCounts, savings: SavingsFigures,
        p95CacheMilliseconds: Double? = nil
    ) {
        self.from = from
        self.to = to
        self.isComplete = isComplete
        self.results = results
        self.savings = savings
        self.p95CacheMilliseconds = p95CacheMilliseconds
    }
}

/// The part of the answers that one language or category has.
package struct UsageShare<Key: Sendable>: Sendable {
    package var key: Key
    package var answers: Int64
    package var fromCache: Int64
    /// 0...100.
    package var hitRate: Double
    package var savedDollars: Double?

    package init(key: Key, answers: Int64, fromCache: Int64, hitRate: Double, savedDollars: Double? = nil) {
        self.key = key
        self.answers = answers
        self.fromCache = fromCache
        self.hitRate = hitRate
        self.savedDollars = savedDollars
    }
}

package struct GridCell: Sendable {
    package var language: Language
    package var category: ResponseCategory
    package var answers: Int64
    /// 0...100.
    package var hitRate: Double

    package init(language: Language, category: ResponseCategory, answers: Int64, hitRate: Double) {
        self.language = language
        self.category = category
        self.answers = answers
        self.hitRate = hitRate
    }
}

/// Something notable that happened; `GET /api/v1/events`.
package struct PageEvent: Sendable {
    package var at: Timestamp
    package var kind: Kind
    /// In English, as it is in the API.
    package var text: String
    package var actor: String?
    /// The word that the audit has for it; nil for what nobody did.
    package var act: String?

    package init(at: Timestamp, kind: Kind, text: String, actor: String? = nil, act: String? = nil) {
        self.at = at
        self.kind = kind
        self.text = text
        self.actor = actor
        self.act = act
    }

    package enum Kind: String, CaseIterable, Sendable {
        case start
        case stop
        case version
        case configuration
        case breaker
        case invalidation
        case maintenance
        case other
    }
}
