import NIOCore

/// One timer an event loop that calls everything that registered with it once a second.
///
/// Ten thousand connections with four deadlines each would otherwise keep forty thousand timers. It is used on its event
/// loop only.
final class LoopTicker {
    /// Ends a registration.
    struct Ticket {
        fileprivate let ticker: LoopTicker
        fileprivate let number: UInt64

        func cancel() { ticker.calls[number] = nil }
    }

    private var calls: [UInt64: () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    func add(_ call: @escaping () -> Void) -> Ticket {
        lastNumber += 1
        calls[lastNumber] = call
        return Ticket(ticker: self, number: lastNumber)
    }

    func tick() {
        // A call may end its own registration or another's.
        for number in Array(calls.keys) { calls[number]?() }
    }
}
