/// Keeps calls away from a server that has failed several times in a row, and lets one through after a while.
///
/// It is a plain value; its owner guards it with a lock and gives it the time. `Michael Nygard, Release It!` describes the pattern.
package struct CircuitBreaker: Sendable, Equatable {
    package enum State: String, CaseIterable, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
    }

    package enum Admission: Sendable, Equatable {
        case allowed
        /// The one call that finds out whether the server works again; its end must be reported.
        case probe
        case refused(retryAfter: Duration)
    }

    package struct Policy: Sendable, Equatable {
        package var failuresToOpen: Int
        package var openTime: Duration
        /// The open time differs by up to this share in both directions, so that replicas do not try again in step.
        package var jitter: Double

        package init(failuresToOpen: Int = 5, openTime: Duration = .seconds(60), jitter: Double = 0.2) {
            self.failuresToOpen = max(1, failuresToOpen)
            self.openTime = openTime
            self.jitter = min(max(0, jitter), 1)
        }
    }

    private enum Phase: Sendable, Equatable {
        case closed(failures: Int)
        case open(until: Duration)
        case halfOpen
    }

    private let policy: Policy
    private var phase = Phase.closed(failures: 0)

    package init(policy: Policy = Policy()) {
        self.policy = policy
    }

    package var state: State {
        switch phase {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    /// The state at a moment: one that has been open for its time is half open, since the next call is let through.
    package func state(at uptime: Duration) -> State {
        if case .open(let until) = phase, uptime >= until { return .halfOpen }
        return state
    }

    /// How long calls are still refused; nil when ``admit(at:)`` would let one through. It changes nothing.
    package func refusal(at uptime: Duration) -> Duration? {
        var copy = self
        guard case .refused(let retryAfter) = copy.admit(at: uptime) else { return nil }
        return retryAfter
    }

    /// Asks whether a call may be made.
    package mutating func admit(at uptime: Duration) -> Admission {
        switch phase {
        case .closed:
            return .allowed
        case .open(let until) where uptime < until:
            return .refused(retryAfter: until - uptime)
        case .open:
            phase = .halfOpen
            return .probe
        case .halfOpen:
            return .refused(retryAfter: .seconds(1))
        }
    }

    /// A call was answered by the server, whatever the answer's worth.
    package mutating func recordSuccess() {
        switch phase {
        case .closed, .halfOpen: phase = .closed(failures: 0)
        // A call that began before the breaker opened does not close it: only the probe does.
        case .open: break
        }
    }

    /// A call failed.
    ///
    /// - Parameter unitRandom: 0..<1, for the jitter of the open time: 60 s with 0.2 gives 48 s to 72 s.
    package mutating func recordFailure(at uptime: Duration, unitRandom: Double) {
        switch phase {
        case .closed(let failures) where failures + 1 < policy.failuresToOpen:
            phase = .closed(failures: failures + 1)
        case .closed, .halfOpen:
            let factor = 1 + policy.jitter * (2 * unitRandom - 1)
            phase = .open(until: uptime + policy.openTime * factor)
        case .open:
            break
        }
    }

    /// A probe ended without telling anything about the server, for example because its caller went away; the next call probes.
    package mutating func abandonProbe(at uptime: Duration) {
        if phase == .halfOpen { phase = .open(until: uptime) }
    }
}
