import HearthTelemetry
import HearthUpstream

/// Which models of which providers are left alone for a while: the provider has had too many requests, said when to come back, or fails.
///
/// Meanwhile callers get the same answer at once. It is a plain value; its owner guards it with a lock and gives it the time.
struct ProviderHolds: Sendable {
    struct Place: Hashable, Sendable {
        var provider: String
        var model: String
    }

    /// More places are not held; models are chosen by callers.
    static let limit = 256

    /// How long a refusal counts that says no time: long enough for a burst to pass, and for clients, who come back after half a second and
    /// later, hardly longer than they wait by themselves.
    static let unsaid: Duration = .seconds(1)

    private struct Hold: Sendable {
        var until: Duration
        var error: UpstreamError
    }

    private var holds: [Place: Hold] = [:]
    /// Where the latest call ended with a failure of the server that said no time.
    private var failing: Set<Place> = []
    private let longest: Duration

    /// - Parameter longest: whatever the provider says; zero turns holds off.
    init(longest: Duration) {
        self.longest = longest
    }

    /// What the provider said, with the time that is left; nil where it may be asked.
    mutating func refusal(at place: Place, now: Duration) -> UpstreamError? {
        guard let hold = holds[place] else { return nil }
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
            case .timeout: error.retryAfter ?? (error.refusal?.status == 504 ? unsaid(at: place) : nil)
            case .auth, .clientError, .network, .invalidAnswer, .overloaded, .breakerOpen, .cancelled, .shutDown,
                .budgetExhausted:
                nil
            }
        guard let wanted, longest > .zero else { return }
        if holds.count >= Self.limit, holds[place] == nil {
            holds = holds.filter { now < $0.value.until }
            guard holds.count < Self.limit else { return }
        }
        holds[place] = Hold(until: now + min(wanted, longest), error: error)
    }

    /// Notes that the provider worked on a call.
    mutating func noteAnswer(at place: Place) {
        failing.remove(place)
    }

    /// One failure may come from one request or one bad moment, and must not stop all others: a failure that says no time counts where
    /// nothing has been answered since the one before it.
    private mutating func unsaid(at place: Place) -> Duration? {
        guard !failing.contains(place) else { return Self.unsaid }
        if failing.count >= Self.limit { failing.removeAll() }
        failing.insert(place)
        return nil
    }

    func count(at now: Duration) -> Int { holds.values.count { now < $0.until } }
}
