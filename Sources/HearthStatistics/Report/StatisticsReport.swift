package import HearthTelemetry

/// The answer of `GET /api/v1/cache/statistics`; its encoding has exactly the field names of the API.
///
/// Every number is a finite number: an empty range gives zeros. Times are milliseconds, money is US dollars, shares are 0…100.
package struct StatisticsReport: Equatable, Sendable {
    package var period: StatisticsPeriod
    /// The beginning of the first bucket, which may be earlier than what was asked for.
    package var startDate: Timestamp
    /// The end of the last bucket, exclusive.
    package var endDate: Timestamp
    package var generatedAt: Timestamp
    /// Everything before this moment is counted, on every replica that is known.
    package var completeThrough: Timestamp
    package var replicas: Replicas
    package var metrics: Metrics
    package var languageBreakdown: Breakdown<Language, LanguageShare>
    package var categoryBreakdown: Breakdown<ResponseCategory, CategoryShare>
    package var byResult: Breakdown<LookupResult, Int64>
    package var latencyByResult: Breakdown<LookupResult, Latency>
    package var missReasons: Breakdown<MissReason, Int64>
    /// Those of the result `miss` that got their answer from a call that another request made.
    package var sharedMisses: Int64
    /// Every language and category that anything was asked of, in their order.
    package var grid: [Cell]
    package var savings: Savings
    /// The same number of buckets before the range.
    package var previous: Previous
    package var series: [Bucket]

    /// Totals of a stretch of time; `cacheHits + cacheMisses == totalRequests` always.
    ///
    /// Hits are the results `hit` and `stale`. Misses are all the others: `miss`, `bypass` and `error`, failed requests
    /// included; `byResult` has them apart.
    package struct Metrics: Encodable, Equatable, Sendable {
        package var totalRequests: Int64
        package var cacheHits: Int64
        package var cacheMisses: Int64
        /// Hits per hundred requests; 90 of 100 is exactly 90.0.
        package var hitRate: Double
        package var failedRequests: Int64
        package var estimatedCostSavings: Double
        /// What callers' requests paid to the provider; background calls are in ``Savings``.
        package var aiApiCallsCost: Double
        package var totalCostWithoutCache: Double
        package var avgCacheResponseTime: Double
        /// The time spent waiting for the provider, over the requests that did.
        package var avgAiResponseTime: Double
        /// Percentiles of answers from the cache, with a relative error below 1 %.
        package var p50CacheResponseTime: Double
        package var p95CacheResponseTime: Double
        package var p99CacheResponseTime: Double
    }

    package struct LanguageShare: Encodable, Equatable, Sendable {
        package var requests: Int64
        package var hits: Int64
        package var hitRate: Double
        package var estimatedCostSavings: Double
    }

    package struct CategoryShare: Encodable, Equatable, Sendable {
        package var requests: Int64
        package var hits: Int64
        package var hitRate: Double
        package var avgResponseTime: Double
        package var estimatedCostSavings: Double
    }

    /// One category in one language.
    package struct Cell: Encodable, Equatable, Sendable {
        package var language: Language
        package var category: ResponseCategory
        package var requests: Int64
        package var hits: Int64
        package var hitRate: Double
    }

    /// Whole response times of one result, in milliseconds.
    package struct Latency: Encodable, Equatable, Sendable {
        package var average: Double
        package var p50: Double
        package var p95: Double
        package var p99: Double
    }

    /// Money in US dollars; `net` is `avoided` without the cost of warming, refresh and shadow checks.
    package struct Savings: Encodable, Equatable, Sendable {
        package var avoided: Double
        package var warming: Double
        package var refresh: Double
        package var shadow: Double
        package var net: Double
    }

    package struct Replicas: Encodable, Equatable, Sendable {
        /// Heard of within the last half minute, the answering one included.
        package var reporting: Int
        /// Heard of within the last hour and not shut down.
        package var known: Int
    }

    /// One bucket of the series.
    package struct Bucket: Equatable, Sendable {
        package var startDate: Timestamp
        package var endDate: Timestamp
        /// Whether the bucket is over, counted on every known replica, and not removed by retention.
        package var complete: Bool
        package var metrics: Metrics
        package var byResult: Breakdown<LookupResult, Int64>
        package var missReasons: Breakdown<MissReason, Int64>
        package var sharedMisses: Int64
        package var savings: Savings
    }

    package struct Previous: Equatable, Sendable {
        package var startDate: Timestamp
        package var endDate: Timestamp
        /// False when retention has removed a part of it, so that it cannot be compared with.
        package var complete: Bool
        package var metrics: Metrics
        package var savings: Savings
    }
}

/// One value for every case of an enumeration; encoded as an object with a member for each.
package struct Breakdown<Key: CaseIterable & RawRepresentable<String> & Equatable & Sendable, Value: Encodable & Equatable & Sendable>:
    Equatable, Sendable
{
    private var values: [Value]

    package init(_ value: (Key) -> Value) {
        values = Key.allCases.map(value)
    }

    /// All cases with their values, in the order of the enumeration.
    package var entries: [(key: Key, value: Value)] { Array(zip(Key.allCases, values)) }

    package subscript(key: Key) -> Value { values[Self.position(of: key)] }

    private static func position(of key: Key) -> Int {
        var position = 0
        for candidate in Key.allCases {
            if candidate == key { break }
            position += 1
        }
        return position
    }
}
