import CCurl
import Synchronization

/// A request on its way to the loop's thread.
struct PendingTransfer: Sendable {
    let id: UInt64
    let request: HTTPClientRequest
    let reply: OneShot<Result<HTTPClientResponse, HTTPClientError>>
    /// Where the body of a streamed answer goes; its reply has the header only. Nil for answers that are given whole.
    var pipe: HTTPBodyPipe?
}

/// What callers and the loop's thread share: requests and cancellations in, counts out.
final class CurlMailbox: Sendable {
    /// What the loop finds when it looks.
    struct Delivery {
        var submitted: [PendingTransfer] = []
        var cancelled: Set<UInt64> = []
        /// Streamed answers that rest and whose readers have room again.
        var resumed: Set<UInt64> = []
        var isStopping = false
    }

    enum Refusal {
        case full
        case stopped
    }

    private struct State {
        var inbox = Delivery()
        /// Requests that were submitted and have no result yet.
        var open: Set<UInt64> = []
        var nextID: UInt64 = 0
        /// Whether the loop has been woken and has not looked since.
        var isLoopAwake = false

        /// Whether the caller, after the lock, has to wake the loop.
        mutating func needsWake() -> Bool {
            defer { isLoopAwake = true }
            return !isLoopAwake
        }
    }

    private let state = Mutex(State())
    private let capacity: Int
    /// Readable when the loop has to look. It is written to without the lock, for which the woken loop would wait at once.
    let alarm: WakePipe

    init(capacity: Int, alarm: WakePipe) {
        self.capacity = capacity
        self.alarm = alarm
    }

    var openCount: Int { state.withLock { $0.open.count } }

    func makeID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Nil when the request was taken.
    func submit(_ transfer: PendingTransfer) -> Refusal? {
        let (refusal, needsWake) = state.withLock { state -> (Refusal?, Bool) in
            guard !state.inbox.isStopping else { return (.stopped, false) }
            guard state.open.count < capacity else { return (.full, false) }
            state.open.insert(transfer.id)
            state.inbox.submitted.append(transfer)
            return (nil, state.needsWake())
        }
        if needsWake { alarm.wake() }
        return refusal
    }

    /// Asks for the end of a request; one that has ended or was never taken is left alone.
    func cancel(_ id: UInt64) {
        change { state in
            guard state.open.contains(id) else { return false }
            state.inbox.cancelled.insert(id)
            return true
        }
    }

    /// Lets a streamed answer go on that rests because its reader was slow.
    func resume(_ id: UInt64) {
        change { state in
            guard state.open.contains(id) else { return false }
            state.inbox.resumed.insert(id)
            return true
        }
    }

    func requestStop() {
        change { state in
            state.inbox.isStopping = true
            return true
        }
    }

    /// Makes a change, and wakes the loop where there was one.
    private func change(_ change: (inout State) -> Bool) {
        let needsWake = state.withLock { state in change(&state) && state.needsWake() }
        if needsWake { alarm.wake() }
    }

    /// For the loop: everything new since the last look.
    func collect() -> Delivery {
        state.withLock { state in
            let delivery = state.inbox
            state.isLoopAwake = false
            state.inbox = Delivery(isStopping: delivery.isStopping)
            return delivery
        }
    }

    /// For the loop: a request has its result.
    func close(_ id: UInt64) {
        state.withLock { state in
            state.open.remove(id)
            state.inbox.cancelled.remove(id)
            state.inbox.resumed.remove(id)
        }
    }

    /// For the loop: nothing is taken any more.
    func refuseAll() { state.withLock { $0.inbox.isStopping = true } }
}
