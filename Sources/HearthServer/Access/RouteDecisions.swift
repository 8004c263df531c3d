import HTTPTypes
import HearthPages
import HearthTelemetry

/// The decision about every route that the router has, found by the route's template, so that no way of writing an address leads past it.
struct RouteDecisions: Sendable {
    /// Allowed addresses below `/v1` that are passed on to the provider.
    static let passedOn = "/v1/**"

    private let decisions: [String: [(method: String, decision: RouteDecision)]]
    private let actions: [String: [String: AuditAction]]

    /// - Parameter opensMetrics: whether the metrics are for everybody.
    init(routes: [ServedRoute] = RouterBuilder.routes + RouterBuilder.pages, opensMetrics: Bool = false) {
        var decisions: [String: [(method: String, decision: RouteDecision)]] = [:]
        for route in routes {
            let decision = opensMetrics && route.decision == .needs(.metrics) ? .open : route.decision
            decisions[route.template, default: []].append((route.method.label, decision))
        }
        for asset in PageAsset.all { decisions["/" + asset.path.drop { $0 == "/" }, default: []].append(("GET", .open)) }
        decisions[Self.passedOn] = AllowedRoutes.methods.map { ($0, .needs(.query)) }
        for (method, template) in AllowedRoutes.besideServed { decisions[template, default: []].append((method, .needs(.query))) }
        self.decisions = decisions
        var actions: [String: [String: AuditAction]] = [:]
        for route in routes { actions[route.template, default: [:]][route.method.label] = route.action }
        self.actions = actions.filter { !$0.value.isEmpty }
    }

    /// Nil for a route that nobody has decided about, which is refused.
    func decision(_ method: HTTPRequest.Method, _ template: String) -> RouteDecision? {
        decisions[template]?.first { $0.method == method.rawValue }?.decision
    }

    /// Whether something may be put on record of a request; forms of the page say themselves what.
    func isRecorded(_ method: HTTPRequest.Method, _ template: String) -> Bool {
        action(method, template) != nil || method == .post && Self.isPage(template)
    }

    /// Whether a browser's session lets in.
    static func isPage(_ template: String) -> Bool { template.hasPrefix("/admin/") }

    /// What is put on record of a request; nil for one that is no administrative act.
    func action(_ method: HTTPRequest.Method, _ template: String) -> AuditAction? { actions[template]?[method.rawValue] }
}
