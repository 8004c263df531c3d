import HearthCache
import HearthDrivers
import HearthTelemetry
import HearthUpstream

extension Composition {
    /// What the gateway shares with the rest.
    struct GatewayNeeds: Sendable {
        let providers: GatewayProviders
        let gatewayInstruments: GatewayInstruments
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
    }

    /// The main provider with those of `gateway.providers`.
    static func providers(
        _ foundation: Foundation, main: ProviderClient, _ spans: ProviderSpan, _ curl: CurlClient, _ traces: TraceParts?,
        _ instruments: GatewayInstruments, _ events: ServiceEvents
    ) -> GatewayProviders {
        let settings = foundation.configuration.gateway
        return GatewayProviders(
            main: .init(name: GatewayLists.mainProvider, client: main, spans: spans),
            others: otherProviders(foundation, curl, traces, events),
            choice: ProviderChoice(routes: settings.routes, main: GatewayLists.mainProvider), hedgeAfter: settings.hedgeAfter,
            longestHold: settings.longestHold, instruments: instruments, timeSource: foundation.timeSource)
    }

    /// What answers below `/v1`.
    static func gateway(_ foundation: Foundation, _ needs: GatewayNeeds) -> GatewayParts {
        let configuration = foundation.configuration
        let settings = configuration.gateway
        let time = foundation.timeSource
        let (providers, instruments) = (needs.providers, needs.gatewayInstruments)
        let main = providers.main.client
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
                reporter: needs.reporter, lookups: needs.lookups, instruments: needs.instruments, timeSource: time,
                commentInterval: settings.commentInterval),
            embeddings: EmbeddingAnswerer(
                identifier: needs.language.gateway, cache: needs.cache,
                fetcher: EmbeddingFetcher(
                    cache: needs.cache, providers: providers, gate: needs.gate, pricing: configuration.pricing, budgets: needs.budgets,
                    overload: needs.overload, instruments: needs.instruments, timeSource: time, keepsQueries: configuration.storesQueries),
                refresher: needs.refresher, reporter: needs.reporter, timeSource: time,
                lookupPatience: configuration.cache.lookupDeadline * EmbeddingAnswerer.patienceInDeadlines),
            models: ModelCatalogue(provider: main, aliases: settings.aliases, timeSource: time),
            passThrough: PassThrough(
                allowed: settings.passThrough, provider: main, pricing: configuration.pricing, budgets: needs.budgets,
                overload: needs.overload,
                instruments: instruments, bodyBytes: settings.bodyBytes),
            settings: settings)
    }
}
