/// A misuse of the registry that is counted and tolerated, since telemetry must never take a service down.
package enum MetricConflict: Int, MetricLabel {
    /// A name that is registered as another kind of instrument, or with other buckets.
    case type
    /// Other labels than the family has.
    case labels
    /// A negative amount for a counter.
    case negative
    /// A name that may not be exposed or that is taken by the samples of another family.
    case name

    package static let labelValues = ["type", "labels", "negative", "name"]
}

/// How much a registry holds at most.
package struct MetricLimits: Sendable {
    /// Label sets per family; one more takes everything beyond.
    package var childrenPerFamily: Int
    package var families: Int
    /// Exposed lines over all families; OpenMetrics advises less than 10,000.
    package var lines: Int

    package init(childrenPerFamily: Int = 200, families: Int = 400, lines: Int = 8000) {
        self.childrenPerFamily = childrenPerFamily
        self.families = families
        self.lines = lines
    }
}
