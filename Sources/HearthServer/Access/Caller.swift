import HearthTelemetry

/// Who asks, as the credential says it.
struct Caller: Sendable, Hashable {
    /// Whoever asks where everything is open, on a developer's own machine.
    static let open = Caller(credential: "open", tenant: .standard, scopes: Set(Scope.allCases))
    /// Whoever asks what is open to everybody.
    static let nobody = Caller(credential: "none", tenant: .standard, scopes: [])

    /// The name of the credential, never the credential itself; it may be logged.
    let credential: String
    let tenant: Tenant
    let scopes: Set<Scope>
}
