import HearthTelemetry
import Synchronization

@testable import HearthServer

/// An inbox that cannot be written as often as a test says, as on a disk that is full; everything else is as in the one behind it.
final class FailingInbox: Inbox {
    enum Writing: Hashable, Sendable {
        case answer
        case postpone
        case finish
    }

    struct DiskFull: Error {}

    private struct State {
        var left: [Writing: Int]
        var failures = 0
    }

    private let store: any Inbox
    private let state: Mutex<State>

    init(_ store: any Inbox, failing: [Writing: Int]) {
        self.store = store
        state = Mutex(State(left: failing))
    }

    /// Writings that have failed.
    var failures: Int { state.withLock { $0.failures } }

    private func write(_ writing: Writing) throws(DiskFull) {
        let fails = state.withLock { state in
            guard let left = state.left[writing], left > 0 else { return false }
            state.left[writing] = left - 1
            state.failures += 1
            return true
        }
        if fails { throw DiskFull() }
    }

    func accept(_ messages: [InboxMessage]) async throws -> InboxAcceptance { try await store.accept(messages) }

    func take(at now: Timestamp, without senders: Set<String>, limit: Int) async throws -> [InboxMessage] {
        try await store.take(at: now, without: senders, limit: limit)
    }

    func figures() async throws -> InboxFigures { try await store.figures() }

    func nextDue(without senders: Set<String>) async throws -> Timestamp? { try await store.nextDue(without: senders) }

    func answer(_ id: String, with reply: String) async throws -> Bool {
        try write(.answer)
        return try await store.answer(id, with: reply)
    }

    func postpone(_ id: String, until due: Timestamp, error: String) async throws -> Bool {
        try write(.postpone)
        return try await store.postpone(id, until: due, error: error)
    }

    func finish(_ id: String, _ state: InboxMessage.State, error: String?, at now: Timestamp) async throws -> Bool {
        try write(.finish)
        return try await store.finish(id, state, error: error, at: now)
    }

    func reopen(_ id: String, at now: Timestamp) async throws -> Bool { try await store.reopen(id, at: now) }

    func reopenAll(at now: Timestamp) async throws -> Int { try await store.reopenAll(at: now) }

    func list(_ state: InboxMessage.State?, limit: Int) async throws -> [InboxMessage] { try await store.list(state, limit: limit) }

    func forget(sender: String, at now: Timestamp) async throws -> Int { try await store.forget(sender: sender, at: now) }

    func forget(at now: Timestamp, kept: Duration) async throws { try await store.forget(at: now, kept: kept) }
}
