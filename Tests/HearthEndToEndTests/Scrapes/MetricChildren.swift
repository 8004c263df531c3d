import HearthTelemetry
import HearthTestKit

/// The children of the catalogue's families, told apart by those labels whose values are in the catalogue; and which of them have moved.
struct MetricChildren {
    /// Methods and statuses are what callers send; whatever they send is counted in one way.
    private static let ignoredLabels: Set<String> = ["http_request_method", "http_response_status_code"]

    private(set) var exposed: Set<String> = []
    private(set) var moved: Set<String> = []
    private var first: [String: Double] = [:]

    /// Notes what a scrape shows: a child has moved that is not 0, or not what it was at first.
    mutating func note(_ samples: MetricSamples) {
        var values: [String: Double] = [:]
        for (name, labels, value) in samples.all {
            guard let family = Self.families[name] else { continue }
            values[Self.name(of: family, labels), default: 0] += value
        }
        for (child, value) in values {
            exposed.insert(child)
            if value != 0 || first[child] != nil && first[child] != value { moved.insert(child) }
            if first[child] == nil { first[child] = value }
        }
    }

    /// Every name under which a family's own number is exposed; that of a histogram is its count.
    private static let families: [String: MetricDescriptor] = Dictionary(
        uniqueKeysWithValues: MetricCatalogue.all.map { ($0.kind == .histogram ? $0.name + "_count" : $0.name, $0) })

    private static func name(of family: MetricDescriptor, _ labels: [String: String]) -> String {
        let closed = family.labels.filter { $0.isClosed && !ignoredLabels.contains($0.name) }
        guard !closed.isEmpty else { return family.name }
        return family.name + "{" + closed.map { "\($0.name)=\(labels[$0.name] ?? "")" }.joined(separator: ",") + "}"
    }
}
