import DequeModule
import Synchronization

/// Lets one task at a time bring answers to the store, in the order in which they asked for it.
///
/// What two tasks have taken from the queue could reach the store in another order than it was kept in, and the older answer to a question
/// would take the place of the newer one.
final class WriteTurns: Sendable {
    private struct State {
        var isTaken = false
        var waiting = Deque<CheckedContinuation<Void, Never>>()
    }

    private let state = Mutex(State())

    /// Waits for a turn, which ``end()`` ends.
    func begin() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func end() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            state.isTaken = next != nil
            return next
        }
        next?.resume()
    }
}
