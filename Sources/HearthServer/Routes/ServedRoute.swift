import HearthTelemetry

/// A route that the router knows, and who may use it.
struct ServedRoute: Sendable, Hashable {
    let method: HTTPInstruments.Method
    /// With parameters in braces: `/api/v1/jobs/{name}`.
    let template: String
    let decision: RouteDecision

    init(_ method: HTTPInstruments.Method, _ template: String, _ decision: RouteDecision) {
        self.method = method
        self.template = template
        self.decision = decision
    }
}
