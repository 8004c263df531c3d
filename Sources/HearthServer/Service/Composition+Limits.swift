import HearthStatistics
import HearthTelemetry

extension Composition {
    /// What holds callers to their limits.
    static func requestLimiter(
        _ foundation: Foundation, _ shared: SharedCache?, _ instruments: LimitInstruments
    ) -> RequestLimiter {
        let configuration = foundation.configuration
        let rates = shared.map {
            SharedRates(client: $0.client, namespace: configuration.cache.namespace, deadline: configuration.cache.lookupDeadline)
        }
        let limiter = RequestLimiter(
            configuration.limiting, shared: rates, instruments: instruments, timeSource: foundation.timeSource)
        instruments.callersLimit.set(limiter.capacity)
        foundation.registry.addCollector("limits") { instruments.callers.set(limiter.count) }
        return limiter
    }

    /// What refuses work while there is too much.
    static func overloadGuard(_ foundation: Foundation) -> OverloadGuard {
        OverloadGuard(
            target: foundation.configuration.overload.targetDelay, instruments: OverloadInstruments(registry: foundation.registry),
            logger: foundation.logs.logger("hearth.overload"))
    }

    /// What holds tenants to their budgets; nil where nobody has one.
    static func tenantBudgets(
        _ foundation: Foundation, _ shared: SharedCache?, _ instruments: LimitInstruments, _ statistics: StatisticsQuery
    ) -> TenantBudgets? {
        let configuration = foundation.configuration
        instruments.budgetTenantsLimit.set(configuration.budgets.trackedTenants)
        guard configuration.budgets.areSet else { return nil }
        let sums = shared.map {
            SharedBudgets(client: $0.client, namespace: configuration.cache.namespace, deadline: configuration.cache.lookupDeadline)
        }
        let budgets = TenantBudgets(
            configuration.budgets, shared: sums, instruments: instruments, timeSource: foundation.timeSource
        ) { tenant, start in
            let end = StatisticsPeriod.daily.bucketEnd(from: start)
            guard let report = try? await statistics.report(period: .daily, from: start, to: end, of: UsageSelection(tenant: tenant)) else {
                return nil
            }
            let (callers, others) = (report.metrics.aiApiCallsCost, report.savings)
            return Int64(((callers + others.warming + others.refresh + others.shadow) * 1_000_000).rounded())
        }
        foundation.registry.addCollector("budgets") {
            let figures = budgets.figures
            instruments.budgetTenants.set(figures.tenants)
            instruments.budgetExhaustedTenants.set(figures.exhausted)
            instruments.budgetReserved.set(Double(figures.reservedMicroDollars) / 1_000_000)
        }
        return budgets
    }
}
