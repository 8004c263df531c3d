import HearthTelemetry
import HearthUpstream

/// Which models of which providers are left alone for a while: the provider has had too many requests, said when to come back, or fails.
///
/// Meanwhile callers get the same status at once. It is a plain value; its owner guards it with a lock and gives it the time.
struct ProviderHolds: Sendable {
    struct Place: Hashable, Sendable {
        var provider: String
        var model: String
    }

    /// More places are not held; models are chosen by callers.
    static let limit = 256

    /// How long a refusal for too many requests counts that says no time: long enough for a burst to pass, and for clients, who come back
    /// after half a second and later, hardly longer than they wait by themselves. No failure without a time counts longer.
    static let unsaid: Duration = .seconds(1)

    /// From which failure in a row on one that says no time counts: fewer may come from one request or one bad moment, and after five the
    /// breaker takes over.
    static let failuresInARow = 3

    /// How long the first of them counts; the time doubles with each more, up to ``unsaid``. A provider that fails a part of its calls
    /// must not be made to fail them all.
    static let firstHold: Duration = .milliseconds(100)

    private struct Hold: Sendable {
        var until: Duration
        /// Without the provider's words: everybody is told, and they may repeat what one caller asked.
        var error: UpstreamError
    }

    private var holds: [Place: Hold] = [:]
    /// Failures that said no time, since the provider last worked.
    private var failures: [Place: Int] = [:]
    private let longest: Duration

    /// - Parameter longest: whatever the provider says; zero turns holds off.
    init(longest: Duration) {
        self.longest = longest
    }

    /// What the provider said, with the time that is left; nil where it may be asked.
    mutating func refusal(at place: Place, now: Duration) -> UpstreamError? {
        // Mostly there are none, and every call comes by here.
        guard !holds.isEmpty, let hold = holds[place] else { return nil }
        guard now < hold.until else {
            holds[place] = nil
            return nil
        }
        var error = hold.error
        error.retryAfter = hold.until - now
        return error
    }

    /// Notes how a call failed.
    mutating func note(_ error: UpstreamError, at place: Place, now: Duration) {
        if case .clientError = error.kind { noteAnswer(at: place) }
        let wanted: Duration? =
            switch error.kind {
            case .rateLimited: error.retryAfter ?? Self.unsaid
            case .serverError: error.retryAfter ?? unsaid(at: place)
            case .timeout: error.retryAfter ?? (error.status == 504 ? unsaid(at: place) : nil)
            case .auth, .clientError, .network, .invalidAnswer, .overloaded, .breakerOpen, .cancelled, .shutDown,
                .budgetExhausted:
                nil
            }
        guard let wanted, longest > .zero else { return }
        hold(error, at: place, until: now + min(wanted, longest), now: now)
    }

    private mutating func hold(_ error: UpstreamError, at place: Place, until end: Duration, now: Duration) {
        // A call that was under way when the provider said how long does not shorten that.
        if let hold = holds[place], hold.until > end { return }
        if holds.count >= Self.limit, holds[place] == nil {
            holds = holds.filter { now < $0.value.until }
            guard holds.count < Self.limit else { return }
        }
        var error = error
        error.refusal = nil
        error.isUnsent = true
        holds[place] = Hold(until: end, error: error)
    }

    /// Notes that the provider worked on a call.
    mutating func noteAnswer(at place: Place) {
        if !failures.isEmpty { failures[place] = nil }
    }

    /// How long one more failure counts that says no time; nil is not at all.
    private mutating func unsaid(at place: Place) -> Duration? {
        if failures.count >= Self.limit, failures[place] == nil { failures.removeAll() }
        let inARow = failures[place, default: 0] + 1
        failures[place] = inARow
        guard inARow >= Self.failuresInARow else { return nil }
        return min(Self.unsaid, Self.firstHold * (1 << min(inARow - Self.failuresInARow, 16)))
    }

    func count(at now: Duration) -> Int { holds.values.count { now < $0.until } }
}
