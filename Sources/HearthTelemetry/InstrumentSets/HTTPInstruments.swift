import Synchronization

/// What is counted about HTTP requests and connections.
package struct HTTPInstruments: Sendable {
    /// A route that the router knows: what it answers to, and the template of its path.
    package struct Route: Sendable, Hashable {
        package let method: Method
        package let template: String

        package init(_ method: Method, _ template: String) {
            self.method = method
            self.template = template
        }
    }

    /// Finds a template's histograms by array index; obtained from ``template(_:)``, best once.
    package struct Template: Sendable, Equatable {
        fileprivate let position: Int
    }

    package let connections: Gauge
    package let connectionsLimit: Gauge

    private let registry: MetricRegistry
    private let templates: [String]
    private let positions: [String: Int]
    /// By template, then method; filled as combinations occur, since most never do.
    private let rows: [StatusRow]
    private let activeGauges: [Gauge]
    private let rejectionCounters: [Counter]

    /// - Parameter routes: what the router knows; for each, the answers 200 and 500 are exposed from the start, so that an alert on
    ///   failures sees the first one. Requests without a route count as `unmatched`.
    package init(registry: MetricRegistry, routes: [Route]) {
        self.registry = registry
        var templates: [String] = []
        for route in routes where route.template != Self.unmatched && !templates.contains(route.template) {
            templates.append(route.template)
        }
        templates.append(Self.unmatched)
        self.templates = templates
        positions = Dictionary(uniqueKeysWithValues: templates.enumerated().map { ($1, $0) })
        rows = templates.flatMap { _ in Method.allCases.map { _ in StatusRow() } }
        connections = registry.gauge(MetricCatalogue.httpConnections)
        connectionsLimit = registry.gauge(MetricCatalogue.httpConnectionsLimit)
        activeGauges = registry.perLabel(Method.self) { registry.gauge(MetricCatalogue.httpActiveRequests, labels: [$0]) }
        rejectionCounters = registry.perLabel(Rejection.self) { registry.counter(MetricCatalogue.httpRejections, labels: [$0]) }
        for route in routes {
            for status in [200, 500] { _ = requestDuration(route.method, template(route.template), status: status) }
        }
    }

    /// One request that ended, also if by a thrown error.
    ///
    /// - Parameter status: what the caller was answered; outside 100...599 it counts as `other`.
    package func record(_ method: Method, _ template: Template, status: Int, duration: Duration) {
        requestDuration(method, template, status: status).observe(duration)
    }

    /// The handle of a path template, or of `unmatched` for one that is not known.
    package func template(_ path: String?) -> Template {
        Template(position: path.flatMap { positions[$0] } ?? templates.count - 1)
    }

    package func requestDuration(_ method: Method, _ template: Template, status: Int) -> Histogram {
        let row = rows[template.position * Self.methodCount + method.index]
        let statusIndex = Self.statusIndex(status)
        if let known = row.histogram(at: statusIndex) { return known }
        let labels = [method.label, templates[template.position], Self.statusLabels[statusIndex]]
        return row.keep(registry.histogram(MetricCatalogue.httpRequestDuration, labels: labels), at: statusIndex)
    }

    package func activeRequests(_ method: Method) -> Gauge { activeGauges[method.index] }

    package func rejections(_ reason: Rejection) -> Counter { rejectionCounters[reason.index] }

    private static let unmatched = "unmatched"
    private static let methodCount = Method.allCases.count
}

/// The histograms of one method and template, by status; found without a lock, made at most once each.
private final class StatusRow: Sendable {
    private final class Slot: Sendable {
        let histogram = AtomicLazyReference<Histogram>()
    }

    private final class Slots: Sendable {
        let all = HTTPInstruments.statusLabels.map { _ in Slot() }
    }

    private let slots = AtomicLazyReference<Slots>()

    func histogram(at index: Int) -> Histogram? {
        slots.load()?.all[index].histogram.load()
    }

    func keep(_ histogram: Histogram, at index: Int) -> Histogram {
        let slots = slots.load() ?? slots.storeIfNil(Slots())
        return slots.all[index].histogram.storeIfNil(histogram)
    }
}
