/// What is counted about the record of administrative acts.
package struct AuditInstruments: Sendable {
    package enum Outcome: Int, MetricLabel {
        /// It is in the database.
        case written
        /// It is in the log only.
        case dropped

        package static let labelValues = ["written", "dropped"]
    }

    package let pending: Gauge
    package let pendingLimit: Gauge
    private let counters: [Counter]

    package init(registry: MetricRegistry) {
        pending = registry.gauge(MetricCatalogue.auditPending)
        pendingLimit = registry.gauge(MetricCatalogue.auditPendingLimit)
        counters = registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.auditActs, labels: [$0]) }
    }

    package func acts(_ outcome: Outcome) -> Counter { counters[outcome.index] }
}
