import HearthTelemetry

/// Who may use a route.
enum RouteDecision: Sendable, Hashable {
    /// Everybody, with and without a credential.
    case open
    /// Whoever has a credential that is good for this.
    case needs(Scope)
    /// Whoever signs the request by a secret of its own; the route looks at the signature itself.
    case signed
}
