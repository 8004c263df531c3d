extension MetricCatalogue {
    static let limits: [MetricDescriptor] = [
        limitRefusals, limitSharedChecks, limitCallers, limitCallersLimit, budgetTenants, budgetTenantsLimit, budgetExhaustedTenants,
        budgetReserved,
    ]

    /// 4 lines.
    package static let limitRefusals = MetricDescriptor(
        "hearth_limits_refusals_total", .counter, labels: [LabelDescriptor("limit", LimitInstruments.Limit.self)],
        help: "Requests that were refused because a limit of their credential, or the budget of their tenant, was reached, by the limit."
    )
    /// 2 lines.
    package static let limitSharedChecks = MetricDescriptor(
        "hearth_limits_shared_checks_total", .counter, labels: [LabelDescriptor("outcome", LimitInstruments.Outcome.self)],
        help: "Questions to Redis about what replicas have used of a limit together; after an error the replica decides by itself."
    )
    /// 1 line.
    package static let limitCallers = MetricDescriptor(
        "hearth_limits_callers", .gauge, help: "Credentials whose requests are counted against limits now."
    )
    /// 1 line.
    package static let limitCallersLimit = MetricDescriptor(
        "hearth_limits_callers_limit", .gauge, help: "Credentials whose requests can be counted at one time; see limits.trackedCallers."
    )
    /// 1 line.
    package static let budgetTenants = MetricDescriptor(
        "hearth_budget_tenants", .gauge, help: "Tenants with a budget whose spending this replica has in memory."
    )
    /// 1 line.
    package static let budgetTenantsLimit = MetricDescriptor(
        "hearth_budget_tenants_limit", .gauge, help: "Tenants whose spending a replica can have in memory; see budgets.trackedTenants."
    )
    /// 1 line.
    package static let budgetExhaustedTenants = MetricDescriptor(
        "hearth_budget_exhausted_tenants", .gauge, help: "Tenants that have used up their budget of this day, as far as this replica knows."
    )
    /// 1 line.
    package static let budgetReserved = MetricDescriptor(
        "hearth_budget_reserved_usd", .gauge, unit: .usd, help: "US dollars that this replica has reserved for calls in progress."
    )
}
