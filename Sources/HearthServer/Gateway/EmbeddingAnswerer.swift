import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Answers requests for embeddings: each input from the cache where it is kept, the others together by one call.
///
/// One request is one event; it is a hit if nothing had to be asked for.
struct EmbeddingAnswerer: Sendable {
    let identifier: GatewayIdentifier
    let cache: AnswerCache
    let fetcher: EmbeddingFetcher
    let refresher: BackgroundRefresher
    let reporter: UsageReporter
    let timeSource: any TimeSource
    /// How long all look-ups of a request may take together; what is not looked up by then is asked for.
    let lookupPatience: Duration
    let renewed = RenewedInputs()

    /// In deadlines of a single look-up: enough for the longest list at a healthy store, and less than a call takes.
    static let patienceInDeadlines = 10

    struct Answered: Sendable {
        var body: JSONTree
        var status: CacheStatus
        var costMicroDollars: Int64
        var savedMicroDollars: Int64
        /// Of the oldest, where nothing was asked for.
        var age: Duration?
    }

    /// One input on its way to an embedding.
    private struct Item {
        var input: JSONTree
        var question: IdentifiedQuestion
        var answer: CachedAnswer?
        /// Whether the answer was kept already, so that its price is spared.
        var isKept = false
        /// What is kept, but does not do at once; it may stand in if the call fails.
        var fallback: MemoryEntry?
        /// Whether the fallback may be served while a new answer is fetched.
        var mayBeStale = false

        mutating func take(_ kept: CachedAnswer) {
            answer = kept
            isKept = true
        }
    }

    /// - Parameter whenGone: runs its argument once the caller has gone away; what it returns ends the watch.
    func answer(
        _ request: EmbeddingRequest, by tenant: Tenant, requestID: String, trace: TraceContext?, startedAt: Duration,
        whenGone: @Sendable (@escaping @Sendable () -> Void) -> ClientDeparture.Watch
    ) async throws(APIError) -> Answered {
        let now = timeSource.now()
        let generation = cache.generation
        var items = request.inputs.indices.map { index in
            let input = request.inputs[index]
            return Item(
                input: input,
                question: identifier.identify(request.conversation(index), text: input.string, request.controls, by: tenant))
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
        let status: CacheStatus
        do throws(APIError) {
            if items.allSatisfy({ $0.answer != nil }) {
                status = .hit(ttl: serve(items, at: now, &event))
            } else if items.allSatisfy({ $0.answer != nil || $0.mayBeStale }) {
                if !control.onlyIfCached { renew(items, request, by: tenant) }
                status = serveStale(&items, .whileRevalidate, at: now, &event)
            } else {
                status = try await ask(&items, request, generation, requestID: requestID, trace: trace, at: now, &event, whenGone)
            }
        } catch {
            (event.failed, event.source) = (true, nil)
            report(event, items.map(\.question), request, requestID, trace, startedAt)
            throw error
        }
        report(event, items.map(\.question), request, requestID, trace, startedAt)
        return Answered(
            body: Self.body(items.compactMap(\.answer), model: request.model), status: status, costMicroDollars: event.costMicroDollars,
            // A kept embedding spares its price also where others had to be asked for.
            savedMicroDollars: items.filter(\.isKept).reduce(0) { $0 + ($1.answer?.costMicroDollars ?? 0) }, age: event.entryAge)
    }

    private func take(
        _ lookup: AnswerCache.Lookup, for item: inout Item, _ control: RequestCacheControl, at now: Timestamp, _ event: inout UsageEvent
    ) {
        switch lookup {
        case .hit(let entry, let source) where control.accepts(entry.answer, at: now):
            cache.countHit(entry.answer.key, at: now)
            item.take(entry.answer)
            item.fallback = entry
            if source == .store, event.source == .memory { event.source = .store }
        case .hit(let entry, _):
            item.fallback = entry
            (event.result, event.missReason) = (.bypass, .bypass)
        case .stale(let entry):
            item.fallback = entry
            item.mayBeStale = control.acceptsStale(entry.answer, at: now)
            (event.result, event.missReason) = (.miss, .expired)
        case .miss(let reason, let fallback):
            item.fallback = fallback
            (event.result, event.missReason) = (QuestionAnswerer.result(of: reason), reason)
        }
    }

    /// Notes what serving kept embeddings spared; returns the seconds for which all of them are fresh, negative for those past their time.
    private func serve(_ items: [Item], at now: Timestamp, _ event: inout UsageEvent) -> Int64? {
        let answers = items.compactMap(\.answer)
        event.entryAge = answers.map { now - $0.storedAt }.max()
        event.savedMicroDollars = answers.reduce(0) { $0 + $1.costMicroDollars }
        event.savedInputTokens = answers.reduce(0) { $0 + Int(clamping: $1.inputTokens) }
        return answers.compactMap { $0.lifetime.remainingSeconds(at: now) }.min()
    }

    /// Serves what is past its time for every input that has nothing better.
    private func serveStale(
        _ items: inout [Item], _ reason: CacheStatus.StaleReason, at now: Timestamp, _ event: inout UsageEvent
    ) -> CacheStatus {
        for index in items.indices where items[index].answer == nil {
            guard let entry = items[index].fallback else { continue }
            cache.countHit(entry.answer.key, at: now)
            items[index].take(entry.answer)
        }
        (event.result, event.missReason, event.source) = (.stale, nil, .stale)
        return .stale(ttl: serve(items, at: now, &event) ?? 0, reason)
    }

    /// Asks for what is missing or past its time, each input once.
    private func ask(
        _ items: inout [Item], _ request: EmbeddingRequest, _ generation: Int64, requestID: String, trace: TraceContext?,
        at now: Timestamp, _ event: inout UsageEvent, _ whenGone: @Sendable (@escaping @Sendable () -> Void) -> ClientDeparture.Watch
    ) async throws(APIError) -> CacheStatus {
        let forward: CacheStatus.Forward = event.result == .bypass ? .request : event.missReason == .expired ? .stale : .miss
        event.source = .upstream
        let control = request.controls.cacheControl
        guard !control.onlyIfCached else {
            throw APIError(
                .notCached, "Not all of these embeddings are kept, and only-if-cached forbids asking for them; leave the directive out.",
                cacheStatus: CacheStatus.failed(.miss, status: nil).header)
        }
        let missing = Self.missing(&items, request)
        let waitingSince = timeSource.uptime()
        let fetched: EmbeddingFetcher.Fetched
        do throws(UpstreamError) {
            let wanted = Self.eachOnce(missing).map { EmbeddingFetcher.Wanted(input: $0.input, question: $0.question) }
            let errand = EmbeddingFetcher.Errand(
                request: request, wanted: wanted, generation: generation, requestID: requestID, trace: trace)
            fetched = try await untilGone(whenGone) { [fetcher] () async throws(UpstreamError) in try await fetcher.fetch(errand) }
        } catch {
            event.upstreamDuration = timeSource.uptime() - waitingSince
            let failedAt = timeSource.now()
            // Who asks for what no provider accepts is told so.
            if !error.isAboutRequest, error.kind != .cancelled,
                missing.allSatisfy({ item in
                    item.fallback.map { control.acceptsStale($0.answer, at: failedAt) && cache.mayStandIn($0, at: failedAt) } ?? false
                })
            {
                return serveStale(&items, .onError, at: failedAt, &event)
            }
            throw APIError(passing: error, cacheStatus: CacheStatus.failed(forward, status: error.providerStatus).header)
        }
        event.upstreamDuration = timeSource.uptime() - waitingSince
        event.costMicroDollars = fetched.costMicroDollars
        event.isShared = fetched.isShared
        for index in items.indices where items[index].answer == nil { items[index].answer = fetched.answers[items[index].question.key] }
        if fetched.isShared { return .collapsed(forward) }
        return fetched.refusal.map { CacheStatus.notStored(forward, detail: $0.cacheStatusDetail) } ?? .stored(forward)
    }

    /// Ends a call that nobody waits for any more.
    private func untilGone<Value: Sendable>(
        _ whenGone: @Sendable (@escaping @Sendable () -> Void) -> ClientDeparture.Watch,
        _ call: @escaping @Sendable () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        let task = Task { () async -> Result<Value, UpstreamError> in
            do throws(UpstreamError) {
                return .success(try await call())
            } catch {
                return .failure(error)
            }
        }
        let watch = whenGone { task.cancel() }
        defer { watch.end() }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }.get()
    }

    /// What has to be asked for: what has no answer, and the whole list where the provider has to see it.
    private static func missing(_ items: inout [Item], _ request: EmbeddingRequest) -> [Item] {
        if !request.treatsInputsAlone {
            for index in items.indices where items[index].answer != nil {
                (items[index].answer, items[index].isKept) = (nil, false)
            }
        }
        return items.filter { $0.answer == nil }
    }

    /// Fetches new embeddings for some that are served past their time; those that another request renews, or just has, are left out.
    private func renew(_ items: [Item], _ request: EmbeddingRequest, by tenant: Tenant) {
        var items = items
        let stale = Self.eachOnce(Self.missing(&items, request)).map {
            EmbeddingFetcher.Wanted(input: $0.input, question: $0.question, renews: $0.fallback?.answer)
        }
        let isWhole = !request.treatsInputsAlone
        refresher.run { [cache, fetcher, renewed, reporter, timeSource] in
            let mine = renewed.begin(stale)
            defer { renewed.end(mine) }
            let now = timeSource.now()
            let wanted = isWhole ? (mine.count == stale.count ? mine : []) : mine.filter { cache.kept($0.question, at: now) == nil }
            guard !wanted.isEmpty else { return }
            let errand = EmbeddingFetcher.Errand(
                request: request, wanted: wanted, generation: cache.generation, requestID: "refresh", trace: nil)
            // What fails is left to the next request for it; the failure is in the provider's metrics.
            guard let fetched = try? await fetcher.fetch(errand), !fetched.isShared else { return }
            reporter.report(.refresh, of: tenant, costMicroDollars: fetched.costMicroDollars, at: timeSource.now())
        }
    }

    private static func eachOnce(_ items: [Item]) -> [Item] {
        var seen: Set<CacheKey> = []
        return items.filter { seen.insert($0.question.key).inserted }
    }
}

extension EmbeddingAnswerer {
    private func report(
        _ event: UsageEvent, _ questions: [IdentifiedQuestion], _ request: EmbeddingRequest, _ requestID: String, _ trace: TraceContext?,
        _ startedAt: Duration
    ) {
        var event = event
        event.finishedAt = timeSource.now()
        event.duration = timeSource.uptime() - startedAt
        let whole = Self.whole(questions)
        reporter.report(
            event, question: whole, query: request.controls.cacheControl.noStore ? nil : whole.normalized.text,
            customer: reporter.customer(request.customer), confidence: nil,
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
