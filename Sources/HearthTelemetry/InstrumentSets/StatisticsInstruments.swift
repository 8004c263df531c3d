/// What the statistics say about themselves.
package struct StatisticsInstruments: Sendable {
    /// Where query patterns are.
    package enum Place: Int, MetricLabel {
        /// In memory, until the next write.
        case pending
        /// In the database.
        case kept

        package static let labelValues = ["pending", "kept"]
    }

    package let pendingRows: Gauge
    package let droppedRequests: Counter
    package let foldedSightings: Counter

    private let patternGauges: [Gauge]
    private let limitGauges: [Gauge]

    package init(registry: MetricRegistry) {
        pendingRows = registry.gauge(MetricCatalogue.statisticsPendingRows)
        droppedRequests = registry.counter(MetricCatalogue.statisticsDroppedRequests)
        foldedSightings = registry.counter(MetricCatalogue.queryPatternsFolded)
        patternGauges = registry.perLabel(Place.self) { registry.gauge(MetricCatalogue.queryPatterns, labels: [$0]) }
        limitGauges = registry.perLabel(Place.self) { registry.gauge(MetricCatalogue.queryPatternsLimit, labels: [$0]) }
    }

    package func patterns(_ place: Place) -> Gauge { patternGauges[place.index] }
    package func patternsLimit(_ place: Place) -> Gauge { limitGauges[place.index] }
}
