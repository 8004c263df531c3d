import HearthTelemetry

/// The messages that customers wrote: accepted before WhatsApp is told so, and kept until they are answered.
protocol Inbox: Sendable {
    /// Takes messages over, all or none; when this returns they are on a disk.
    ///
    /// - Throws: ``InboxFull`` where too many are open already.
    func accept(_ messages: [InboxMessage]) async throws -> InboxAcceptance

    /// The oldest open message of each sender that may be tried now, for the caller alone until it ends or postpones it.
    ///
    /// - Parameter senders: that the caller is busy with.
    func take(at now: Timestamp, without senders: Set<String>, limit: Int) async throws -> [InboxMessage]

    func figures() async throws -> InboxFigures

    /// When ``take(at:without:limit:)`` has something again. What waits behind another message of its sender does not count, nor what
    /// somebody works on: its time is past, and whoever went by it would look again and again.
    ///
    /// - Parameter senders: that the caller is busy with.
    func nextDue(without senders: Set<String>) async throws -> Timestamp?

    /// Keeps the answer before it is sent: one that was sent and not noted is sent again word for word.
    ///
    /// - Returns: false where the message is not open any more, as when its sender was deleted, or another answer is kept, as when a lease
    ///   ran out and another replica was faster; then nothing may be sent.
    @discardableResult
    func answer(_ id: String, with reply: String) async throws -> Bool

    /// Returns false, and changes nothing, where the message is not open any more.
    @discardableResult
    func postpone(_ id: String, until due: Timestamp, error: String) async throws -> Bool

    /// Ends a message. What was said is forgotten with an answer; of one that was given up it is needed to answer it by hand.
    ///
    /// - Returns: false where it has ended before; it stays as it is then.
    @discardableResult
    func finish(_ id: String, _ state: InboxMessage.State, error: String?, at now: Timestamp) async throws -> Bool

    /// Opens a message that was given up once more; false if there is none of this name, or its sender was deleted.
    func reopen(_ id: String, at now: Timestamp) async throws -> Bool

    /// Opens what was given up once more, the oldest first, as many as may be open beside those that are. Returns how many there were.
    func reopenAll(at now: Timestamp) async throws -> Int

    /// The latest messages, the newest first.
    func list(_ state: InboxMessage.State?, limit: Int) async throws -> [InboxMessage]

    /// Forgets who wrote some messages and what was said; those that are open are given up. Returns how many there were.
    func forget(sender: String, at now: Timestamp) async throws -> Int

    /// Forgets who wrote what is done with for an hour, and then the message.
    ///
    /// - Parameter kept: as long as an id is remembered, its message is answered once only.
    func forget(at now: Timestamp, kept: Duration) async throws
}

/// How much an inbox takes.
struct InboxLimits: Sendable {
    /// Messages that may be open at one time.
    var open: Int
    /// Messages of one sender within a minute that are answered.
    var perSenderAndMinute: Int
}

/// What became of a delivery.
struct InboxAcceptance: Sendable, Equatable {
    var accepted = 0
    var duplicates = 0
    var limited = 0
}

/// Too many messages are open already; nothing was accepted.
struct InboxFull: Error {}

struct InboxFigures: Sendable, Equatable {
    var open = 0
    /// Without those of senders who were deleted: there is nobody left to answer.
    var dead = 0
    var oldest: Timestamp?
}
