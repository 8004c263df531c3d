import HearthTelemetry
import Synchronization

/// Since when the provider is left alone, for pages; the state itself is in the metrics.
final class BreakerWatch: Sendable {
    private let moment = Mutex<Timestamp?>(nil)

    /// When the state last changed; nil since the start.
    var changedAt: Timestamp? { moment.withLock { $0 } }

    func note(at now: Timestamp) { moment.withLock { $0 = now } }
}
