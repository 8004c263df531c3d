import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Answers requests for embeddings: each input from the cache where it is kept, the others together by one call.
///
/// Calls are not shared with others: two lists are rarely the same. One request is one event; it is a hit if nothing had to be asked for.
struct EmbeddingAnswerer: Sendable {
    let identifier: GatewayIdentifier
    let cache: AnswerCache
    let providers: GatewayProviders
    let gate: StorageGate
    let pricing: Pricing
    /// Nil where nobody has a budget.
    let budgets: TenantBudgets?
    let overload: OverloadGuard
    let reporter: UsageReporter
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    /// Whether texts are kept.
    let keepsQueries: Bool
    /// How long all look-ups of a request may take together; what is not looked up by then is asked for.
    let lookupPatience: Duration

    /// In deadlines of a single look-up: enough for the longest list at a healthy store, and less than a call takes.
    static let patienceInDeadlines = 10

    struct Answered: Sendable {
        var body: JSONTree
        var status: CacheStatus
        var costMicroDollars: Int64
        var savedMicroDollars: Int64
    }

    /// One input on its way to an embedding.
    private struct Item {
        var input: JSONTree
        var question: IdentifiedQuestion
        var answer: CachedAnswer?
    }

    func answer(
        _ request: EmbeddingRequest, by tenant: Tenant, requestID: String, trace: TraceContext?, startedAt: Duration
    ) async throws(APIError) -> Answered {
        let now = timeSource.now()
        let generation = cache.generation
        var items = request.inputs.map { input in
            Item(
                input: input,
                question: identifier.identify(request.conversation(input), text: input.string, request.controls, by: tenant))
        }
        var event = UsageEvent(
            finishedAt: now, result: .hit, language: items[0].question.key.language, category: request.controls.category ?? .general,
            source: .memory, duration: .zero)
        let control = request.controls.cacheControl
        if control.noCache || control.noStore {
            (event.result, event.missReason) = (.bypass, .bypass)
        } else {
            let found = await cache.lookups(items.map(\.question), at: now, within: lookupPatience)
            for (index, lookup) in found.enumerated() { take(lookup, for: &items[index], control, at: now, &event) }
        }
        let kept = items.compactMap(\.answer)
        var answered = Answered(
            body: .null, status: .hit(ttl: kept.compactMap { $0.lifetime.remainingSeconds(at: now) }.min()), costMicroDollars: 0,
            savedMicroDollars: kept.reduce(0) { $0 + $1.costMicroDollars })
        do throws(APIError) {
            if kept.count < items.count {
                let forward: CacheStatus.Forward = event.result == .bypass ? .request : event.missReason == .expired ? .stale : .miss
                answered.status = try await ask(&items, request, forward, generation, requestID: requestID, trace: trace, &event)
                answered.costMicroDollars = event.costMicroDollars
            } else if let oldest = kept.map({ now - $0.storedAt }).max() {
                event.entryAge = oldest
                event.savedMicroDollars = answered.savedMicroDollars
                event.savedInputTokens = kept.reduce(0) { $0 + Int(clamping: $1.inputTokens) }
            }
        } catch {
            (event.failed, event.source) = (true, nil)
            report(event, items.map(\.question), request, requestID, trace, startedAt)
            throw error
        }
        report(event, items.map(\.question), request, requestID, trace, startedAt)
        answered.body = Self.body(items.compactMap(\.answer), model: request.model)
        return answered
    }

    private func take(
        _ lookup: AnswerCache.Lookup, for item: inout Item, _ control: RequestCacheControl, at now: Timestamp, _ event: inout UsageEvent
    ) {
        switch lookup {
        case .hit(let entry, let source) where control.accepts(entry.answer, at: now):
            cache.countHit(entry.answer.key, at: now)
            item.answer = entry.answer
            if source == .store, event.source == .memory { event.source = .store }
        case .hit: (event.result, event.missReason) = (.bypass, .bypass)
        case .stale: (event.result, event.missReason) = (.miss, .expired)
        case .miss(let reason, _): (event.result, event.missReason) = (QuestionAnswerer.result(of: reason), reason)
        }
    }

    /// Asks for what is missing, each input once.
    private func ask(
        _ items: inout [Item], _ request: EmbeddingRequest, _ forward: CacheStatus.Forward, _ generation: Int64, requestID: String,
        trace: TraceContext?, _ event: inout UsageEvent
    ) async throws(APIError) -> CacheStatus {
        event.source = .upstream
        guard !request.controls.cacheControl.onlyIfCached else {
            throw APIError(
                .notCached, "Not all of these embeddings are kept, and only-if-cached forbids asking for them; leave the directive out.",
                cacheStatus: CacheStatus.failed(.miss, status: nil).header)
        }
        var missing: [CacheKey: Item] = [:]
        var order: [CacheKey] = []
        for item in items where item.answer == nil && missing.updateValue(item, forKey: item.question.key) == nil {
            order.append(item.question.key)
        }
        let wanted = order.compactMap { missing[$0] }
        let waitingSince = timeSource.uptime()
        let reply: EmbeddingReply
        do throws(UpstreamError) {
            reply = try await fetch(wanted, request, requestID: requestID, trace: trace)
        } catch {
            event.upstreamDuration = timeSource.uptime() - waitingSince
            throw APIError(passing: error, cacheStatus: CacheStatus.failed(forward, status: error.providerStatus).header)
        }
        event.upstreamDuration = timeSource.uptime() - waitingSince
        event.costMicroDollars = pricing.cost(model: request.model, usage: reply.usage?.tokens)
        let shares = Shares(of: wanted.map { $0.input.bytes.count })
        var made: [CacheKey: CachedAnswer] = [:]
        var refusal: GateRefusal?
        for (index, item) in wanted.enumerated() {
            let (answer, decision) = judge(
                item, reply.vectors[index], model: reply.model ?? request.model, request, generation: generation,
                duration: event.upstreamDuration, cost: shares.part(index, of: event.costMicroDollars),
                tokens: shares.part(index, of: Int64(reply.usage?.inputTokens ?? 0)))
            made[item.question.key] = answer
            if case .skip(let reason) = decision { refusal = reason }
        }
        for index in items.indices where items[index].answer == nil { items[index].answer = made[items[index].question.key] }
        return refusal.map { CacheStatus.notStored(forward, detail: $0.cacheStatusDetail) } ?? .stored(forward)
    }
}

extension EmbeddingAnswerer {
    /// Asks for embeddings, within the budget of the tenant who wants them.
    private func fetch(
        _ wanted: [Item], _ request: EmbeddingRequest, requestID: String, trace: TraceContext?
    ) async throws(UpstreamError) -> EmbeddingReply {
        try overload.admitCall()
        let body = request.forwarded(wanted.map(\.input))
        guard let budgets, let tenant = wanted.first?.question.tenant else {
            return try await fetch(body, count: wanted.count, request, requestID: requestID, trace: trace)
        }
        let estimate = CallEstimate.spending(model: request.model, requestBytes: body.count, outputTokens: 0, pricing)
        return try await budgets.around(
            estimate, of: tenant,
            actual: { reply in
                Spending(
                    microDollars: reply.usage.map { pricing.cost(model: request.model, usage: $0.tokens) } ?? estimate.microDollars,
                    tokens: reply.usage.map { Int64($0.inputTokens) } ?? estimate.tokens)
            }
        ) { () async throws(UpstreamError) in
            try await fetch(body, count: wanted.count, request, requestID: requestID, trace: trace)
        }
    }

    private func fetch(
        _ body: [UInt8], count: Int, _ request: EmbeddingRequest, requestID: String, trace: TraceContext?
    ) async throws(UpstreamError) -> EmbeddingReply {
        try await providers.first(for: request.model) { provider, isLast in
            do throws(UpstreamError) {
                return .success(
                    try await provider.spans.around(.embeddings, request.model, below: trace) { (trace) async throws(UpstreamError) in
                        try await provider.client.embed(
                            ForwardedCall(
                                path: "/embeddings", operation: .embeddings, model: request.model, body: body, requestID: requestID,
                                traceparent: trace?.traceparent, tracestate: trace?.traceState, hasAlternative: !isLast),
                            count: count)
                    })
            } catch {
                return .failure(error)
            }
        }
    }

    private func judge(
        _ item: Item, _ vector: JSONTree, model: String, _ request: EmbeddingRequest, generation: Int64, duration: Duration, cost: Int64,
        tokens: Int64
    ) -> (CachedAnswer, GateDecision) {
        let completion = JSONTree.object([.init("model", .string(model)), .init("embedding", vector)]).bytes
        let decision = gate.decide(
            AnswerCandidate(
                isSuccess: true, isComplete: true, finishReason: "stop", text: "embedding", isRefusal: false, confidence: 1,
                mayStore: !request.controls.cacheControl.noStore, sizeBytes: completion.count))
        let now = timeSource.now()
        let label = item.question.normalized.text
        let category = request.controls.category ?? .general
        var answer = CachedAnswer(
            key: item.question.key, form: item.question.form, query: keepsQueries ? label : nil, normalizedQuery: keepsQueries ? label : "",
            category: category, text: "", confidence: 1, confidenceMethod: ConfidenceEstimate.Method.rule.rawValue, model: request.model,
            isSimulated: false, costMicroDollars: cost, inputTokens: tokens, outputTokens: 0, upstreamDuration: duration, storedAt: now,
            lifetime: cache.lifetime(
                of: item.question.key, category: category, storedAt: now, atMost: request.controls.timeToLive))
        answer.generation = generation
        answer.tags = request.controls.tags
        answer.completion = completion
        switch decision {
        case .store: cache.keep(answer)
        case .skip(let refusal): instruments.writeSkips(refusal.metric).increment()
        }
        return (answer, decision)
    }

    private func report(
        _ event: UsageEvent, _ questions: [IdentifiedQuestion], _ request: EmbeddingRequest, _ requestID: String, _ trace: TraceContext?,
        _ startedAt: Duration
    ) {
        var event = event
        event.finishedAt = timeSource.now()
        event.duration = timeSource.uptime() - startedAt
        let whole = Self.whole(questions)
        reporter.report(
            event, question: whole, query: whole.normalized.text, customer: reporter.customer(request.customer), confidence: nil,
            requestID: requestID, trace: trace)
    }

    /// The request as the one question that the statistics count: made of the keys of its inputs, which are long and read already. They
    /// know none of its words.
    static func whole(_ questions: [IdentifiedQuestion]) -> IdentifiedQuestion {
        let form = CanonicalForm(scope: Array("embeddings".utf8), text: questions.flatMap { Array($0.key.description.utf8) })
        var whole = IdentifiedQuestion(
            key: CacheKey(language: questions[0].key.language, form: form), form: form,
            normalized: NormalizedQuery(text: "", category: .general, isExact: true, steps: []))
        whole.tenant = questions[0].tenant
        return whole
    }

    /// The provider's form: the embeddings in the order of the inputs, and the tokens that they cost when they were made.
    private static func body(_ answers: [CachedAnswer], model: String) -> JSONTree {
        var answering: JSONTree?
        let data = answers.enumerated().map { index, answer in
            let kept = answer.completion.flatMap { JSONTree($0) }
            answering = answering ?? kept?["model"]
            return JSONTree.object([
                .init("object", .string("embedding")), .init("index", .number(Int64(index))),
                .init("embedding", kept?["embedding"] ?? .null),
            ])
        }
        let tokens = JSONTree.number(answers.reduce(0) { $0 + $1.inputTokens })
        return .object([
            .init("object", .string("list")), .init("data", .array(data)), .init("model", answering ?? .string(model)),
            .init("usage", .object([.init("prompt_tokens", tokens), .init("total_tokens", tokens)])),
        ])
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
