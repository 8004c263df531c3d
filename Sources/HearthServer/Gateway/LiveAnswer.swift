import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Synchronization

/// An answer that is being fetched, as one of its callers sees it; it counts itself when it is over.
final class LiveAnswer: Sendable {
    enum Beginning: Sendable {
        /// A stream has begun, or the answer is whole.
        case begun
        case failed(UpstreamError)
        case left
    }

    let inquiry: ChatAnswerer.Inquiry
    let reader: GatewayFlight.Reader
    private let flight: GatewayFlight
    private let watch: ClientDeparture.Watch
    private let follows: Bool
    private let forward: CacheStatus.Forward
    private let reason: MissReason
    private let waitingSince: Duration
    private let answerer: ChatAnswerer
    private let isClosed = Atomic(false)
    /// A caller may leave at the last byte, when the answer has been counted already.
    private let isCounted = Atomic(false)
    private let isSilent = Atomic(false)
    /// When the first of it was there; the caller's response time.
    private let firstAt = Mutex<Duration?>(nil)

    init(
        inquiry: ChatAnswerer.Inquiry, flight: GatewayFlight, reader: GatewayFlight.Reader, watch: ClientDeparture.Watch, follows: Bool,
        forward: CacheStatus.Forward, reason: MissReason, waitingSince: Duration, answerer: ChatAnswerer
    ) {
        self.inquiry = inquiry
        self.flight = flight
        self.reader = reader
        self.watch = watch
        self.follows = follows
        self.forward = forward
        self.reason = reason
        self.waitingSince = waitingSince
        self.answerer = answerer
    }

    deinit { close() }

    /// Waits for the first piece where the caller wants a stream, else for the whole.
    ///
    /// - Parameter patience: after which a stream begins without a piece, so that nothing between here and the caller takes it for dead; nil
    ///   is never.
    func beginning(after patience: Duration?) async -> Beginning {
        guard inquiry.request.isStreamed else {
            guard let outcome = await reader.outcome() else { return .left }
            return Self.beginning(outcome, begun)
        }
        let alarm = patience.map { patience in
            Task { [reader] in
                if (try? await Task.sleep(for: patience)) != nil { reader.nudge() }
            }
        }
        defer { alarm?.cancel() }
        switch await reader.step(after: 0) {
        case .pieces: return begun()
        case .ended(let ended): return Self.beginning(ended, begun)
        case .left: return .left
        case .quiet:
            isSilent.store(true, ordering: .relaxed)
            return .begun
        }
    }

    /// The first words of a stream that began in silence are there.
    func noteFirstWords() {
        firstAt.withLock { $0 = $0 ?? answerer.timeSource.uptime() }
    }

    /// Whether a stream has begun without a piece.
    var beganInSilence: Bool { isSilent.load(ordering: .relaxed) }

    private static func beginning(_ outcome: GatewayFlight.Outcome, _ begun: () -> Beginning) -> Beginning {
        switch outcome {
        case .success: begun()
        case .failure(let error): .failed(error)
        }
    }

    private func begun() -> Beginning {
        firstAt.withLock { $0 = answerer.timeSource.uptime() }
        return .begun
    }

    /// The whole answer, of one that has begun.
    func whole() async throws(APIError) -> GatewayAnswer {
        switch await reader.outcome() {
        case .success(let answer): return answer
        case .failure(let error):
            fail()
            throw APIError(passing: error, cacheStatus: CacheStatus.failed(forward, status: error.providerStatus).header)
        case nil:
            fail()
            throw APIError(.overloaded, "The caller has gone.", retryAfterSeconds: 1)
        }
    }

    /// What a stream says in its header, before anyone knows how it ends.
    var openStatus: CacheStatus { follows ? .collapsed(forward) : .failed(forward, status: beganInSilence ? nil : 200) }

    /// Counts the answer, and says what the caller is told about it.
    func finish(_ answer: GatewayAnswer) -> AnsweredQuestion {
        close()
        let paid = flight.takeBill() ? answer.paidMicroDollars : 0
        let first = firstAt.withLock { $0 } ?? answerer.timeSource.uptime()
        if !isCounted.exchange(true, ordering: .relaxed) {
            answerer.report(
                answer.answer, inquiry, reason: reason, duration: first - inquiry.startedAt, waited: first - waitingSince,
                isShared: follows || answer.isShared, cost: paid)
        }
        return AnsweredQuestion(
            answer: answer.answer, source: .upstream, status: status(of: answer), isCached: false, isKept: answer.decision == .store,
            age: nil, costMicroDollars: paid, savedMicroDollars: 0, missReason: reason)
    }

    /// Counts an answer that broke off, or whose caller did not stay for its end.
    func fail() {
        close()
        guard !isCounted.exchange(true, ordering: .relaxed) else { return }
        // Paid for and kept, though the caller has not had it to the end.
        if let answer = flight.answer, flight.takeBill() {
            answerer.reporter.report(
                .refresh, of: inquiry.question.tenant, costMicroDollars: answer.paidMicroDollars, at: answerer.timeSource.now())
        }
        answerer.reportFailure(inquiry, reason: reason, waited: answerer.timeSource.uptime() - waitingSince)
    }

    /// The name of the answer: the provider's for the one whose call it is, one of its own for the others.
    func identity(of answer: GatewayAnswer) -> ForwardedAnswer.Identity {
        let given = follows ? nil : answer.identity
        guard let given, !given.id.isEmpty else { return ChatReplay.newIdentity(at: answerer.timeSource.now()) }
        return given
    }

    private func status(of answer: GatewayAnswer) -> CacheStatus {
        if follows || answer.isShared { return .collapsed(forward) }
        return switch answer.decision {
        case .store: .stored(forward)
        case .skip(let refusal): .notStored(forward, detail: refusal.cacheStatusDetail)
        }
    }

    func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        watch.end()
        reader.leave()
    }
}
