import HearthCache
import HearthTelemetry
import HearthUpstream

/// Answers one question: from memory, from the store, from an answer past its time where that is allowed, or by asking.
struct QuestionAnswerer: Sendable {
    private let identifier: QuestionIdentifier
    private let cache: AnswerCache
    private let producer: AnswerProducer
    private let refresher: BackgroundRefresher
    private let reporter: UsageReporter
    /// Nil where no hit is checked.
    private let shadow: ShadowChecks?
    private let lookups: LookupSpan
    private let timeSource: any TimeSource

    init(
        identifier: QuestionIdentifier, cache: AnswerCache, producer: AnswerProducer, refresher: BackgroundRefresher,
        reporter: UsageReporter, shadow: ShadowChecks?, lookups: LookupSpan, timeSource: any TimeSource
    ) {
        self.identifier = identifier
        self.cache = cache
        self.producer = producer
        self.refresher = refresher
        self.reporter = reporter
        self.shadow = shadow
        self.lookups = lookups
        self.timeSource = timeSource
    }

    /// A request with everything that was found out about it on the way to an answer.
    fileprivate struct Inquiry {
        var query: CacheQuery
        var question: IdentifiedQuestion
        var category: ResponseCategory
        var control: RequestCacheControl
        var requestID: String
        var trace: TraceContext?
        var startedAt: Duration
        /// What the statistics may know of the words; nil where nothing may be kept.
        var words: String? { control.noStore ? nil : query.query }
        var isBypass: Bool { query.skipCache || control.noCache || control.noStore }
    }

    /// - Parameters:
    ///   - query: its text is trimmed and within the limits.
    ///   - startedAt: when the request was complete, on the monotonic clock.
    func answer(
        _ query: CacheQuery, by tenant: Tenant, control: RequestCacheControl, requestID: String, trace: TraceContext?, startedAt: Duration
    ) async throws(APIError) -> AnsweredQuestion {
        let question = identifier.identify(query.query, language: query.language, by: tenant)
        let inquiry = Inquiry(
            query: query, question: question, category: query.category ?? question.normalized.category, control: control,
            requestID: requestID, trace: trace, startedAt: startedAt)
        if inquiry.isBypass {
            guard !control.onlyIfCached else { throw notCached(inquiry, result: .bypass, reason: .bypass) }
            return try await ask(inquiry, forward: .request, reason: .bypass, fallback: nil)
        }
        let now = timeSource.now()
        switch await lookups.around({ await cache.lookup(question, at: now) }) {
        case .hit(let entry, let source) where inquiry.accepts(entry.answer, at: now):
            return serve(entry, inquiry, source: source, result: .hit, stale: nil)
        case .hit(let entry, _):
            return try await ask(inquiry, forward: .request, reason: .bypass, fallback: entry)
        case .stale(let entry) where inquiry.acceptsStale(entry.answer, at: now):
            if !control.onlyIfCached {
                refresher.refresh(
                    AnswerProducer.Request(
                        text: query.query, question: question, category: entry.answer.category, trace: trace, requestID: requestID),
                    by: producer)
            }
            return serve(entry, inquiry, source: .stale, result: .stale, stale: .whileRevalidate)
        case .stale(let entry):
            return try await ask(inquiry, forward: .stale, reason: .expired, fallback: entry)
        case .miss(let reason, let fallback):
            let forward: CacheStatus.Forward = reason == .expired ? .stale : .miss
            return try await ask(inquiry, forward: forward, reason: reason, fallback: fallback)
        }
    }

    private func serve(
        _ entry: MemoryEntry, _ inquiry: Inquiry, source: AnswerSource, result: LookupResult, stale: CacheStatus.StaleReason?,
        waited: Duration = .zero
    ) -> AnsweredQuestion {
        let now = timeSource.now()
        let answer = entry.answer
        cache.countHit(answer.key, at: now)
        let age = now - answer.storedAt
        report(inquiry, result: result, answer: answer, source: source, waited: waited, age: age)
        if let shadow, result == .hit { shadow.noteHit(answer, to: inquiry.question, asked: inquiry.query.query) }
        let remaining = answer.lifetime.remainingSeconds(at: now)
        let status: CacheStatus = stale.map { .stale(ttl: remaining ?? 0, $0) } ?? .hit(ttl: remaining)
        return AnsweredQuestion(
            answer: answer, source: source, status: status, isCached: true, isKept: true, age: age, costMicroDollars: 0,
            savedMicroDollars: answer.costMicroDollars)
    }

    /// Asks the provider; if it fails, serves the fallback where one may be served.
    private func ask(
        _ inquiry: Inquiry, forward: CacheStatus.Forward, reason: MissReason, fallback: MemoryEntry?
    ) async throws(APIError) -> AnsweredQuestion {
        let result = Self.result(of: reason)
        guard !inquiry.control.onlyIfCached else { throw notCached(inquiry, result: result, reason: reason) }
        let waitingSince = timeSource.uptime()
        let request = AnswerProducer.Request(
            text: inquiry.query.query, question: inquiry.question, category: inquiry.category, trace: inquiry.trace,
            requestID: inquiry.requestID, acceptsKept: reason == .neverStored || reason == .invalidated || reason == .storeUnavailable,
            mayKeep: !inquiry.control.noStore)
        let (outcome, role) = await producer.produce(request)
        let waited = timeSource.uptime() - waitingSince
        switch outcome {
        case .success(let produced):
            let paid = role == .led ? produced.paidMicroDollars : 0
            report(
                inquiry, result: result, reason: reason, answer: produced.answer, source: .upstream, cost: paid, waited: waited,
                isShared: role == .followed || produced.isShared)
            return AnsweredQuestion(
                answer: produced.answer, source: .upstream, status: Self.status(of: produced, role: role, forward: forward),
                isCached: false, isKept: produced.isKept, age: nil, costMicroDollars: paid, savedMicroDollars: 0, missReason: reason)
        case .failure(let error):
            let failedAt = timeSource.now()
            if let fallback, !inquiry.isBypass, inquiry.acceptsStale(fallback.answer, at: failedAt),
                cache.mayStandIn(fallback, at: failedAt)
            {
                return serve(fallback, inquiry, source: .stale, result: .stale, stale: .onError, waited: waited)
            }
            reportFailure(inquiry, result: result, reason: reason, waited: waited)
            throw APIError(error, cacheStatus: CacheStatus.failed(forward, status: error.providerStatus).header)
        case nil:
            reportFailure(inquiry, result: result, reason: reason, waited: waited)
            throw APIError(
                .overloaded, "Too many callers wait for this answer already; ask again in a second.", retryAfterSeconds: 1)
        }
    }

    /// An ill store and a caller's own wish are not the cache's misses.
    static func result(of reason: MissReason) -> LookupResult {
        switch reason {
        case .bypass: .bypass
        case .storeUnavailable, .integrity: .error
        case .neverStored, .expired, .invalidated, .lowConfidence: .miss
        }
    }

    private static func status(
        of produced: AnswerProducer.Produced, role: AnswerProducer.Flights.Role, forward: CacheStatus.Forward
    ) -> CacheStatus {
        if role == .followed || produced.isShared { return .collapsed(forward) }
        return switch produced.decision {
        case .store: .stored(forward)
        case .skip(let refusal): .notStored(forward, detail: refusal.cacheStatusDetail)
        }
    }

    private func notCached(_ inquiry: Inquiry, result: LookupResult, reason: MissReason) -> APIError {
        reportFailure(inquiry, result: result, reason: reason, waited: .zero)
        return APIError(
            .notCached, "No answer to this question is kept, and only-if-cached forbids asking for one; leave the directive out.",
            cacheStatus: CacheStatus.failed(.miss, status: nil).header)
    }

    private func report(
        _ inquiry: Inquiry, result: LookupResult, reason: MissReason? = nil, answer: CachedAnswer, source: AnswerSource,
        cost: Int64 = 0, waited: Duration = .zero, isShared: Bool = false, age: Duration? = nil
    ) {
        var event = UsageEvent(
            finishedAt: timeSource.now(), result: result, missReason: reason, language: answer.language,
            category: answer.category, source: source, duration: timeSource.uptime() - inquiry.startedAt,
            upstreamDuration: waited, isShared: isShared, costMicroDollars: cost)
        if let age { event.addSavings(of: answer, age: age) }
        reporter.report(
            event, question: inquiry.question, query: inquiry.words, customer: reporter.customer(inquiry.query.customer),
            confidence: answer.currentConfidence, requestID: inquiry.requestID, trace: inquiry.trace)
    }

    private func reportFailure(_ inquiry: Inquiry, result: LookupResult, reason: MissReason, waited: Duration) {
        reporter.report(
            UsageEvent(
                finishedAt: timeSource.now(), result: result, missReason: reason, language: inquiry.question.key.language,
                category: inquiry.category, source: nil, duration: timeSource.uptime() - inquiry.startedAt,
                upstreamDuration: waited, failed: true),
            question: inquiry.question, query: inquiry.words, customer: reporter.customer(inquiry.query.customer), confidence: nil,
            requestID: inquiry.requestID, trace: inquiry.trace)
    }
}

extension QuestionAnswerer.Inquiry {
    fileprivate func accepts(_ answer: CachedAnswer, at now: Timestamp) -> Bool { control.accepts(answer, at: now) }

    fileprivate func acceptsStale(_ answer: CachedAnswer, at now: Timestamp) -> Bool { control.acceptsStale(answer, at: now) }
}
