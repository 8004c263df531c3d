import HearthTelemetry

/// The figures of a report, computed from exact sums in one place.
extension BucketSummary {
    var metrics: StatisticsReport.Metrics {
        let served = served
        let all = all
        return StatisticsReport.Metrics(
            totalRequests: all.requests,
            cacheHits: served.requests,
            cacheMisses: all.requests - served.requests,
            hitRate: Self.percentage(served.requests, of: all.requests),
            failedRequests: all.failed,
            estimatedCostSavings: MicroDollars(all.savedMicroDollars).dollars,
            aiApiCallsCost: MicroDollars(all.costMicroDollars).dollars,
            totalCostWithoutCache: MicroDollars(all.savedMicroDollars &+ all.costMicroDollars).dollars,
            avgCacheResponseTime: Self.milliseconds(served.durationNanoseconds, per: served.requests),
            avgAiResponseTime: Self.milliseconds(all.upstreamNanoseconds, per: all.upstreamRequests),
            p50CacheResponseTime: Self.milliseconds(served.latency.nanoseconds(atPermille: 500)),
            p95CacheResponseTime: Self.milliseconds(served.latency.nanoseconds(atPermille: 950)),
            p99CacheResponseTime: Self.milliseconds(served.latency.nanoseconds(atPermille: 990))
        )
    }

    var savings: StatisticsReport.Savings {
        let avoided = byResult.reduce(0) { $0 &+ $1.savedMicroDollars }
        let spent = background.reduce(0) { $0 &+ $1.costMicroDollars }
        func dollars(_ purpose: BackgroundPurpose) -> Double { MicroDollars(background[purpose.index].costMicroDollars).dollars }
        return StatisticsReport.Savings(
            avoided: MicroDollars(avoided).dollars, warming: dollars(.warming), refresh: dollars(.refresh),
            shadow: dollars(.shadow), net: MicroDollars(avoided &- spent).dollars)
    }

    var requestsByResult: Breakdown<LookupResult, Int64> { Breakdown { byResult[$0.index].requests } }

    var sharedMisses: Int64 { byResult[LookupResult.miss.index].shared }

    var missReasons: Breakdown<MissReason, Int64> {
        let reasons = byResult.reduce(SIMD8<Int64>.zero) { $0 &+ $1.missReasons }
        return Breakdown { reasons[$0.lane] }
    }

    var latencyByResult: Breakdown<LookupResult, StatisticsReport.Latency> {
        Breakdown { result in
            let tally = byResult[result.index]
            return StatisticsReport.Latency(
                average: Self.milliseconds(tally.durationNanoseconds, per: tally.requests),
                p50: Self.milliseconds(tally.latency.nanoseconds(atPermille: 500)),
                p95: Self.milliseconds(tally.latency.nanoseconds(atPermille: 950)),
                p99: Self.milliseconds(tally.latency.nanoseconds(atPermille: 990)))
        }
    }

    var languageBreakdown: Breakdown<Language, StatisticsReport.LanguageShare> {
        Breakdown { language in
            let share = byLanguage[language.index]
            return StatisticsReport.LanguageShare(
                requests: share.requests, hits: share.hits, hitRate: Self.percentage(share.hits, of: share.requests),
                estimatedCostSavings: MicroDollars(share.savedMicroDollars).dollars)
        }
    }

    var grid: [StatisticsReport.Cell] {
        Language.allCases.flatMap { language in
            ResponseCategory.allCases.compactMap { category in
                let share = byLanguageAndCategory[Self.place(language, category)]
                guard share.requests > 0 else { return nil }
                return StatisticsReport.Cell(
                    language: language, category: category, requests: share.requests, hits: share.hits,
                    hitRate: Self.percentage(share.hits, of: share.requests))
            }
        }
    }

    var categoryBreakdown: Breakdown<ResponseCategory, StatisticsReport.CategoryShare> {
        Breakdown { category in
            let share = byCategory[category.index]
            return StatisticsReport.CategoryShare(
                requests: share.requests, hits: share.hits, hitRate: Self.percentage(share.hits, of: share.requests),
                avgResponseTime: Self.milliseconds(share.durationNanoseconds, per: share.requests),
                estimatedCostSavings: MicroDollars(share.savedMicroDollars).dollars)
        }
    }

    /// Multiplied before divided: 90 of 100 is exactly 90.0, which 0.9 × 100 need not be.
    private static func percentage(_ part: Int64, of whole: Int64) -> Double {
        whole > 0 ? Double(part) * 100 / Double(whole) : 0
    }

    private static func milliseconds(_ nanoseconds: Int64, per count: Int64 = 1) -> Double {
        count > 0 ? Double(nanoseconds) / Double(count) / 1_000_000 : 0
    }
}
