import Synchronization

/// One call into a blocking C library on a thread of its own, awaited up to a deadline.
///
/// A thread that is stuck in the system's name resolver cannot be stopped; it ends by itself later and its result is dropped. A
/// second call while such a thread still runs is refused, so a probe never owns more than one thread.
final class BlockingCall: Sendable {
    private let name: String
    private let isRunning = Atomic<Bool>(false)

    enum Outcome<Value: Sendable>: Sendable {
        case finished(Value)
        case deadlinePassed
        /// The thread of an earlier call has not ended yet.
        case stillBusy
        case threadRefused(DedicatedThreadError)
    }

    init(name: String) {
        self.name = name
    }

    /// Runs `body` and waits for at most `deadline`; cancellation ends the waiting at once and counts as the deadline.
    func run<Value: Sendable>(deadline: Duration, body: @escaping @Sendable () -> Value) async -> Outcome<Value> {
        guard isRunning.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
            return .stillBusy
        }
        let slot = OneShot<Outcome<Value>>()
        do throws(DedicatedThreadError) {
            let thread = try DedicatedThread(name: name) { [self] in
                let value = body()
                // Releasing: the next caller may start its thread once this one is done with the library.
                isRunning.store(false, ordering: .releasing)
                slot.resolve(.finished(value))
            }
            thread.detach()
        } catch {
            isRunning.store(false, ordering: .releasing)
            return .threadRefused(error)
        }
        return await withTaskGroup(of: Void.self, returning: Outcome<Value>.self) { group in
            group.addTask {
                try? await Task.sleep(for: deadline)
                slot.resolve(.deadlinePassed)
            }
            let outcome = await slot.value()
            group.cancelAll()
            return outcome
        }
    }
}

/// A value that is set once by anyone and awaited by one task; later values are dropped.
///
/// The waiting task is resumed by whoever sets the value; cancellation does not resume it.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case resolved(Value)
        case delivered
    }

    private let state = Mutex(State.empty)

    func resolve(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .empty:
                state = .resolved(value)
                return nil
            case .awaited(let continuation):
                state = .delivered
                return continuation
            case .resolved, .delivered:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }

    /// Waits for the value; it must be called once.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .empty:
                    state = .awaited(continuation)
                    return nil
                case .resolved(let value):
                    state = .delivered
                    return value
                case .awaited, .delivered:
                    preconditionFailure("A one-shot value is awaited twice.")
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
