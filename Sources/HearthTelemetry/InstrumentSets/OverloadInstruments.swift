/// What is measured and counted about having more to do than can be done in time.
package struct OverloadInstruments: Sendable {
    /// Work that may be refused, in the order in which it is.
    package enum Work: Int, MetricLabel {
        /// What nobody waits for: refreshes, warming, comparisons.
        case background
        /// Lists, figures and pages.
        case listing
        /// Calls to a provider that somebody waits for.
        case miss

        package static let labelValues = ["background", "listing", "miss"]
    }

    package let delay: Gauge
    package let target: Gauge
    package let level: Gauge
    private let shedCounters: [Counter]

    package init(registry: MetricRegistry) {
        delay = registry.gauge(MetricCatalogue.overloadDelay)
        target = registry.gauge(MetricCatalogue.overloadTarget)
        level = registry.gauge(MetricCatalogue.overloadLevel)
        shedCounters = registry.perLabel(Work.self) { registry.counter(MetricCatalogue.overloadShed, labels: [$0]) }
    }

    package func shed(_ work: Work) -> Counter { shedCounters[work.index] }
}
