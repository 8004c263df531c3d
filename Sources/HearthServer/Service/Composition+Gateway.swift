import HearthCache
import HearthTelemetry
import HearthUpstream

extension Composition {
    /// What answers below `/v1`.
    static func gateway(
        _ foundation: Foundation, provider: ProviderClient, spans: ProviderSpan, lookups: LookupSpan, cache: AnswerCache,
        gate: StorageGate, language: Languages, replicas: ReplicaFlights?, refresher: BackgroundRefresher, reporter: UsageReporter,
        instruments: CacheInstruments
    ) -> GatewayParts {
        let configuration = foundation.configuration
        let time = foundation.timeSource
        let fetcher = GatewayFetcher(
            provider: provider, spans: spans, cache: cache, gate: gate, confidence: language.confidence, refusals: language.refusals,
            pricing: configuration.pricing, replicas: replicas, instruments: instruments, timeSource: time,
            keepsQueries: configuration.storesQueries)
        return GatewayParts(
            chat: ChatAnswerer(
                identifier: language.gateway, cache: cache, fetcher: fetcher, flights: GatewayFlights(followerLimit: 10_000),
                refresher: refresher, reporter: reporter, lookups: lookups, instruments: instruments, timeSource: time),
            embeddings: EmbeddingAnswerer(
                identifier: language.gateway, cache: cache, provider: provider, spans: spans, gate: gate, pricing: configuration.pricing,
                reporter: reporter, instruments: instruments, timeSource: time, keepsQueries: configuration.storesQueries),
            models: ModelCatalogue(provider: provider, timeSource: time))
    }
}
