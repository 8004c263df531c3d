import Synchronization

/// Lets a bounded number of tasks through at a time; a bounded number waits for a bounded time, in the order of arrival.
package final class ConcurrencyLimiter: Sendable {
    /// How a wait ended without a slot.
    package enum Refusal: Error, Sendable, Equatable {
        /// The queue is full.
        case full
        case waitedTooLong
        case cancelled
    }

    /// Pauses a task; the continuous clock outside of tests.
    package typealias Pause = @Sendable (Duration) async throws -> Void

    /// A ticket in the queue and the task behind it.
    private enum Waiter {
        /// The task has not begun to wait yet.
        case arriving
        case waiting(CheckedContinuation<Refusal?, Never>)
        /// Decided before the task began to wait; nil is a slot.
        case decided(Refusal?)
    }

    private struct State {
        var queue: SlotQueue
        var nextTicket: SlotQueue.Ticket = 0
        var waiters: [SlotQueue.Ticket: Waiter] = [:]

        /// Decides about a ticket; the returned continuation is to be resumed with the decision.
        mutating func settle(_ ticket: SlotQueue.Ticket, _ refusal: Refusal?) -> CheckedContinuation<Refusal?, Never>? {
            switch waiters[ticket] {
            case .arriving:
                waiters[ticket] = .decided(refusal)
                return nil
            case .waiting(let continuation):
                waiters[ticket] = nil
                return continuation
            case .decided, nil:
                return nil
            }
        }
    }

    private let state: Mutex<State>
    private let longestWait: Duration
    private let pause: Pause

    package init(slots: Int, queueLength: Int, longestWait: Duration, pause: @escaping Pause = { try await Task.sleep(for: $0) }) {
        state = Mutex(State(queue: SlotQueue(slots: slots, queueLength: queueLength)))
        self.longestWait = longestWait
        self.pause = pause
    }

    package var inFlight: Int { state.withLock { $0.queue.held } }
    package var waiting: Int { state.withLock { $0.queue.waitingCount } }

    /// Takes a slot; after success ``release()`` must be called once.
    ///
    /// - Parameter limit: the longest wait, if shorter than the limiter's own.
    package func acquire(waitingAtMost limit: Duration = .seconds(86_400)) async throws(Refusal) {
        if Task.isCancelled { throw .cancelled }
        let (ticket, answer) = state.withLock { state in
            state.nextTicket += 1
            let answer = state.queue.request(state.nextTicket)
            if answer == .queued { state.waiters[state.nextTicket] = .arriving }
            return (state.nextTicket, answer)
        }
        switch answer {
        case .granted: return
        case .refused: throw .full
        case .queued: break
        }
        if let refusal = await wait(ticket, atMost: min(limit, longestWait)) { throw refusal }
    }

    package func release() {
        let next = state.withLock { state in
            state.queue.release().flatMap { state.settle($0, nil) }
        }
        next?.resume(returning: nil)
    }

    /// Nil when the ticket got its slot.
    private func wait(_ ticket: SlotQueue.Ticket, atMost limit: Duration) async -> Refusal? {
        await withTaskGroup(of: Void.self, returning: Refusal?.self) { group in
            group.addTask { [pause] in
                do {
                    try await pause(limit)
                    self.giveUp(ticket, .waitedTooLong)
                } catch {
                    // Cancelled: either the ticket has its slot, or the caller went away.
                    self.giveUp(ticket, .cancelled)
                }
            }
            let refusal = await outcome(of: ticket)
            group.cancelAll()
            return refusal
        }
    }

    private func outcome(of ticket: SlotQueue.Ticket) async -> Refusal? {
        await withCheckedContinuation { continuation in
            let decision = state.withLock { state -> Refusal?? in
                guard case .decided(let refusal) = state.waiters[ticket] else {
                    state.waiters[ticket] = .waiting(continuation)
                    return nil
                }
                state.waiters[ticket] = nil
                return .some(refusal)
            }
            if let refusal = decision { continuation.resume(returning: refusal) }
        }
    }

    /// Does nothing when the ticket has its slot already.
    private func giveUp(_ ticket: SlotQueue.Ticket, _ refusal: Refusal) {
        let waiter = state.withLock { state in
            state.queue.withdraw(ticket) ? state.settle(ticket, refusal) : nil
        }
        waiter?.resume(returning: refusal)
    }
}
