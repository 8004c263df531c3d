extension RegistryMetricsFactory {
    /// What a library asked for.
    enum Shape: Sendable {
        case counter
        case floatingCounter
        case gauge
        case histogram
        case timer

        var kind: MetricDescriptor.Kind {
            switch self {
            case .counter, .floatingCounter: .counter
            case .gauge: .gauge
            case .histogram, .timer: .histogram
            }
        }

        /// Sizes and counts for recorders, of which nothing is known; durations for timers.
        var buckets: HistogramBounds {
            switch self {
            case .counter, .floatingCounter, .gauge: HistogramBounds([])
            case .histogram: .tokens
            case .timer: .http
            }
        }

        fileprivate var suffix: String {
            switch self {
            case .counter, .floatingCounter: "_total"
            case .timer: "_seconds"
            case .gauge, .histogram: ""
            }
        }
    }

    /// The name under which an instrument is exposed; a suffix that is there already is not repeated.
    static func exposedName(_ label: String, _ shape: Shape) -> String {
        let name = MetricName.sanitized(label)
        return name.hasSuffix(shape.suffix) ? name : name + shape.suffix
    }

    /// A label name that may be exposed: reserved ones are prefixed as Prometheus does it when it meets its own names.
    static func exposedLabel(_ dimension: String) -> String {
        let name = MetricName.sanitized(dimension)
        return MetricName.isReservedLabelName(name) ? "exported_" + name : name
    }

    static func descriptor(name: String, label: String, _ shape: Shape, labels: [String]) -> MetricDescriptor {
        MetricDescriptor(
            name, shape.kind, unit: shape == .timer ? .seconds : .none, labels: labels.map { LabelDescriptor($0, from: .library) },
            buckets: shape.buckets, help: "Counted by a library as \(label).")
    }

    /// The values in the order of the family's labels, missing ones empty; and whether all dimensions had a place.
    static func values(_ dimensions: [(String, String)], for descriptor: MetricDescriptor) -> (values: [String], isComplete: Bool) {
        let given = Dictionary(dimensions.map { (exposedLabel($0.0), $0.1) }) { $1 }
        let names = descriptor.labels.map(\.name)
        return (names.map { given[$0] ?? "" }, given.keys.allSatisfy(names.contains))
    }

    /// Names of the catalogue belong to Hearth, `scrape_…` to Prometheus.
    static func isTaken(_ name: String) -> Bool {
        name.hasPrefix("hearth_") || name.hasPrefix("scrape_") || catalogueNames.contains(name)
    }

    private static let catalogueNames = Set(MetricCatalogue.all.map(\.name))
}
