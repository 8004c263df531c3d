import HearthCache
import HearthDrivers
import HearthTelemetry
import HearthUpstream

extension Composition {
    /// What the gateway shares with the rest.
    struct GatewayNeeds: Sendable {
        let curl: CurlClient
        let traces: TraceParts?
        let provider: ProviderClient
        let spans: ProviderSpan
        let lookups: LookupSpan
        let cache: AnswerCache
        let gate: StorageGate
        let language: Languages
        let replicas: ReplicaFlights?
        let refresher: BackgroundRefresher
        let reporter: UsageReporter
        let budgets: TenantBudgets?
        let overload: OverloadGuard
        let instruments: CacheInstruments
        let events: ServiceEvents
    }

    /// What answers below `/v1`.
    static func gateway(_ foundation: Foundation, _ needs: GatewayNeeds) -> GatewayParts {
        let configuration = foundation.configuration
        let settings = configuration.gateway
        let time = foundation.timeSource
        let instruments = GatewayInstruments(registry: foundation.registry)
        let providers = GatewayProviders(
            main: .init(name: GatewayLists.mainProvider, client: needs.provider, spans: needs.spans),
            others: otherProviders(foundation, needs.curl, needs.traces, needs.events),
            choice: ProviderChoice(routes: settings.routes, main: GatewayLists.mainProvider), hedgeAfter: settings.hedgeAfter,
            longestHold: settings.longestHold, instruments: instruments, timeSource: time)
        let fetcher = GatewayFetcher(
            providers: providers, cache: needs.cache, gate: needs.gate, confidence: needs.language.confidence,
            refusals: needs.language.refusals, pricing: configuration.pricing, budgets: needs.budgets, overload: needs.overload,
            replicas: needs.replicas,
            instruments: needs.instruments,
            gatewayInstruments: instruments, timeSource: time, keepsQueries: configuration.storesQueries)
        return GatewayParts(
            chat: ChatAnswerer(
                identifier: needs.language.gateway, cache: needs.cache, fetcher: fetcher,
                flights: GatewayFlights(followerLimit: 10_000, finishShare: settings.finishShare),
                refusals: RememberedRefusals(lifetime: settings.refusalLifetime, timeSource: time), refresher: needs.refresher,
                reporter: needs.reporter, lookups: needs.lookups, instruments: needs.instruments, timeSource: time),
            embeddings: EmbeddingAnswerer(
                identifier: needs.language.gateway, cache: needs.cache,
                fetcher: EmbeddingFetcher(
                    cache: needs.cache, providers: providers, gate: needs.gate, pricing: configuration.pricing, budgets: needs.budgets,
                    overload: needs.overload, instruments: needs.instruments, timeSource: time, keepsQueries: configuration.storesQueries),
                refresher: needs.refresher, reporter: needs.reporter, timeSource: time,
                lookupPatience: configuration.cache.lookupDeadline * EmbeddingAnswerer.patienceInDeadlines),
            models: ModelCatalogue(provider: needs.provider, aliases: settings.aliases, timeSource: time),
            passThrough: PassThrough(
                allowed: settings.passThrough, provider: needs.provider, pricing: configuration.pricing, budgets: needs.budgets,
                overload: needs.overload,
                instruments: instruments, limits: configuration.listener.limits),
            settings: settings)
    }
}
