import HearthTelemetry

/// What a transaction may see and do.
package enum PostgresTransactionKind: Sendable {
    /// Each statement sees what is committed when it begins; changes are allowed.
    case readsAndWrites
    /// All statements see the same state, and none changes anything.
    case snapshot
    /// As if no other transaction ran at the same time; repeated where that cannot be kept up.
    case serializable

    /// Nothing asks for writes: a server that is set read-only is meant to refuse them, and says so at the first.
    fileprivate var words: String {
        switch self {
        case .readsAndWrites: "ISOLATION LEVEL READ COMMITTED"
        case .snapshot: "ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case .serializable: "ISOLATION LEVEL SERIALIZABLE"
        }
    }
}

extension PostgresConnection {
    /// Locks are waited for no longer than this, so that one holder that hangs does not take all callers' time.
    private static let longestLockWait: Duration = .seconds(2)
    /// How long the server lets this side be silent inside a transaction: a frozen replica must not keep its locks.
    private static let longestSilence: Duration = .seconds(5)

    /// Runs the body between `BEGIN` and `COMMIT`. What it throws rolls everything back.
    func transaction<Value>(
        _ kind: PostgresTransactionKind, left: Duration, _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        // The server's time-out comes a little before the deadline, so that the outcome is known and the connection stays.
        let statement = max(50, left.wholeMilliseconds * 9 / 10)
        let lock = min(Self.longestLockWait.wholeMilliseconds, max(25, statement / 2))
        let idle = max(1000, min(Self.longestSilence.wholeMilliseconds, left.wholeMilliseconds))
        try script(
            """
            BEGIN \(kind.words); SET LOCAL statement_timeout = \(statement); SET LOCAL lock_timeout = \(lock); \
            SET LOCAL idle_in_transaction_session_timeout = \(idle)
            """)
        let value: Value
        do {
            value = try body(self)
        } catch {
            rollBack()
            throw error
        }
        try commit(kind)
        return value
    }

    private func commit(_ kind: PostgresTransactionKind) throws(PostgresError) {
        let answer: PostgresRows
        do throws(PostgresError) {
            answer = try script("COMMIT")
        } catch {
            var error = error
            // A refusal leaves the connection whole and is an answer; without one nobody knows, unless nothing could have been changed.
            if !isUsable, kind != .snapshot { error.isOutcomeUnknown = true }
            throw error
        }
        // The server answers so when a statement of the transaction had failed and the body went on all the same.
        guard answer.command == "COMMIT" else {
            throw PostgresError(.statement, server: "\(address)", cause: "the transaction was rolled back: a statement in it had failed")
        }
    }

    private func rollBack() {
        guard isUsable else { return }
        do throws(PostgresError) {
            try script("ROLLBACK")
        } catch {
            giveUp()
        }
    }
}
