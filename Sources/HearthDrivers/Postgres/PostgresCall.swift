import HearthTelemetry
import Synchronization

/// One piece of work for a connection, from its submission to its end.
final class PostgresCall: Sendable {
    /// What the work ends with, as far as the pool needs to know.
    typealias Work = @Sendable (PostgresConnection) throws -> Void

    /// When the work has to be over, on the monotonic clock.
    let end: Duration
    /// Whether it may change anything; what only reads has no outcome that could be unknown.
    let mayChange: Bool
    let work: Work
    /// Tells the caller that the work failed; the work itself tells of success.
    let fail: @Sendable (any Error) -> Void
    private struct Progress: Sendable {
        var isAbandoned = false
        /// Wakes the thread that works for it.
        var thread: WakePipe?
    }

    private let progress = Mutex(Progress())

    init(end: Duration, mayChange: Bool, work: @escaping Work, fail: @escaping @Sendable (any Error) -> Void) {
        self.end = end
        self.mayChange = mayChange
        self.work = work
        self.fail = fail
    }

    var isAbandoned: Bool { progress.withLock { $0.isAbandoned } }

    /// A thread with a connection begins to work for it; false when it has been given up before.
    func begin(on thread: WakePipe) -> Bool {
        progress.withLock { progress in
            if !progress.isAbandoned { progress.thread = thread }
            return !progress.isAbandoned
        }
    }

    /// The caller does not wait any more; a thread that works for it stops at the next look. Returns whether one had begun.
    func abandon() -> Bool {
        let thread = progress.withLock { progress in
            progress.isAbandoned = true
            return progress.thread
        }
        thread?.wake()
        return thread != nil
    }
}
