import Synchronization

/// Merges identical calls that are made at the same time into one; the shell around ``FlightTable``.
///
/// The call runs in a task of its own: when the caller that started it goes away, it goes on as long as anyone waits, and is
/// cancelled when nobody does.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
    package typealias Outcome = Result<Value, Failure>
    package typealias Call = @Sendable () async -> Outcome

    package enum Role: Sendable, Equatable {
        /// This caller's call was made.
        case led
        /// Another caller's outcome was shared.
        case followed
        /// Too many callers wait for this key.
        case refused
    }

    private struct State {
        var table: FlightTable<Key, UInt64>
        var waiting: [UInt64: CheckedContinuation<(Outcome?, Role), Never>] = [:]
        var tasks: [Key: Task<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0

        /// Who is to be told, and whether the flight is over.
        mutating func deliveries(
            of outcome: Outcome, for key: Key, number: UInt64, succeeded: Bool
        ) -> ([(CheckedContinuation<(Outcome?, Role), Never>, Role)], Bool) {
            switch table.land(key, number: number, succeeded: succeeded) {
            case nil:
                return ([], true)
            case .retry(let failed, _):
                let told = failed.flatMap { waiting.removeValue(forKey: $0) }
                return (told.map { [($0, Role.led)] } ?? [], false)
            case .deliver(let waiters):
                tasks[key] = nil
                let told = waiters.enumerated().compactMap { index, waiter in
                    waiting.removeValue(forKey: waiter).map { ($0, index == 0 ? Role.led : .followed) }
                }
                return (told, true)
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

    private func enter(
        _ key: Key, _ waiter: UInt64, _ continuation: CheckedContinuation<(Outcome?, Role), Never>, _ call: @escaping Call
    ) {
        // A caller that was cancelled before it came here has had its handler run already, which found nobody to wake.
        guard !Task.isCancelled else { return continuation.resume(returning: (nil, .followed)) }
        let refused = state.withLock { state in
            switch state.table.enter(key, waiter) {
            case .refused:
                return true
            case .follows:
                state.waiting[waiter] = continuation
            case .leads:
                state.waiting[waiter] = continuation
                let number = state.table.number(of: key)
                // Started under the lock so that the call's end finds its task registered.
                state.tasks[key] = Task { await self.fly(key, number: number ?? 0, call) }
            }
            return false
        }
        if refused { return continuation.resume(returning: (nil, .refused)) }
        // The cancellation may have come between the check and the registration.
        if Task.isCancelled { leave(key, waiter) }
    }

    private func leave(_ key: Key, _ waiter: UInt64) {
        let (continuation, abandoned) = state.withLock {
            state -> (CheckedContinuation<(Outcome?, Role), Never>?, Task<Void, Never>?) in
            guard let continuation = state.waiting.removeValue(forKey: waiter) else { return (nil, nil) }
            let isAbandoned = state.table.leave(key, waiter)
            return (continuation, isAbandoned ? state.tasks.removeValue(forKey: key) : nil)
        }
        abandoned?.cancel()
        continuation?.resume(returning: (nil, .followed))
    }

    private func fly(_ key: Key, number: UInt64, _ call: @escaping Call) async {
        while true {
            let outcome = await call()
            let succeeded = (try? outcome.get()) != nil
            let (deliveries, isDone) = state.withLock { state in
                state.deliveries(of: outcome, for: key, number: number, succeeded: succeeded)
            }
            for (continuation, role) in deliveries { continuation.resume(returning: (outcome, role)) }
            if isDone { return }
        }
    }
}
