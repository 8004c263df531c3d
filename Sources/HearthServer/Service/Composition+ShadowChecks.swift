import HearthCache
import HearthTelemetry
import HearthUpstream

extension Composition {
    /// The checks of hits against the provider; nil where none are wanted. Their metrics exist either way, at rest.
    static func shadowChecks(
        _ foundation: Foundation, cache: AnswerCache, producer: AnswerProducer, provider: ProviderClient, comparer: AnswerComparer,
        reporter: UsageReporter, budgets: TenantBudgets?, overload: OverloadGuard
    ) -> ShadowChecks? {
        let configuration = foundation.configuration
        let settings = configuration.shadowChecks
        let instruments = ShadowInstruments(registry: foundation.registry)
        guard settings.share > 0, settings.perDay > 0 else { return nil }
        let logger = foundation.logs.logger("hearth.shadow")
        return ShadowChecks(
            sampler: HitSampler(share: settings.share),
            limits: ShadowChecks.Limits(perDay: settings.perDay, providerSlots: configuration.provider.concurrency),
            cache: cache, producer: producer, provider: provider,
            comparison: ShadowComparison(
                comparer: comparer,
                judge: settings.providerJudges ? AnswerJudge(provider: provider, pricing: configuration.pricing) : nil),
            trust: CategoryTrust(threshold: settings.mismatchThreshold, cache: cache, instruments: instruments, logger: logger),
            reporter: reporter, budgets: budgets, overload: overload, instruments: instruments, timeSource: foundation.timeSource,
            logger: logger)
    }
}
