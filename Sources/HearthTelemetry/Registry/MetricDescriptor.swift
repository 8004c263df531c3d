/// What is known about a metric family before it has a value: name, kind, unit, meaning, labels.
package struct MetricDescriptor: Sendable {
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
        /// A gauge that is always 1 and carries facts in its labels.
        case info
    }

    /// The base unit; where it is not ``none`` and not dimensionless by convention, the name ends with it.
    package enum Unit: String, Sendable {
        case none = ""
        case seconds
        case bytes
        case ratio
        case usd
        case tokens
    }

    package let name: String
    package let kind: Kind
    package let unit: Unit
    package let help: String
    package let labels: [LabelDescriptor]
    /// Empty unless ``kind`` is a histogram.
    package let buckets: HistogramBounds
    /// Whether the buckets of a histogram name a trace each; every one takes a kilobyte more for that.
    package let keepsExemplars: Bool
    /// The largest number of label sets that the series budget reckons with.
    package let expectedChildren: Int

    /// - Parameter expectedChildren: where it is less than the product of the labels' values, because not every combination is legal.
    package init(
        _ name: String, _ kind: Kind, unit: Unit = .none, labels: [LabelDescriptor] = [], buckets: HistogramBounds = HistogramBounds([]),
        keepsExemplars: Bool = false, expectedChildren: Int? = nil, help: String
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.labels = labels
        self.buckets = buckets
        self.keepsExemplars = keepsExemplars
        self.expectedChildren = expectedChildren ?? labels.reduce(1) { $0 * $1.expectedCount }
    }
}

extension MetricDescriptor {
    /// Lines exposed for one label set: 1, or the buckets with `+Inf`, sum and count.
    package var linesPerChild: Int {
        kind == .histogram ? buckets.values.count + 3 : 1
    }

    package var maximumLines: Int { expectedChildren * linesPerChild }

    /// The family's name in OpenMetrics, where the suffixes of counters and infos belong to the samples only.
    package var openMetricsName: String {
        switch kind {
        case .counter where name.hasSuffix("_total"): String(name.dropLast("_total".count))
        case .info where name.hasSuffix("_info"): String(name.dropLast("_info".count))
        case .counter, .info, .gauge, .histogram: name
        }
    }

    /// Every name that this family takes for itself, so that no other family's lines can be mistaken for its own.
    var claimedNames: [String] {
        let base = openMetricsName
        switch kind {
        case .counter: return [base, base + "_total", base + "_created"]
        case .gauge: return [base]
        case .histogram: return [base, base + "_bucket", base + "_sum", base + "_count", base + "_created"]
        case .info: return [base, base + "_info"]
        }
    }

    /// Whether name and labels may be exposed at all.
    ///
    /// Reserved: labels that Prometheus or OpenMetrics give a meaning (`job`, `instance`, `le`, `quantile`), `type`, which confuses readers,
    /// names of labels that begin with `__`, and metric names that begin with `scrape_`.
    var isWellNamed: Bool {
        let labelNames = labels.map(\.name)
        return MetricName.isMetricName(name) && !name.hasPrefix("scrape_")
            && (kind != .counter || name.hasSuffix("_total") && name.utf8.count > "_total".utf8.count)
            && (kind != .info || name.hasSuffix("_info") && name.utf8.count > "_info".utf8.count)
            && labelNames.allSatisfy { MetricName.isLabelName($0) && !MetricName.isReservedLabelName($0) }
            && Set(labelNames).count == labelNames.count
    }
}
