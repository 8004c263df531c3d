import Synchronization

/// What is found out about an administrative act while it is done: who does it, and how much it changes.
///
/// It goes along with the request's context, inwards, and is read when the answer has been made.
final class ActNote: Sendable {
    struct Content: Sendable {
        /// Nil as long as nobody was recognised.
        var caller: Caller?
        var entries: Int?
        /// Where the route does not say it.
        var action: AuditAction?
        /// Where the answer's own does not say how the act ended.
        var status: Int?
        var parameters: [String: String] = [:]
        /// It turned out to be no act.
        var isOmitted = false
    }

    private let state = Mutex(Content())

    var content: Content { state.withLock { $0 } }

    func note(_ caller: Caller) { state.withLock { $0.caller = caller } }

    func note(action: AuditAction) { state.withLock { $0.action = action } }

    func note(status: Int) { state.withLock { $0.status = status } }

    /// Leaves it out of the record.
    func omit() { state.withLock { $0.isOmitted = true } }

    func note(entries: Int) { state.withLock { $0.entries = entries } }

    /// - Parameter value: one that cannot hold anything that somebody wrote.
    func note(_ name: String, _ value: String) { state.withLock { $0.parameters[name] = value } }
}
