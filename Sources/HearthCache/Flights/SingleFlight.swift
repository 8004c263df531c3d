import Synchronization

/// Merges identical calls that are made at the same time into one; the shell around ``FlightTable``.
///
/// The call runs in a task of its own: when the caller that started it goes away, it goes on as long as anyone waits, and is
/// cancelled when nobody does. If it fails while others wait, the first of them makes its own call, for all who are left: what was refused
/// to one caller may be answered to another.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
    package typealias Outcome = Result<Value, Failure>
    package typealias Call = @Sendable () async -> Outcome

    package enum Role: Sendable, Equatable {
        /// This caller's own call was made. The first who is left is told so too where the caller of a success has gone: one is to pay.
        case led
        /// Another caller's outcome was shared.
        case followed
        /// Too many callers wait for this key.
        case refused
    }

    private typealias Continuation = CheckedContinuation<(Outcome?, Role), Never>

    /// One who waits, with the call that is its own.
    private struct Waiting {
        var continuation: Continuation
        var call: Call
    }

    /// Whose call is made.
    private struct Leader {
        var waiter: UInt64
        var call: Call
    }

    private struct State {
        var table: FlightTable<Key, UInt64>
        var waiting: [UInt64: Waiting] = [:]
        var tasks: [Key: Task<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0

        /// Who is to be told, and whose call is made next; nil when the flight is over.
        mutating func deliveries(
            of outcome: Outcome, by caller: UInt64, for key: Key, number: UInt64
        ) -> ([(Continuation, Role)], Leader?) {
            let succeeded = (try? outcome.get()) != nil
            switch table.land(key, number: number, succeeded: succeeded) {
            case nil:
                return ([], nil)
            case .retry(let failed, let promoted):
                let told = failed.flatMap { waiting.removeValue(forKey: $0) }
                // Whoever is in the table waits here as well: both change together, under the lock.
                let next = waiting[promoted].map { Leader(waiter: promoted, call: $0.call) }
                return (told.map { [($0.continuation, Role.led)] } ?? [], next)
            case .deliver(let waiters):
                tasks[key] = nil
                var told: [(Continuation, Role)] = []
                for (index, waiter) in waiters.enumerated() {
                    guard let one = waiting.removeValue(forKey: waiter) else { continue }
                    // A failure is nobody's but the one's whose call it was: the others may do better by themselves.
                    told.append((one.continuation, index == 0 && (succeeded || waiter == caller) ? .led : .followed))
                }
                return (told, nil)
            }
        }
    }

    private let state: Mutex<State>

    /// - Parameter followerLimit: how many callers may wait for one call.
    package init(followerLimit: Int) {
        state = Mutex(State(table: FlightTable(followerLimit: followerLimit)))
    }

    /// Callers that wait now.
    package var waiterCount: Int { state.withLock { $0.table.waiterCount } }

    /// Makes the call or waits for the same one under way; nil when the caller was cancelled or refused.
    package func outcome(for key: Key, _ call: @escaping Call) async -> (outcome: Outcome?, role: Role) {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter(key, waiter, continuation, call)
            }
        } onCancel: {
            leave(key, waiter)
        }
    }

    private func enter(_ key: Key, _ waiter: UInt64, _ continuation: Continuation, _ call: @escaping Call) {
        // A caller that was cancelled before it came here has had its handler run already, which found nobody to wake.
        guard !Task.isCancelled else { return continuation.resume(returning: (nil, .followed)) }
        let refused = state.withLock { state in
            switch state.table.enter(key, waiter) {
            case .refused:
                return true
            case .follows:
                state.waiting[waiter] = Waiting(continuation: continuation, call: call)
            case .leads:
                state.waiting[waiter] = Waiting(continuation: continuation, call: call)
                let number = state.table.number(of: key)
                // Started under the lock so that the call's end finds its task registered.
                state.tasks[key] = Task { await self.fly(key, number: number ?? 0, Leader(waiter: waiter, call: call)) }
            }
            return false
        }
        if refused { return continuation.resume(returning: (nil, .refused)) }
        // The cancellation may have come between the check and the registration.
        if Task.isCancelled { leave(key, waiter) }
    }

    private func leave(_ key: Key, _ waiter: UInt64) {
        let (continuation, abandoned) = state.withLock { state -> (Continuation?, Task<Void, Never>?) in
            guard let one = state.waiting.removeValue(forKey: waiter) else { return (nil, nil) }
            let isAbandoned = state.table.leave(key, waiter)
            return (one.continuation, isAbandoned ? state.tasks.removeValue(forKey: key) : nil)
        }
        abandoned?.cancel()
        continuation?.resume(returning: (nil, .followed))
    }

    private func fly(_ key: Key, number: UInt64, _ first: Leader) async {
        var next: Leader? = first
        while let leader = next {
            let outcome = await leader.call()
            let (deliveries, promoted) = state.withLock { state in
                state.deliveries(of: outcome, by: leader.waiter, for: key, number: number)
            }
            for (continuation, role) in deliveries { continuation.resume(returning: (outcome, role)) }
            next = promoted
        }
    }
}
