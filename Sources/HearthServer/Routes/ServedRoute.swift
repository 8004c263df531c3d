import HearthTelemetry

/// A route that the router knows, who may use it, and what is put on record of it.
struct ServedRoute: Sendable, Hashable {
    let method: HTTPInstruments.Method
    /// With parameters in braces: `/api/v1/jobs/{name}`.
    let template: String
    let decision: RouteDecision
    /// Nil for one that changes nothing, or only what every question does.
    let action: AuditAction?

    init(_ method: HTTPInstruments.Method, _ template: String, _ decision: RouteDecision, does action: AuditAction? = nil) {
        self.method = method
        self.template = template
        self.decision = decision
        self.action = action
    }
}
