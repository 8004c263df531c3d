import Synchronization

/// Who was let in, for those outside of ``AccessMiddleware``.
final class KnownCaller: Sendable {
    private let state = Mutex<Caller?>(nil)

    var caller: Caller? { state.withLock { $0 } }

    func note(_ caller: Caller) { state.withLock { $0 = caller } }
}
