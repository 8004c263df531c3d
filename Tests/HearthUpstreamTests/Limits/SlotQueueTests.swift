import Testing

@testable import HearthUpstream

@Suite("Slot queue")
struct SlotQueueTests {
    @Test("Slots are granted, then tickets wait, then they are refused")
    func order() {
        var queue = SlotQueue(slots: 2, queueLength: 2)
        #expect((1...6).map { queue.request($0) } == [.granted, .granted, .queued, .queued, .refused, .refused])
        #expect(queue.held == 2)
        #expect(queue.waitingCount == 2)
    }

    @Test("A slot that is given back goes to the one that waited longest")
    func firstInFirstOut() {
        var queue = SlotQueue(slots: 1, queueLength: 3)
        for ticket in 1...4 { _ = queue.request(UInt64(ticket)) }
        #expect([queue.release(), queue.release(), queue.release(), queue.release()] == [2, 3, 4, nil])
        #expect(queue.held == 0)
        #expect(queue.request(9) == .granted)
    }

    @Test("A ticket that is withdrawn is passed over, once")
    func withdraw() {
        var queue = SlotQueue(slots: 1, queueLength: 3)
        for ticket in 1...4 { _ = queue.request(UInt64(ticket)) }
        // The last one holds its slot already.
        let withdrawn = [3, 3, 1].map { queue.withdraw($0) }
        #expect(withdrawn == [true, false, false])
        #expect([queue.release(), queue.release()] == [2, 4])
    }

    @Test("Without a queue everything beyond the slots is refused")
    func noQueue() {
        var queue = SlotQueue(slots: 1, queueLength: 0)
        #expect([queue.request(1), queue.request(2)] == [.granted, .refused])
    }

    @Test("Held slots and waiting tickets stay within their bounds over 20,000 random steps")
    func bounds() {
        var queue = SlotQueue(slots: 3, queueLength: 5)
        var generator = Steps(state: 42)
        var waiting: Set<UInt64> = []
        var held = 0
        for ticket in 0..<UInt64(20_000) {
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                switch queue.request(ticket) {
                case .granted: held += 1
                case .queued: waiting.insert(ticket)
                case .refused: #expect(waiting.count == 5)
                }
            case 1 where held > 0:
                if let next = queue.release() { #expect(waiting.remove(next) != nil) } else { held -= 1 }
            default:
                if let ticket = waiting.randomElement(using: &generator) {
                    let isWithdrawn = queue.withdraw(ticket)
                    #expect(isWithdrawn)
                    waiting.remove(ticket)
                }
            }
            #expect(queue.held == held && queue.waitingCount == waiting.count)
            #expect(held <= 3 && waiting.count <= 5)
        }
    }

    private struct Steps: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }
}
