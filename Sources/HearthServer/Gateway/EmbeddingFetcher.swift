import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Asks the providers for embeddings, and keeps what they say input by input. The same inputs asked for at the same time make one call.
struct EmbeddingFetcher: Sendable {
    let cache: AnswerCache
    let providers: GatewayProviders
    let gate: StorageGate
    let pricing: Pricing
    /// Nil where nobody has a budget.
    let budgets: TenantBudgets?
    let overload: OverloadGuard
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    /// Whether texts are kept.
    let keepsQueries: Bool
    let flights = SingleFlight<Shared, Fetched, UpstreamError>(followerLimit: 10_000)

    /// What calls have in common that are one.
    struct Shared: Hashable, Sendable {
        var keys: [CacheKey]
        var generation: Int64
        /// A budget is a tenant's own, also where its answers are shared.
        var tenant: Tenant
    }

    /// One input that is asked for.
    struct Wanted: Sendable {
        var input: JSONTree
        var question: IdentifiedQuestion
        /// The embedding past its time whose place the new one takes.
        var renews: CachedAnswer?
    }

    /// Some inputs of one request with what the call needs besides.
    struct Errand: Sendable {
        var request: EmbeddingRequest
        /// Each of them once.
        var wanted: [Wanted]
        /// Taken before the call: an invalidation during it is about these answers too.
        var generation: Int64
        var requestID: String
        var trace: TraceContext?
    }

    struct Fetched: Sendable {
        var answers: [CacheKey: CachedAnswer] = [:]
        /// Why at least one of them was not kept.
        var refusal: GateRefusal?
        /// What this caller paid.
        var costMicroDollars: Int64
        /// Whether another caller made the call.
        var isShared = false
    }

    func fetch(_ errand: Errand) async throws(UpstreamError) -> Fetched {
        guard let tenant = errand.wanted.first?.question.tenant, !errand.request.controls.cacheControl.noStore else {
            return try await ask(errand)
        }
        let shared = Shared(keys: errand.wanted.map(\.question.key), generation: errand.generation, tenant: tenant)
        let (outcome, role) = await flights.outcome(for: shared) {
            do throws(UpstreamError) {
                return .success(try await ask(errand))
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else {
            throw UpstreamError(
                kind: role == .refused ? .overloaded : .cancelled,
                message: "Nobody waits for these embeddings any more, or too many do. Ask again in a second.", retryAfter: .seconds(1))
        }
        if role == .followed, case .failure(let error) = outcome, error.isAboutRequest {
            // What was refused may be in a field of the first caller that is no part of the key.
            return try await ask(errand)
        }
        var fetched = try outcome.get()
        if role == .followed {
            fetched.costMicroDollars = 0
            fetched.isShared = true
            instruments.coalesced(.shared).increment()
        }
        return fetched
    }

    private func ask(_ errand: Errand) async throws(UpstreamError) -> Fetched {
        let begun = timeSource.uptime()
        let reply = try await paying(for: errand)
        let duration = timeSource.uptime() - begun
        var fetched = Fetched(costMicroDollars: pricing.cost(model: errand.request.model, usage: reply.usage?.tokens))
        let shares = Shares(of: errand.wanted.map { $0.input.bytes.count })
        for (index, wanted) in errand.wanted.enumerated() {
            let (answer, decision) = judge(
                wanted, reply.vectors[index], model: reply.model ?? errand.request.model, errand, duration: duration,
                cost: shares.part(index, of: fetched.costMicroDollars), tokens: shares.part(index, of: Int64(reply.usage?.inputTokens ?? 0))
            )
            fetched.answers[wanted.question.key] = answer
            if case .skip(let reason) = decision { fetched.refusal = reason }
        }
        return fetched
    }

    /// Makes the call within the budget of the tenant who wants it.
    private func paying(for errand: Errand) async throws(UpstreamError) -> EmbeddingReply {
        try overload.admitCall()
        let body = errand.request.forwarded(errand.wanted.map(\.input))
        guard let budgets, let tenant = errand.wanted.first?.question.tenant else { return try await call(body, errand) }
        let estimate = CallEstimate.spending(model: errand.request.model, requestBytes: body.count, outputTokens: 0, pricing)
        return try await budgets.around(
            estimate, of: tenant,
            actual: { reply in
                Spending(
                    microDollars: reply.usage.map { pricing.cost(model: errand.request.model, usage: $0.tokens) } ?? estimate.microDollars,
                    tokens: reply.usage.map { Int64($0.inputTokens) } ?? estimate.tokens)
            }
        ) { () async throws(UpstreamError) in
            try await call(body, errand)
        }
    }

    /// Numbers of a thousand digits would fill more; 3,072 of usual ones take some 40 kB as text.
    private static let bytesPerEmbedding = 80 << 10

    private func call(_ body: [UInt8], _ errand: Errand) async throws(UpstreamError) -> EmbeddingReply {
        let model = errand.request.model
        return try await providers.first(.embeddings, of: model) { provider, attempt in
            do throws(UpstreamError) {
                return .success(
                    try await provider.spans.around(.embeddings, model, below: errand.trace) { (trace) async throws(UpstreamError) in
                        var call = ForwardedCall(
                            path: "/embeddings", operation: .embeddings, model: model, body: body, requestID: errand.requestID,
                            traceparent: trace?.traceparent, tracestate: trace?.traceState, hasAlternative: !attempt.isLast)
                        call.expectedResponseBytes = errand.wanted.count * Self.bytesPerEmbedding
                        return try await provider.client.embed(call, count: errand.wanted.count)
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    private func judge(
        _ wanted: Wanted, _ vector: JSONTree, model: String, _ errand: Errand, duration: Duration, cost: Int64, tokens: Int64
    ) -> (CachedAnswer, GateDecision) {
        var controls = errand.request.controls
        if let renewed = wanted.renews { controls.renew(renewed) }
        let completion = JSONTree.object([.init("model", .string(model)), .init("embedding", vector)]).bytes
        let decision = gate.decide(
            AnswerCandidate(
                isSuccess: true, isComplete: true, finishReason: "stop", text: "embedding", isRefusal: false, confidence: 1,
                mayStore: !controls.cacheControl.noStore, sizeBytes: completion.count))
        let now = timeSource.now()
        let question = wanted.question
        let label = question.normalized.text
        let category = controls.category ?? .general
        var answer = CachedAnswer(
            key: question.key, form: question.form, query: keepsQueries ? label : nil, normalizedQuery: keepsQueries ? label : "",
            category: category, text: "", confidence: 1, confidenceMethod: ConfidenceEstimate.Method.rule.rawValue,
            model: errand.request.model, isSimulated: false, costMicroDollars: cost, inputTokens: tokens, outputTokens: 0,
            upstreamDuration: duration, storedAt: now,
            lifetime: cache.lifetime(of: question.key, category: category, storedAt: now, atMost: controls.timeToLive))
        answer.generation = errand.generation
        answer.tags = controls.tags
        answer.completion = completion
        switch decision {
        case .store: cache.keep(answer)
        case .skip(let refusal): instruments.writeSkips(refusal.metric).increment()
        }
        return (answer, decision)
    }
}

/// Divides a whole by weights so that the parts add up to it.
struct Shares: Sendable {
    private let bounds: [Int]

    init(of weights: [Int]) {
        bounds = weights.reduce(into: [0]) { $0.append($0[$0.count - 1] + max(1, $1)) }
    }

    /// 10 by the weights 1, 1, 1 is 3, 3, 4.
    func part(_ index: Int, of whole: Int64) -> Int64 {
        func position(_ bound: Int) -> Int64 { Int64((Double(whole) * Double(bound) / Double(bounds[bounds.count - 1])).rounded(.down)) }
        return position(bounds[index + 1]) - position(bounds[index])
    }
}
