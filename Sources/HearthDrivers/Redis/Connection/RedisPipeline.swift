import DequeModule

/// Who waits for which of the replies of one connection: they come in the order in which the commands were sent.
///
/// A request whose caller has gone keeps its slot, so that its reply is read and dropped and never reaches another's question. The
/// value knows no clock, socket or lock.
struct RedisPipeline<Waiter: Sendable>: ~Copyable {
    /// One request of one or more commands.
    private struct Slot {
        var waiter: Waiter?
        var missing: Int
        var replies: [RedisValue] = []
        var sentAt: Duration
        var deadline: Duration
    }

    /// A request that is complete; without a waiter there is nobody to be told.
    struct Delivery {
        var waiter: Waiter?
        var replies: [RedisValue]
    }

    private var slots = Deque<Slot>()
    /// False only where a test shows what would happen without the slots of callers that have gone.
    private let keepsSlots: Bool

    init(keepsSlots: Bool = true) {
        self.keepsSlots = keepsSlots
    }

    var count: Int { slots.count }
    var isEmpty: Bool { slots.isEmpty }

    /// - Parameter replies: how many replies the request gets; at least one.
    mutating func append(_ waiter: Waiter, replies: Int, sentAt: Duration, deadline: Duration) {
        slots.append(Slot(waiter: waiter, missing: replies, sentAt: sentAt, deadline: deadline))
    }

    enum Receipt {
        /// More replies of the same request are to come.
        case partial
        case complete(Delivery)
        /// Nothing was asked.
        case unasked
    }

    mutating func receive(_ reply: RedisValue) -> Receipt {
        guard !slots.isEmpty else { return .unasked }
        slots[slots.startIndex].replies.append(reply)
        slots[slots.startIndex].missing -= 1
        guard slots[slots.startIndex].missing <= 0 else { return .partial }
        let slot = slots.removeFirst()
        return .complete(Delivery(waiter: slot.waiter, replies: slot.replies))
    }

    /// Takes the waiters whose deadline has passed; their slots stay.
    mutating func expire(at now: Duration) -> [Waiter] {
        var expired: [Waiter] = []
        for index in slots.indices where slots[index].deadline <= now {
            guard let waiter = slots[index].waiter else { continue }
            expired.append(waiter)
            slots[index].waiter = nil
        }
        if !keepsSlots { slots.removeAll { $0.waiter == nil } }
        return expired
    }

    /// How long after its deadline the oldest request is still without its replies; nil while none is late.
    func lateness(at now: Duration) -> Duration? {
        guard let oldest = slots.first, now > oldest.deadline else { return nil }
        return now - oldest.deadline
    }

    /// How long the oldest request was allowed to take.
    var patience: Duration? { slots.first.map { $0.deadline - $0.sentAt } }

    /// The connection has ended: takes everybody who still waits.
    mutating func abandon() -> [Waiter] {
        let waiters = slots.compactMap(\.waiter)
        slots.removeAll()
        return waiters
    }
}
