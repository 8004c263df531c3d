import DequeModule

/// Who may call the provider now and who waits, in the order of arrival.
///
/// A plain value: at most `slots` holders and `queueLength` waiting tickets. A ticket is granted, waits or is refused at once.
struct SlotQueue: Sendable {
    typealias Ticket = UInt64

    enum Answer: Sendable, Equatable {
        case granted
        case queued
        case refused
    }

    private(set) var held = 0
    private var waiting: Deque<Ticket> = []
    private let slots: Int
    private let queueLength: Int

    init(slots: Int, queueLength: Int) {
        self.slots = max(1, slots)
        self.queueLength = max(0, queueLength)
    }

    var waitingCount: Int { waiting.count }

    mutating func request(_ ticket: Ticket) -> Answer {
        // Nobody waits while a slot is free: release() hands it on.
        if held < slots {
            held += 1
            return .granted
        }
        guard waiting.count < queueLength else { return .refused }
        waiting.append(ticket)
        return .queued
    }

    /// Gives a slot back; the returned ticket holds it from now on.
    mutating func release() -> Ticket? {
        precondition(held > 0, "A slot is given back that nobody holds.")
        if let next = waiting.popFirst() { return next }
        held -= 1
        return nil
    }

    /// Takes a waiting ticket out; false when it is not waiting (any more).
    mutating func withdraw(_ ticket: Ticket) -> Bool {
        guard let position = waiting.firstIndex(of: ticket) else { return false }
        waiting.remove(at: position)
        return true
    }
}
