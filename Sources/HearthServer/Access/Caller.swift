package import HearthTelemetry

/// Who asks, as the credential says it.
package struct Caller: Sendable, Hashable {
    /// Whoever asks where everything is open, on a developer's own machine.
    static let open = Caller(credential: "open", tenant: .standard, scopes: Set(Scope.allCases), means: .nothing)
    /// Whoever asks what is open to everybody.
    static let nobody = Caller(credential: "none", tenant: .standard, scopes: [], means: .nothing)

    /// The name of the credential, never the credential itself; it may be logged.
    package let credential: String
    package let tenant: Tenant
    package let scopes: Set<Scope>
    /// By what the caller was let in.
    package var means = Means.key

    package init(credential: String, tenant: Tenant, scopes: Set<Scope>, means: Means = .key) {
        self.credential = credential
        self.tenant = tenant
        self.scopes = scopes
        self.means = means
    }

    package enum Means: Sendable {
        case nothing
        case key
        case token

        /// As it is counted; nil where nothing was decided.
        var result: AccessInstruments.Result? {
            switch self {
            case .nothing: nil
            case .key: .key
            case .token: .token
            }
        }
    }
}
