import HearthCache
import HearthTelemetry

/// What tenants have to do with each other: whose answers each uses, and who may look beyond his own.
struct TenantRules: Sendable {
    /// Administrators of this tenant act for all; nil where nobody does.
    private let operatorTenant: Tenant?
    private let spaces: [Tenant: AnswerSpace]
    private let protection: SharedAnswerProtection?

    /// Every tenant has its own answers, and the standard one is the operator's.
    static let separate = TenantRules()

    private init() {
        (operatorTenant, spaces, protection) = (.standard, [:], nil)
    }

    init(_ settings: HearthConfiguration.Tenants) {
        operatorTenant = settings.operatorTenant
        spaces = settings.sharedNamespaces.reduce(into: [:]) { spaces, namespace in
            for tenant in namespace.tenants { spaces[tenant] = AnswerSpace(shared: namespace.name) }
        }
        protection = SharedAnswerProtection(settings)
    }

    /// Whose answers a tenant is given: its own, or those of the namespace that it shares.
    func space(of tenant: Tenant) -> AnswerSpace {
        if spaces.isEmpty { return AnswerSpace(tenant) }
        return spaces[tenant] ?? AnswerSpace(tenant)
    }

    /// How hits are kept from being told apart; nil where the tenant has its answers for itself, or nothing is configured.
    func protection(of tenant: Tenant) -> SharedAnswerProtection? {
        guard let protection, spaces[tenant] != nil else { return nil }
        return protection
    }

    // MARK: Who may look beyond his own

    /// Whether the caller belongs to those who run the service; what runs for all is for them alone.
    func isOperators(_ caller: Caller) -> Bool { caller.tenant == operatorTenant }

    /// Whether the caller may see and change what belongs to other tenants.
    func isOperator(_ caller: Caller) -> Bool { isOperators(caller) && caller.scopes.contains(.admin) }

    /// Whom a request is about: the caller's own tenant, unless an operator names another. What others name is not looked at.
    func subject(of caller: Caller, named name: String?) throws(APIError) -> Tenant {
        guard isOperator(caller), let name else { return caller.tenant }
        guard let tenant = Tenant(name) else {
            throw APIError(
                .invalidRequest, "The parameter tenant is no tenant's name; it has 1 to 64 of a-z, 0-9, '.', '_' and '-'.",
                details: [.init(field: "tenant", problem: "must be the name of a tenant")])
        }
        return tenant
    }

    /// Whose figures a request is about; nil for everyone's, which an operator sees who names nobody.
    func view(of caller: Caller, named name: String?) throws(APIError) -> Tenant? {
        if isOperator(caller), name == nil { return nil }
        guard protection(of: caller.tenant) == nil || isOperator(caller) else { throw Self.refusal("figures of hits and misses") }
        return try subject(of: caller, named: name)
    }

    /// Whose administrative acts a request is shown; nil for everyone's, which an operator sees who names nobody.
    func acts(shownTo caller: Caller, named name: String?) throws(APIError) -> Tenant? {
        if isOperator(caller), name == nil { return nil }
        return try subject(of: caller, named: name)
    }

    /// The space that a request reads or changes entry by entry. One that is shared is the operator's: others' words are in it.
    func administered(by caller: Caller, named name: String?) throws(APIError) -> AnswerSpace {
        let space = space(of: try subject(of: caller, named: name))
        guard !space.isShared || isOperator(caller) else { throw Self.refusal("kept answers one by one") }
        return space
    }

    /// Refuses what would say outright whether an answer of a protected namespace is kept.
    func requireUnprotected(_ caller: Caller) throws(APIError) {
        guard protection(of: caller.tenant) == nil || isOperator(caller) else { throw Self.refusal("whether an answer is kept") }
    }

    private static func refusal(_ what: String) -> APIError {
        APIError(
            .forbidden,
            "This tenant shares its answers with others, and is not shown \(what); ask whoever runs the service, who sees them.")
    }
}
