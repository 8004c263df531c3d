import HearthCache

extension Composition {
    /// What classifies messages: the same way as to answers, with a prompt and a form of its own.
    static func intents(_ foundation: Foundation, _ needs: GatewayNeeds) -> QuestionAnswerer {
        let producer = AnswerProducer(
            providers: needs.providers, cache: needs.cache, gate: needs.gate, confidence: needs.language.confidence,
            refusals: needs.language.refusals, pricing: foundation.configuration.pricing, budgets: needs.budgets, overload: needs.overload,
            flights: .init(followerLimit: 10_000),
            replicas: needs.replicas, instruments: needs.instruments, timeSource: foundation.timeSource, systemPrompt: Intent.prompt,
            structure: Intent.structure, keepsQueries: foundation.configuration.storesQueries)
        return QuestionAnswerer(
            identifier: needs.language.intents, cache: needs.cache, producer: producer, refresher: needs.refresher,
            reporter: needs.reporter, shadow: nil, lookups: needs.lookups, timeSource: foundation.timeSource)
    }
}
