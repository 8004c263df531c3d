/// How often something may happen: the generic cell rate algorithm in its virtual scheduling form.
///
/// From the ATM Forum's Traffic Management Specification 4.0 (af-tm-0056.000, 4.4.2), where it polices cells; also ITU-T I.371. One
/// moment is all that is kept: the theoretical arrival time, at which the next request would come if all came evenly. A request that comes
/// earlier than that by more than the burst allows is refused, and moves nothing. It is a plain value; its owner guards it and gives it the
/// time.
///
/// With 10 a second and a burst of 20 the interval is 100 ms; after 20 requests at once the arrival time is 2 s ahead, and the next is let
/// in 100 ms later.
struct GCRA: Sendable, Equatable {
    /// An interval between requests, and how many may come at once.
    struct Rule: Sendable, Hashable {
        let interval: Duration
        let burst: Int
        /// How far ahead the arrival time may be: the whole burst.
        let window: Duration

        init(requestsPerSecond: Double, burst: Int) {
            interval = .seconds(1) / requestsPerSecond
            self.burst = max(1, burst)
            window = interval * self.burst
        }
    }

    enum Decision: Sendable, Equatable {
        case granted(Standing)
        /// Refused, and to be tried again after this.
        case refused(wait: Duration)
    }

    /// What is left of a rule.
    struct Standing: Sendable, Equatable {
        /// Requests that would be granted at once.
        let remaining: Int
        /// Until the whole burst is there again.
        let reset: Duration
    }

    /// The theoretical arrival time, on the owner's clock.
    private(set) var arrival: Duration = .zero

    mutating func take(_ rule: Rule, at now: Duration) -> Decision {
        let due = max(arrival, now)
        let wait = due + rule.interval - rule.window - now
        guard wait <= .zero else { return .refused(wait: wait) }
        arrival = due + rule.interval
        return .granted(standing(rule, at: now))
    }

    /// Undoes a ``take(_:at:)`` that was granted.
    mutating func giveBack(_ rule: Rule) { arrival -= rule.interval }

    /// Takes over what is known elsewhere, if it is later; never more than a burst ahead.
    mutating func raise(to other: Duration, _ rule: Rule, at now: Duration) {
        arrival = max(arrival, min(other, now + rule.window))
    }

    func standing(_ rule: Rule, at now: Duration) -> Standing {
        let ahead = max(arrival - now, .zero)
        return Standing(remaining: max(0, Int((rule.window - ahead) / rule.interval)), reset: ahead)
    }
}
