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
        var wakeTarget: WakeTarget?
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
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
        state.withLock { state in
            guard !state.inbox.isStopping else { return .stopped }
            guard state.open.count < capacity else { return .full }
            state.open.insert(transfer.id)
            state.inbox.submitted.append(transfer)
            state.wakeTarget?.wake()
            return nil
        }
    }

    /// Asks for the end of a request; one that has ended or was never taken is left alone.
    func cancel(_ id: UInt64) {
        state.withLock { state in
            guard state.open.contains(id) else { return }
            state.inbox.cancelled.insert(id)
            state.wakeTarget?.wake()
        }
    }

    /// Lets a streamed answer go on that rests because its reader was slow.
    func resume(_ id: UInt64) {
        state.withLock { state in
            guard state.open.contains(id) else { return }
            state.inbox.resumed.insert(id)
            state.wakeTarget?.wake()
        }
    }

    func requestStop() {
        state.withLock { state in
            state.inbox.isStopping = true
            state.wakeTarget?.wake()
        }
    }

    /// For the loop: everything new since the last look.
    func collect() -> Delivery {
        state.withLock { state in
            let delivery = state.inbox
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

    /// For the loop: where to send wake-ups; nil before the multi handle is freed. From then on nothing is taken any more.
    func setWakeTarget(_ multi: borrowing CurlMultiHandle) {
        let target = WakeTarget(multi)
        state.withLock { $0.wakeTarget = target }
    }

    func removeWakeTarget() {
        state.withLock { state in
            state.inbox.isStopping = true
            state.wakeTarget = nil
        }
    }
}

/// The multi handle as seen by other threads: the only thing they may do with it is to wake it.
///
/// It is used under the mailbox's lock, and removed there before the handle is freed; that is why it may cross threads.
@safe private struct WakeTarget: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(_ handle: borrowing CurlMultiHandle) {
        unsafe multi = handle.pointer
    }

    func wake() {
        // curl_multi_wakeup is the one call on a multi handle that any thread may make.
        _ = unsafe curl_multi_wakeup(multi)
    }
}
