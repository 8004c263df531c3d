/// What is counted about the limits of callers and the budgets of tenants.
package struct LimitInstruments: Sendable {
    package enum Limit: Int, MetricLabel {
        /// Requests a second of a credential.
        case rate
        /// Requests of a credential in progress.
        case concurrency
        /// US dollars a day of a tenant.
        case budgetMoney
        /// Tokens a day of a tenant.
        case budgetTokens

        package static let labelValues = ["rate", "concurrency", "budget_usd", "budget_tokens"]
    }

    package enum Outcome: Int, MetricLabel {
        case ok
        /// Redis did not answer, and the replica decided by itself.
        case error

        package static let labelValues = ["ok", "error"]
    }

    package let callers: Gauge
    package let callersLimit: Gauge
    package let budgetTenants: Gauge
    package let budgetTenantsLimit: Gauge
    package let budgetExhaustedTenants: Gauge
    package let budgetReserved: Gauge
    private let refusalCounters: [Counter]
    private let sharedCheckCounters: [Counter]

    package init(registry: MetricRegistry) {
        callers = registry.gauge(MetricCatalogue.limitCallers)
        callersLimit = registry.gauge(MetricCatalogue.limitCallersLimit)
        budgetTenants = registry.gauge(MetricCatalogue.budgetTenants)
        budgetTenantsLimit = registry.gauge(MetricCatalogue.budgetTenantsLimit)
        budgetExhaustedTenants = registry.gauge(MetricCatalogue.budgetExhaustedTenants)
        budgetReserved = registry.gauge(MetricCatalogue.budgetReserved)
        refusalCounters = registry.perLabel(Limit.self) { registry.counter(MetricCatalogue.limitRefusals, labels: [$0]) }
        sharedCheckCounters = registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.limitSharedChecks, labels: [$0]) }
    }

    package func refusals(_ limit: Limit) -> Counter { refusalCounters[limit.index] }

    package func sharedChecks(_ outcome: Outcome) -> Counter { sharedCheckCounters[outcome.index] }
}
