import HearthTelemetry
import Synchronization

/// Waits for something that may hang, but not for long.
enum Patience {
    /// What the body returns, or nil when it takes longer; the body then goes on, and what it returns is let go.
    ///
    /// The task is not one of the caller's: what hangs in a database cannot be cancelled, and the caller is not to wait for it. Whoever
    /// calls this sees to it that no more than a bounded number of bodies hang.
    static func wait<Value: Sendable>(atMost limit: Duration, _ body: @escaping @Sendable () async -> Value) async -> Value? {
        let gate = OnceGate<Value?>()
        return await withCheckedContinuation { continuation in
            gate.set(continuation)
            let timer = Task {
                try? await Task.sleep(for: limit)
                gate.open(.none)
            }
            Task {
                gate.open(await body())
                timer.cancel()
            }
        }
    }
}

/// Resumes a continuation with whatever comes first.
private final class OnceGate<Value: Sendable>: Sendable {
    private let continuation = Mutex<CheckedContinuation<Value, Never>?>(nil)

    func set(_ waiting: CheckedContinuation<Value, Never>) { continuation.withLock { $0 = waiting } }

    /// Whether this was the first.
    @discardableResult
    func open(_ value: Value) -> Bool {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(returning: value)
        return waiting != nil
    }
}
