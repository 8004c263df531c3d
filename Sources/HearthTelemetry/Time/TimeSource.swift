import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The two clocks that everything in Hearth is given; nothing reads a clock by itself.
package protocol TimeSource: Sendable {
    /// The wall clock, for records, lifetimes and schedules. It may step.
    func now() -> Timestamp

    /// Time since an arbitrary start, for durations. It never goes back.
    func uptime() -> Duration
}

/// The machine's clocks: `CLOCK_REALTIME` and `CLOCK_MONOTONIC`.
package struct SystemTimeSource: TimeSource {
    package init() {}

    package func now() -> Timestamp {
        let time = Self.read(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    package func uptime() -> Duration {
        let time = Self.read(CLOCK_MONOTONIC)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // The pointer lives for the call only; both clocks exist on every Linux, so the call cannot fail.
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}

/// Clocks that stand still until they are moved, for tests and simulations.
package final class ManualTimeSource: TimeSource {
    private struct State {
        var now: Timestamp
        var uptime: Duration = .zero
    }

    private let state: Mutex<State>

    package init(now: Timestamp) {
        state = Mutex(State(now: now))
    }

    package func now() -> Timestamp { state.withLock { $0.now } }
    package func uptime() -> Duration { state.withLock { $0.uptime } }

    /// Moves both clocks, as time passing does.
    package func advance(by duration: Duration) {
        state.withLock {
            $0.now = $0.now + duration
            $0.uptime += duration
        }
    }

    /// Moves the wall clock alone, as an operator or NTP does.
    package func stepWallClock(to now: Timestamp) {
        state.withLock { $0.now = now }
    }
}
