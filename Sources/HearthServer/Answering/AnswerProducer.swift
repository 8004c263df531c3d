import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Asks the provider, judges what it says and keeps it if it is good enough; the one way in which answers come into being.
///
/// Identical questions that are asked at the same time share one call.
struct AnswerProducer: Sendable {
    /// What became of a call to the provider.
    struct Produced: Sendable {
        var answer: CachedAnswer
        var decision: GateDecision
        /// What the call cost; nothing where an answer was found at the last moment.
        var paidMicroDollars: Int64
        /// Whether a call for the same question had ended while this one was on its way.
        var isShared = false
        /// The provider's own name of it, where it has one that is passed on.
        var identity: ForwardedAnswer.Identity?

        var isKept: Bool { decision == .store }
    }

    /// What calls must have in common to be shared: the question, and that no invalidation came between them. Whoever asks after an
    /// invalidation gets an answer that was asked for after it.
    struct Shared: Hashable, Sendable {
        var key: CacheKey
        var generation: Int64
    }

    typealias Flights = SingleFlight<Shared, Produced, UpstreamError>

    private let providers: GatewayProviders
    private let cache: AnswerCache
    private let gate: StorageGate
    private let confidence: ConfidenceEstimator
    private let refusals: RefusalDetector
    private let pricing: Pricing
    /// Nil where nobody has a budget.
    private let budgets: TenantBudgets?
    private let overload: OverloadGuard
    private let flights: Flights
    /// Where replicas share the cache.
    private let replicas: ReplicaFlights?
    private let instruments: CacheInstruments
    private let timeSource: any TimeSource
    private let systemPrompt: String
    /// Nil where answers are words.
    private let structure: AnswerStructure?
    private let keepsQueries: Bool

    /// - Parameter keepsQueries: whether the original text is kept beside the normalised one.
    init(
        providers: GatewayProviders, cache: AnswerCache, gate: StorageGate, confidence: ConfidenceEstimator,
        refusals: RefusalDetector, pricing: Pricing, budgets: TenantBudgets?, overload: OverloadGuard,
        flights: Flights, replicas: ReplicaFlights?,
        instruments: CacheInstruments,
        timeSource: any TimeSource,
        systemPrompt: String, structure: AnswerStructure? = nil, keepsQueries: Bool
    ) {
        self.providers = providers
        self.cache = cache
        self.gate = gate
        self.confidence = confidence
        self.refusals = refusals
        self.pricing = pricing
        self.budgets = budgets
        self.overload = overload
        self.flights = flights
        self.replicas = replicas
        self.instruments = instruments
        self.timeSource = timeSource
        self.systemPrompt = systemPrompt
        self.structure = structure
        self.keepsQueries = keepsQueries
    }

    /// A question to produce an answer for.
    struct Request: Sendable {
        var text: String
        var question: IdentifiedQuestion
        var category: ResponseCategory
        var trace: TraceContext?
        var requestID: String
        /// Whether an answer that is kept meanwhile will do; not for callers that ask for a new one.
        var acceptsKept = false
        /// False when the caller forbade keeping (`no-store`); such calls are never shared either.
        var mayKeep = true
    }

    /// Asks, or waits for the identical question that is being asked.
    ///
    /// Returns nil for callers that went away.
    func produce(_ request: Request) async -> (outcome: Flights.Outcome?, role: Flights.Role) {
        // Taken before the call: an invalidation during it is about this answer too.
        let generation = cache.generation
        guard request.mayKeep else { return (await ask(request, generation: generation), .led) }
        let landed = await flights.outcome(for: Shared(key: request.question.key, generation: generation)) {
            // The look-up that brought this caller here may have begun before an identical call ended, and ended after it.
            if request.acceptsKept, let kept = cache.kept(request.question, at: timeSource.now()) {
                return .success(Produced(answer: kept, decision: .store, paidMicroDollars: 0, isShared: true))
            }
            guard request.acceptsKept, let replicas else { return await ask(request, generation: generation) }
            return await replicas.outcome(of: request.question) { kept in
                .success(Produced(answer: kept, decision: .store, paidMicroDollars: 0, isShared: true))
            } _: {
                await ask(request, generation: generation)
            }
        }
        if landed.role == .followed, let outcome = landed.outcome {
            // In a shared namespace the leader may be of another tenant, whose budget is not this caller's.
            if case .failure(let error) = outcome, error.kind == .budgetExhausted {
                return (await ask(request, generation: generation), .led)
            }
            let shared = (try? outcome.get()) != nil
            instruments.coalesced(shared ? .shared : .leaderFailed).increment()
        }
        return landed
    }

    /// Asks the same as ``produce(_:)`` would, for a comparison: the call is not shared, and nothing is kept or counted as kept.
    func askAgain(_ request: Request) async -> Flights.Outcome {
        await ask(request, generation: cache.generation, keeps: false)
    }

    private func ask(_ request: Request, generation: Int64, keeps: Bool = true) async -> Flights.Outcome {
        do throws(UpstreamError) {
            let question = ChatQuestion(
                systemPrompt: systemPrompt, userText: Normalizer.visibleText(request.text), responseFormat: structure?.format)
            let produced = try await paying(for: request) { () async throws(UpstreamError) in
                let reply = try await complete(question, request)
                let statement = structure?.read(reply.text)
                // A refusal is an answer to the caller of words only.
                if structure != nil, statement == nil { throw UpstreamError.wrongForm }
                return judge(reply, statement, for: request, generation: generation)
            }
            if keeps { keep(produced) }
            return .success(produced)
        } catch {
            return .failure(error)
        }
    }

    /// Asks the main provider, or where there are others those of the model in their order.
    private func complete(_ question: ChatQuestion, _ request: Request) async throws(UpstreamError) -> ProviderAnswer {
        let model = providers.main.client.model
        return try await providers.first(.chat, of: model) { provider, attempt in
            do throws(UpstreamError) {
                return .success(
                    try await provider.spans.around(.chat, model, below: request.trace) { (trace) async throws(UpstreamError) in
                        try await provider.client.complete(
                            question, requestID: request.requestID, traceparent: trace?.traceparent, tracestate: trace?.traceState,
                            hasAlternative: !attempt.isLast)
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    private func paying(
        for request: Request, _ call: () async throws(UpstreamError) -> Produced
    ) async throws(UpstreamError) -> Produced {
        try overload.admitCall()
        guard let budgets else { return try await call() }
        let bytes = systemPrompt.utf8.count + request.text.utf8.count + (structure?.format.bytes.count ?? 0)
        let estimate = CallEstimate.spending(
            model: providers.main.client.model, requestBytes: bytes, outputTokens: budgets.assumedOutputTokens, pricing)
        return try await budgets.around(
            estimate, of: request.question.tenant,
            actual: { Spending(on: $0.answer, paid: $0.paidMicroDollars, otherwise: estimate) }, call)
    }

    private func judge(
        _ reply: ProviderAnswer, _ statement: AnswerStructure.Statement?, for request: Request, generation: Int64
    ) -> Produced {
        let language = request.question.key.language
        let reading = refusals.read(reply.text, language: language)
        var judgement = confidence.estimate(
            reading, finishReason: reply.finishReason, meanTokenProbability: reply.meanTokenProbability,
            statedConfidence: statement?.confidence ?? reply.statedConfidence)
        // One that is sure of its words may still be unsure of what they say.
        if let statement, statement.confidence < judgement.value {
            judgement = ConfidenceEstimate(value: statement.confidence, method: .stated)
        }
        let category = statement?.category ?? request.category
        let decision = gate.decide(
            AnswerCandidate(
                // The client returns whole bodies only.
                isSuccess: true, isComplete: true, finishReason: reply.finishReason, text: reply.text,
                isRefusal: reply.refusal != nil || refusals.isRefusal(reading),
                confidence: judgement.value, mayStore: request.mayKeep))
        let now = timeSource.now()
        let key = request.question.key
        var answer = CachedAnswer(
            key: key, form: request.question.form, query: keepsQueries ? request.text : nil,
            normalizedQuery: request.question.normalized.text, category: category, text: reply.text,
            confidence: judgement.value, confidenceMethod: judgement.method.rawValue, model: reply.model,
            isSimulated: reply.isSimulated, costMicroDollars: pricing.cost(model: reply.model, usage: reply.usage?.tokens),
            inputTokens: Int64(reply.usage?.inputTokens ?? 0), outputTokens: Int64(reply.usage?.outputTokens ?? 0),
            upstreamDuration: reply.duration, storedAt: now,
            lifetime: cache.lifetime(of: key, category: category, storedAt: now))
        answer.generation = generation
        return Produced(answer: answer, decision: decision, paidMicroDollars: answer.costMicroDollars)
    }

    private func keep(_ produced: Produced) {
        switch produced.decision {
        case .store: cache.keep(produced.answer)
        case .skip(let refusal): instruments.writeSkips(refusal.metric).increment()
        }
    }
}

extension UpstreamError {
    fileprivate static let wrongForm = UpstreamError(
        kind: .invalidAnswer,
        message: "The provider's answer has not the form that was asked for. Ask again, or take a model that knows json_schema.")
}

extension ProviderUsage {
    var tokens: Pricing.TokenUsage {
        Pricing.TokenUsage(
            input: Int64(inputTokens), cachedInput: Int64(cachedInputTokens), output: Int64(outputTokens))
    }
}
