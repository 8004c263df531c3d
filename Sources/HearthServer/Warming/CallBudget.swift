import DequeModule
import Synchronization

/// How many calls may be made within an hour; a sliding window over the monotonic clock.
final class CallBudget: Sendable {
    private static let window = Duration.seconds(3600)

    let callsPerHour: Int
    private let calls = Mutex(Deque<Duration>())

    init(callsPerHour: Int) {
        self.callsPerHour = callsPerHour
    }

    /// Takes one call, if there is one left in the hour before this moment.
    func take(at uptime: Duration) -> Bool {
        calls.withLock { calls in
            while let oldest = calls.first, uptime - oldest >= Self.window { calls.removeFirst() }
            guard calls.count < callsPerHour else { return false }
            calls.append(uptime)
            return true
        }
    }

    /// Calls that are left in the hour before this moment.
    func left(at uptime: Duration) -> Int {
        calls.withLock { calls in callsPerHour - calls.count { uptime - $0 < Self.window } }
    }
}
