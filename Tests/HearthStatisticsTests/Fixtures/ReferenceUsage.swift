import HearthStatistics
import HearthTelemetry

/// The figures of a stretch of time, computed from the raw events in the simplest way.
struct ReferenceUsage {
    /// In the order of time.
    private let events: [UsageEvent]
    private let background: [(purpose: BackgroundPurpose, cost: Int64, at: Timestamp)]

    init(events: [UsageEvent], background: [(purpose: BackgroundPurpose, cost: Int64, at: Timestamp)]) {
        self.events = events
        self.background = background
    }

    /// What differs between a report's figures and the events of its time; empty when all agree.
    func differences(
        from metrics: StatisticsReport.Metrics, _ savings: StatisticsReport.Savings, _ start: Timestamp, _ end: Timestamp
    ) -> [String] {
        let own = events[firstEvent(from: start)..<firstEvent(from: end)]
        let spent = background.filter { start <= $0.at && $0.at < end }
        let hits = own.filter { $0.result == .hit || $0.result == .stale }
        let asked = own.filter { $0.upstreamDuration > .zero }
        let saved = own.reduce(0) { $0 + $1.savedMicroDollars }
        let cost = own.reduce(0) { $0 + $1.costMicroDollars }
        func mean(_ durations: [Duration]) -> Double {
            let sum = durations.reduce(Duration.zero, +)
            return durations.isEmpty
                ? 0
                : Double(sum.components.seconds * 1_000_000_000 + sum.components.attoseconds / 1_000_000_000)
                    / Double(durations.count) / 1_000_000
        }
        let durations = hits.map(\.duration).sorted()
        func percentile(_ hundredths: Int) -> Double {
            durations.isEmpty ? 0 : mean([durations[max(1, (durations.count * hundredths + 99) / 100) - 1]])
        }
        var found: [String] = []
        func compare(_ name: String, _ shown: Double, _ exact: Double, within share: Double = 0) {
            if abs(shown - exact) > abs(exact) * share { found.append("\(name) of \(start): \(shown), should be \(exact)") }
        }
        compare("requests", Double(metrics.totalRequests), Double(own.count))
        compare("hits", Double(metrics.cacheHits), Double(hits.count))
        compare("misses", Double(metrics.cacheMisses), Double(own.count - hits.count))
        compare("failed", Double(metrics.failedRequests), Double(own.count { $0.failed }))
        compare("hit rate", metrics.hitRate, own.isEmpty ? 0 : Double(hits.count * 100) / Double(own.count))
        compare("saved", metrics.estimatedCostSavings, Double(saved) / 1_000_000)
        compare("cost", metrics.aiApiCallsCost, Double(cost) / 1_000_000)
        compare("without cache", metrics.totalCostWithoutCache, Double(saved + cost) / 1_000_000)
        compare("cache time", metrics.avgCacheResponseTime, mean(hits.map(\.duration)))
        compare("provider time", metrics.avgAiResponseTime, mean(asked.map(\.upstreamDuration)))
        compare("p50", metrics.p50CacheResponseTime, percentile(50), within: 0.01)
        compare("p95", metrics.p95CacheResponseTime, percentile(95), within: 0.01)
        compare("p99", metrics.p99CacheResponseTime, percentile(99), within: 0.01)
        compare("net", savings.net, Double(saved - spent.reduce(0) { $0 + $1.cost }) / 1_000_000)
        compare("warming", savings.warming, Double(spent.reduce(0) { $0 + ($1.purpose == .warming ? $1.cost : 0) }) / 1_000_000)
        return found
    }

    private func firstEvent(from moment: Timestamp) -> Int {
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].finishedAt < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
