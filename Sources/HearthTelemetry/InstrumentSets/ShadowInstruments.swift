/// What shadow checks count: hits that are asked of the provider again and compared.
package struct ShadowInstruments: Sendable {
    /// What a comparison found.
    package enum Verdict: Int, MetricLabel {
        case match
        case mismatch
        /// Nothing: the provider gave no answer that could be compared.
        case error

        package static let labelValues = ["match", "mismatch", "error"]
    }

    /// Why a sampled hit was not compared.
    package enum SkipReason: Int, MetricLabel {
        case queueFull
        case dailyLimit
        /// The provider's slots are for callers.
        case busy

        package static let labelValues = ["queue_full", "daily_limit", "busy"]
    }

    package let waiting: Gauge

    private let checkCounters: [Counter]
    private let skipCounters: [Counter]
    private let factorGauges: [Gauge]

    package init(registry: MetricRegistry) {
        waiting = registry.gauge(MetricCatalogue.cacheShadowWaiting)
        checkCounters = registry.perLabel(Verdict.self) { registry.counter(MetricCatalogue.cacheShadowChecks, labels: [$0]) }
        skipCounters = registry.perLabel(SkipReason.self) { registry.counter(MetricCatalogue.cacheShadowSkips, labels: [$0]) }
        factorGauges = registry.perLabel(ResponseCategory.self) { registry.gauge(MetricCatalogue.cacheLifetimeFactor, labels: [$0]) }
        for gauge in factorGauges { gauge.set(1.0) }
    }

    package func checks(_ verdict: Verdict) -> Counter { checkCounters[verdict.index] }

    package func skips(_ reason: SkipReason) -> Counter { skipCounters[reason.index] }

    package func lifetimeFactor(_ category: ResponseCategory) -> Gauge { factorGauges[category.index] }
}
