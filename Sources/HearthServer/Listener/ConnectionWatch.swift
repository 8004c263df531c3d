import HearthTelemetry

/// What a connection is doing and how long it may go on: the pure part of the listener's time limits.
///
/// Times are durations on one monotonic clock.
struct ConnectionWatch {
    enum Activity: Equatable {
        /// The client and Hearth agree on how to encrypt.
        case handshaking(since: Duration)
        /// Waiting for a request since the time given.
        case idle(since: Duration)
        /// Part of a request's header has arrived.
        case readingHeader(since: Duration)
        /// The header is complete, the body is not.
        case readingBody(since: Duration, bytes: Int)
        /// The whole request is here and is being answered.
        case answering
    }

    enum Verdict: Equatable {
        case closeSlowHandshake
        case closeIdle
        case refuseSlowHeader
        case refuseSlowBody
        /// As before, but the request was answered early, so that there is nothing more to say.
        case closeSlowBody
        case abandonSlowReader
    }

    private let limits: HearthConfiguration.Limits
    private(set) var activity: Activity
    /// Answers that have been asked for and not been written.
    private(set) var answersDue = 0
    private var unsentBytes = 0
    private var sendingSince: Duration

    init(limits: HearthConfiguration.Limits, isEncrypted: Bool, now: Duration) {
        self.limits = limits
        self.activity = isEncrypted ? .handshaking(since: now) : .idle(since: now)
        self.sendingSince = now
    }

    mutating func completeHandshake(at now: Duration) {
        if case .handshaking = activity { activity = .idle(since: now) }
    }

    mutating func receive(bytes: Int, at now: Duration) {
        switch activity {
        case .handshaking, .idle, .answering: activity = .readingHeader(since: now)
        case .readingHeader: break
        case .readingBody(let since, let before): activity = .readingBody(since: since, bytes: before + bytes)
        }
    }

    mutating func completeHeader(at now: Duration) {
        answersDue += 1
        activity = .readingBody(since: now, bytes: 0)
    }

    mutating func completeRequest() {
        activity = .answering
    }

    mutating func completeAnswer(at now: Duration) {
        answersDue = max(answersDue - 1, 0)
        if answersDue == 0, activity == .answering { activity = .idle(since: now) }
    }

    /// - Parameters:
    ///   - unsent: bytes of answers that the client has not taken yet.
    ///   - sent: whether any were taken since the last look.
    mutating func verdict(at now: Duration, unsent: Int, sentSinceLastLook sent: Bool) -> Verdict? {
        if unsent == 0 || sent { sendingSince = now }
        if unsent > 0, now - sendingSince > limits.writeTimeout { return .abandonSlowReader }
        switch activity {
        case .handshaking(let since):
            return now - since > limits.handshakeTimeout ? .closeSlowHandshake : nil
        case .idle(let since):
            return unsent == 0 && now - since > limits.idleTimeout ? .closeIdle : nil
        case .readingHeader(let since):
            // A pipelined request may wait while the one before it is answered; that is our time, not the client's.
            return answersDue == 0 && now - since > limits.headerTimeout ? .refuseSlowHeader : nil
        case .readingBody(let since, let bytes):
            let elapsed = now - since
            guard elapsed > limits.bodyGracePeriod else { return nil }
            let due = Double(limits.minimumBodyRate) * elapsed.fractionalSeconds
            guard Double(bytes) < due else { return nil }
            return answersDue > 0 ? .refuseSlowBody : .closeSlowBody
        case .answering:
            return nil
        }
    }
}
