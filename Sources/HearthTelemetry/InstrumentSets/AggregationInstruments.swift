/// What the aggregation of statistics counts.
package struct AggregationInstruments: Sendable {
    package enum Stage: Int, MetricLabel {
        case read
        case written
        case dropped

        package static let labelValues = ["read", "written", "dropped"]
    }

    package enum Resolution: Int, MetricLabel {
        case minute
        case hour
        case day

        package static let labelValues = ["minute", "hour", "day"]
    }

    package let backlogRows: Gauge

    private let rowCounters: [Counter]
    private let watermarks: [Gauge]

    package init(registry: MetricRegistry) {
        backlogRows = registry.gauge(MetricCatalogue.aggregationBacklog)
        rowCounters = registry.perLabel(Stage.self) { registry.counter(MetricCatalogue.aggregationRows, labels: [$0]) }
        watermarks = registry.perLabel(Resolution.self) { registry.gauge(MetricCatalogue.aggregationWatermark, labels: [$0]) }
    }

    package func rows(_ stage: Stage) -> Counter { rowCounters[stage.index] }

    /// Statistics are complete up to the moment it is set to.
    package func watermark(_ resolution: Resolution) -> Gauge { watermarks[resolution.index] }
}
