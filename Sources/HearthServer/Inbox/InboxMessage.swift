import HearthTelemetry

/// A message of a customer, from its acceptance to its answer.
struct InboxMessage: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        /// To be answered.
        case waiting
        /// The answer is there, and has to be sent.
        case answered
        case sent
        /// Given up after too many attempts, or refused for good.
        case dead
        /// Not answered: its sender wrote too much.
        case limited

        var isOpen: Bool { self == .waiting || self == .answered }
    }

    /// WhatsApp's own; no two messages share one.
    var id: String
    /// The sender's number, without which there is no answering; gone an hour after the message is done with.
    var sender: String
    /// WhatsApp's id of the number that was written to.
    var channel: String
    /// Gone when the message is done with.
    var text: String
    var reply: String?
    var state = State.waiting
    var attempts = 0
    /// Why the last attempt failed.
    var error: String?
    /// By the sender's own clock, in whole seconds.
    var writtenAt: Timestamp
    var receivedAt: Timestamp
    /// When it is tried next.
    var dueAt: Timestamp
    var finishedAt: Timestamp?
}
