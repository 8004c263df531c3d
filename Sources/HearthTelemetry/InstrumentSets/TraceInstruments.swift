/// What is counted about traces on their way to whoever collects them.
package struct TraceInstruments: Sendable {
    /// What became of a span.
    package enum Outcome: Int, MetricLabel {
        /// The collector has it.
        case exported
        /// The queue was full.
        case dropped
        /// The collector could not be reached in time, or refused the whole export.
        case failed
        /// The collector took the export but not this span.
        case rejected

        package static let labelValues = ["exported", "dropped", "failed", "rejected"]
    }

    package let queue: Gauge
    package let queueLimit: Gauge
    private let counters: [Counter]

    package init(registry: MetricRegistry) {
        queue = registry.gauge(MetricCatalogue.traceQueue)
        queueLimit = registry.gauge(MetricCatalogue.traceQueueLimit)
        counters = registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.traceSpans, labels: [$0]) }
    }

    package func spans(_ outcome: Outcome) -> Counter { counters[outcome.index] }
}
