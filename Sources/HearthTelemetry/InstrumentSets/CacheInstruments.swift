/// What the cache counts, and the one place where an answered request becomes numbers.
///
/// Made once at start-up; every label set exists from then on at 0, since an alert on a rate needs a first value to rise from.
package struct CacheInstruments: Sendable {
    package let overhead: Histogram
    package let entryAge: Histogram
    package let rememberedBodies: Gauge
    package let knownKeys: Gauge
    package let refreshCallsLeft: Gauge
    package let warmCallsLeft: Gauge
    package let prunedBytes: Counter
    package let savedUpstreamSeconds: SecondsCounter

    private let requests: [[Counter]]
    private let answerDurations: [Histogram]
    private let lookupDurations: [Histogram]
    private let stores: [Store]
    private let writeSkipCounters: [Counter]
    private let writeDropCounters: [Counter]
    private let invalidationCounters: [[Counter]]
    private let coalescedCounters: [Counter]
    private let integrityCounters: [Counter]
    private let prunedCounters: [Counter]
    private let tokenCounters: [Counter]
    private let savedCounters: [DollarCounter]
    private let costCounters: [DollarCounter]
    private let registry: MetricRegistry

    /// What is counted for one store.
    private struct Store: Sendable {
        let entries: Gauge
        let size: Gauge
        let capacity: Gauge
        let insertions: [Counter]
        let evictions: [Counter]
    }

    /// - Parameter stores: the stores in use; updates of any other are not exposed.
    package init(registry: MetricRegistry, stores: [StoreName] = [.memory, .sqlite]) {
        self.registry = registry
        overhead = registry.histogram(MetricCatalogue.overheadDuration)
        rememberedBodies = registry.gauge(MetricCatalogue.cacheRememberedBodies)
        knownKeys = registry.gauge(MetricCatalogue.cacheKnownKeys)
        refreshCallsLeft = registry.gauge(MetricCatalogue.cacheRefreshCallsLeft)
        warmCallsLeft = registry.gauge(MetricCatalogue.cacheWarmCallsLeft)
        prunedBytes = registry.counter(MetricCatalogue.cachePrunedBytes)
        entryAge = registry.histogram(MetricCatalogue.cacheEntryAge)
        savedUpstreamSeconds = registry.secondsCounter(MetricCatalogue.cacheSavedUpstream)
        requests = LookupResult.allCases.map { result in
            Match.allCases.map { match in
                let legal = Self.legalMatch(match, for: result)
                return registry.counter(MetricCatalogue.cacheRequests, labels: [result.label, legal.label])
            }
        }
        answerDurations = registry.perLabel(LookupResult.self) { registry.histogram(MetricCatalogue.answerDuration, labels: [$0]) }
        lookupDurations = registry.perLabel(LookupStage.self) { registry.histogram(MetricCatalogue.cacheLookupDuration, labels: [$0]) }
        self.stores = StoreName.allCases.map { Self.store($0, isUsed: stores.contains($0), registry) }
        writeSkipCounters = registry.perLabel(WriteSkipReason.self) { registry.counter(MetricCatalogue.cacheWriteSkips, labels: [$0]) }
        writeDropCounters = registry.perLabel(WriteDropReason.self) { registry.counter(MetricCatalogue.cacheWriteDrops, labels: [$0]) }
        invalidationCounters = registry.perLabel(InvalidationScope.self) { scope in
            registry.perLabel(InvalidationOutcome.self) { registry.counter(MetricCatalogue.cacheInvalidations, labels: [scope, $0]) }
        }
        coalescedCounters = registry.perLabel(CoalescingOutcome.self) { registry.counter(MetricCatalogue.cacheCoalesced, labels: [$0]) }
        integrityCounters = registry.perLabel(IntegrityFailure.self) {
            registry.counter(MetricCatalogue.cacheIntegrityFailures, labels: [$0])
        }
        prunedCounters = registry.perLabel(PruneRule.self) { registry.counter(MetricCatalogue.cachePrunedEntries, labels: [$0]) }
        tokenCounters = registry.perLabel(TokenType.self) { registry.counter(MetricCatalogue.cacheSavedTokens, labels: [$0]) }
        savedCounters = registry.perLabel(ResponseCategory.self) { registry.dollarCounter(MetricCatalogue.saved, labels: [$0]) }
        costCounters = registry.perLabel(CallPurpose.self) { registry.dollarCounter(MetricCatalogue.cost, labels: [$0]) }
    }

    /// Derives every number of one answered request; nothing else counts answers.
    ///
    /// - Parameters:
    ///   - match: `none` for everything but hits and stale hits; a hit without one counts as exact.
    ///   - trace: the caller's; asked for only where an example of such a duration is due.
    package func record(_ event: UsageEvent, match: Match = .none, trace: () -> TraceContext? = { nil }) {
        request(result: event.result, match: match).increment()
        answerDuration(event.result).observe(event.duration, at: event.finishedAt, trace: trace)
        overhead.observe(max(.zero, event.duration - event.upstreamDuration))
        if let age = event.entryAge { entryAge.observe(max(.zero, age)) }
        add(event.costMicroDollars, to: cost(.client))
        add(event.savedMicroDollars, to: savedDollars(event.category))
        savedUpstreamSeconds.add(event.savedUpstreamDuration)
        savedTokens(.input).increment(by: UInt64(max(0, event.savedInputTokens)))
        savedTokens(.output).increment(by: UInt64(max(0, event.savedOutputTokens)))
    }

    /// Adds what a call to the provider cost that no caller waited for; a caller's is part of ``record(_:match:)``.
    package func recordCost(microDollars: Int64, purpose: CallPurpose) {
        add(microDollars, to: cost(purpose))
    }

    private func add(_ microDollars: Int64, to counter: DollarCounter) {
        if !counter.add(microDollars: microDollars) { registry.count(.negative) }
    }

    /// Hits are exact or semantic, all else has no match; a pair that contradicts itself counts as the nearest legal one.
    private static func legalMatch(_ match: Match, for result: LookupResult) -> Match {
        guard result.servedFromCache else { return .none }
        return match == .none ? .exact : match
    }

    private static func store(_ name: StoreName, isUsed: Bool, _ registry: MetricRegistry) -> Store {
        guard isUsed else {
            return Store(
                entries: Gauge(), size: Gauge(), capacity: Gauge(), insertions: InsertionOutcome.allCases.map { _ in Counter() },
                evictions: EvictionReason.allCases.map { _ in Counter() })
        }
        let store = name.label
        return Store(
            entries: registry.gauge(MetricCatalogue.cacheEntries, labels: [store]),
            size: registry.gauge(MetricCatalogue.cacheSize, labels: [store]),
            capacity: registry.gauge(MetricCatalogue.cacheCapacity, labels: [store]),
            insertions: registry.perLabel(InsertionOutcome.self) {
                registry.counter(MetricCatalogue.cacheInsertions, labels: [store, $0])
            },
            evictions: registry.perLabel(EvictionReason.self) { registry.counter(MetricCatalogue.cacheEvictions, labels: [store, $0]) }
        )
    }
}

extension CacheInstruments {
    package func request(result: LookupResult, match: Match) -> Counter { requests[result.index][match.index] }

    package func answerDuration(_ result: LookupResult) -> Histogram { answerDurations[result.index] }

    package func lookupDuration(_ stage: LookupStage) -> Histogram { lookupDurations[stage.index] }

    package func entries(store: StoreName) -> Gauge { stores[store.index].entries }

    package func sizeBytes(store: StoreName) -> Gauge { stores[store.index].size }

    package func capacityBytes(store: StoreName) -> Gauge { stores[store.index].capacity }

    package func insertions(store: StoreName, _ outcome: InsertionOutcome) -> Counter {
        stores[store.index].insertions[outcome.index]
    }

    package func evictions(store: StoreName, _ reason: EvictionReason) -> Counter { stores[store.index].evictions[reason.index] }

    package func writeSkips(_ reason: WriteSkipReason) -> Counter { writeSkipCounters[reason.index] }

    package func writeDrops(_ reason: WriteDropReason) -> Counter { writeDropCounters[reason.index] }

    package func invalidations(_ scope: InvalidationScope, _ outcome: InvalidationOutcome) -> Counter {
        invalidationCounters[scope.index][outcome.index]
    }

    package func coalesced(_ outcome: CoalescingOutcome) -> Counter { coalescedCounters[outcome.index] }

    package func integrityFailures(_ kind: IntegrityFailure) -> Counter { integrityCounters[kind.index] }

    package func pruned(_ rule: PruneRule) -> Counter { prunedCounters[rule.index] }

    package func savedTokens(_ type: TokenType) -> Counter { tokenCounters[type.index] }

    package func savedDollars(_ category: ResponseCategory) -> DollarCounter { savedCounters[category.index] }

    package func cost(_ purpose: CallPurpose) -> DollarCounter { costCounters[purpose.index] }
}
