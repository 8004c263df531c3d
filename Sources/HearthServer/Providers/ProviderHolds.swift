import HearthTelemetry
import HearthUpstream

/// Which models of which providers are left alone for a while because the provider said so: too many requests, or come back later.
///
/// Meanwhile callers get the same answer at once. It is a plain value; its owner guards it with a lock and gives it the time.
struct ProviderHolds: Sendable {
    struct Place: Hashable, Sendable {
        var provider: String
        var model: String
    }

    /// More places are not held; models are chosen by callers.
    static let limit = 256

    /// How long a refusal for too many requests counts that says no time, in seconds: long enough for a burst to pass, and for clients, who
    /// come back after half a second and later, hardly longer than they wait by themselves.
    static let unsaid: Duration = .seconds(1)

    private struct Hold: Sendable {
        var until: Duration
        var error: UpstreamError
    }

    private var holds: [Place: Hold] = [:]
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

    /// Notes how a call failed. A failure of the server without a time says nothing about the next call: the breaker judges those.
    mutating func note(_ error: UpstreamError, at place: Place, now: Duration) {
        let wanted: Duration? =
            switch error.kind {
            case .rateLimited: error.retryAfter ?? Self.unsaid
            case .serverError, .timeout: error.retryAfter
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

    func count(at now: Duration) -> Int { holds.values.count { now < $0.until } }
}
