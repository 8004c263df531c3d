import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Answers chat completions: from the cache, from an answer past its time where that is allowed, or by asking the provider.
///
/// A class, since every request holds on to it: a copy of all that it has would be a hundred references to count.
final class ChatAnswerer: Sendable {
    let identifier: GatewayIdentifier
    let cache: AnswerCache
    let fetcher: GatewayFetcher
    let flights: GatewayFlights
    let refusals: RememberedRefusals
    let refresher: BackgroundRefresher
    let reporter: UsageReporter
    let lookups: LookupSpan
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    /// How long a stream may be silent before the caller is sent something.
    let commentInterval: Duration

    init(
        identifier: GatewayIdentifier, cache: AnswerCache, fetcher: GatewayFetcher, flights: GatewayFlights, refusals: RememberedRefusals,
        refresher: BackgroundRefresher, reporter: UsageReporter, lookups: LookupSpan, instruments: CacheInstruments,
        timeSource: any TimeSource, commentInterval: Duration
    ) {
        self.identifier = identifier
        self.cache = cache
        self.fetcher = fetcher
        self.flights = flights
        self.refusals = refusals
        self.refresher = refresher
        self.reporter = reporter
        self.lookups = lookups
        self.instruments = instruments
        self.timeSource = timeSource
        self.commentInterval = commentInterval
    }

    /// A request with everything that was found out about it on the way to an answer.
    struct Inquiry: Sendable {
        var request: ChatRequest
        var question: IdentifiedQuestion
        var category: ResponseCategory
        var requestID: String
        var trace: TraceContext?
        var startedAt: Duration
        /// Whether the caller may be told by a comment that its stream is still on its way.
        var mayBeginInSilence: Bool
        var control: RequestCacheControl { request.controls.cacheControl }
        var isBypass: Bool { control.noCache || control.noStore }
    }

    /// What the caller is given.
    enum Reply: Sendable {
        case kept(AnsweredQuestion)
        /// To be read piece by piece, or as a whole; counted at its end by ``LiveAnswer``.
        case live(LiveAnswer)
    }

    /// - Parameters:
    ///   - mayBeginInSilence: whether a stream may begin before its first words.
    ///   - whenGone: runs its argument once the caller has gone away; what it returns ends the watch.
    func answer(
        _ request: ChatRequest, by tenant: Tenant, requestID: String, trace: TraceContext?, startedAt: Duration,
        mayBeginInSilence: Bool,
        whenGone: (@escaping @Sendable () -> Void) -> ClientDeparture.Watch
    ) async throws(APIError) -> Reply {
        let question = identifier.identify(request, by: tenant)
        let inquiry = Inquiry(
            request: request, question: question, category: request.controls.category ?? question.normalized.category,
            requestID: requestID, trace: trace, startedAt: startedAt, mayBeginInSilence: mayBeginInSilence)
        if inquiry.isBypass { return try await ask(inquiry, forward: .request, reason: .bypass, fallback: nil, whenGone) }
        let now = timeSource.now()
        switch await lookups.around({ await cache.lookup(question, at: now) }) {
        case .hit(let entry, let source) where inquiry.control.accepts(entry.answer, at: now):
            return .kept(serve(entry, inquiry, source: source, result: .hit, stale: nil))
        case .hit(let entry, _):
            return try await ask(inquiry, forward: .request, reason: .bypass, fallback: entry, whenGone)
        case .stale(let entry) where inquiry.control.acceptsStale(entry.answer, at: now):
            if !inquiry.control.onlyIfCached { refresh(inquiry, of: entry.answer) }
            return .kept(serve(entry, inquiry, source: .stale, result: .stale, stale: .whileRevalidate))
        case .stale(let entry):
            return try await ask(inquiry, forward: .stale, reason: .expired, fallback: entry, whenGone)
        case .miss(let reason, let fallback):
            return try await ask(inquiry, forward: reason == .expired ? .stale : .miss, reason: reason, fallback: fallback, whenGone)
        }
    }

    private func errand(_ inquiry: Inquiry, reason: MissReason) -> GatewayFetcher.Errand {
        GatewayFetcher.Errand(
            // Taken before the call: an invalidation during it is about this answer too.
            request: inquiry.request, question: inquiry.question, category: inquiry.category, generation: cache.generation,
            requestID: inquiry.requestID, trace: inquiry.trace,
            acceptsKept: reason == .neverStored || reason == .invalidated || reason == .storeUnavailable)
    }

    private func enter(_ errand: GatewayFetcher.Errand, alone: Bool = false) -> GatewayFlights.Entrance {
        let call: @Sendable (GatewayFlight) async -> GatewayFlight.Outcome = { [self] flight in
            let outcome = await fetcher.fetch(errand, for: flight)
            guard case .success(let answer) = outcome else { return outcome }
            if flight.bytes > 0 { flights.noteLength(flight.bytes) }
            // Nobody is there to whom it could be charged, and it is kept for whoever asks next.
            if flight.isUnread, flight.takeBill() {
                reporter.report(.refresh, of: errand.question.tenant, costMicroDollars: answer.paidMicroDollars, at: timeSource.now())
            }
            return outcome
        }
        guard !alone, !errand.request.controls.cacheControl.noStore else { return GatewayFlights.alone(call) }
        return flights.enter(AnswerProducer.Shared(key: errand.question.key, generation: errand.generation), call)
    }

    /// Asks the provider. Returns when a stream has begun or an answer is whole; if the call fails before that, the followers make one
    /// more, and then what may stand in for an answer is served.
    private func ask(
        _ inquiry: Inquiry, forward: CacheStatus.Forward, reason: MissReason, fallback: MemoryEntry?,
        _ whenGone: (@escaping @Sendable () -> Void) -> ClientDeparture.Watch
    ) async throws(APIError) -> Reply {
        guard !inquiry.control.onlyIfCached else {
            reportFailure(inquiry, reason: reason, waited: .zero)
            throw APIError(
                .notCached, "No answer to this request is kept, and only-if-cached forbids asking for one; leave the directive out.",
                cacheStatus: CacheStatus.failed(.miss, status: nil).header)
        }
        let shared = AnswerProducer.Shared(key: inquiry.question.key, generation: cache.generation)
        if !inquiry.isBypass, let refusal = refusals.find(shared, isStreamed: inquiry.request.isStreamed) {
            reportFailure(inquiry, reason: reason, waited: .zero)
            throw APIError(passing: refusal, cacheStatus: CacheStatus.rememberedRefusal)
        }
        let waitingSince = timeSource.uptime()
        var mayTryAgain = true
        var goesAlone = false
        while true {
            let flight: GatewayFlight
            let reader: GatewayFlight.Reader
            let follows: Bool
            switch enter(errand(inquiry, reason: reason), alone: goesAlone) {
            case .leads(let entered, let own): (flight, reader, follows) = (entered, own, false)
            case .follows(let entered, let own): (flight, reader, follows) = (entered, own, true)
            case .refused:
                reportFailure(inquiry, reason: reason, waited: .zero)
                throw APIError(.overloaded, "Too many callers wait for this answer already; ask again in a second.", retryAfterSeconds: 1)
            }
            let watch = whenGone { reader.leave() }
            let live = LiveAnswer(
                inquiry: inquiry, flight: flight, reader: reader, watch: watch, follows: follows, forward: forward, reason: reason,
                waitingSince: waitingSince, answerer: self)
            // What may stand in for a failed call cannot once a stream has begun.
            let patience = fallback == nil && inquiry.mayBeginInSilence ? commentInterval : nil
            switch await live.beginning(after: patience) {
            case .begun where follows && !goesAlone && !inquiry.request.isStreamed && flight.answer?.isFaithful == false:
                live.close()
                goesAlone = true
            case .begun:
                if follows { instruments.coalesced(.shared).increment() }
                return .live(live)
            case .left:
                live.close()
                reportFailure(inquiry, reason: reason, waited: timeSource.uptime() - waitingSince)
                throw APIError(.overloaded, "The caller has gone.", retryAfterSeconds: 1)
            case .failed(let error):
                live.close()
                if !inquiry.control.noStore, !inquiry.request.hasFieldsBesideKey {
                    refusals.note(error, for: shared, isStreamed: inquiry.request.isStreamed)
                }
                if follows { instruments.coalesced(.leaderFailed).increment() }
                // In a shared namespace the first may be of another tenant, whose budget is not this one's; and what was refused may be in a
                // field that is no part of the key.
                if follows, !goesAlone, error.concernsItsCallerOnly {
                    goesAlone = true
                    continue
                }
                if follows, mayTryAgain, error.isWorthAskingAgain {
                    mayTryAgain = false
                    continue
                }
                let waited = timeSource.uptime() - waitingSince
                let failedAt = timeSource.now()
                // Who asks for what no provider accepts is told so.
                if let fallback, !error.isAboutRequest, !inquiry.isBypass, inquiry.control.acceptsStale(fallback.answer, at: failedAt),
                    cache.mayStandIn(fallback, at: failedAt)
                {
                    return .kept(serve(fallback, inquiry, source: .stale, result: .stale, stale: .onError, waited: waited))
                }
                reportFailure(inquiry, reason: reason, waited: waited)
                throw APIError(passing: error, cacheStatus: CacheStatus.failed(forward, status: error.providerStatus).header)
            }
        }
    }

    /// Fetches a new answer for one that was served past its time.
    private func refresh(_ inquiry: Inquiry, of answer: CachedAnswer) {
        var errand = errand(inquiry, reason: .expired)
        errand.category = answer.category
        errand.request.controls.renew(answer)
        // Nobody reads along.
        errand.requestID = "refresh"
        refresher.run { [self, errand] in
            let flight: GatewayFlight
            let reader: GatewayFlight.Reader
            switch enter(errand) {
            case .leads(let entered, let own): (flight, reader) = (entered, own)
            case .follows(_, let own): return own.leave()
            case .refused: return
            }
            let outcome = await reader.outcome()
            reader.leave()
            // Unless a caller who has joined has paid for it.
            guard case .success(let answer) = outcome, flight.takeBill() else { return }
            reporter.report(.refresh, of: errand.question.tenant, costMicroDollars: answer.paidMicroDollars, at: timeSource.now())
        }
    }
}
