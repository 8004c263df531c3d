import HearthDrivers
import HearthTelemetry

/// The inbox that replicas share. A message that one of them works on is leased to it by the database's clock; when the replica is gone
/// the lease runs out, and another takes the message over.
struct PostgresInbox: Inbox {
    let client: PostgresClient
    let limits: InboxLimits
    let lease: Duration

    /// "inbo" in ASCII.
    private static let takingLock = 0x696E_626F
    private static let open = "state IN ('waiting', 'answered')"
    /// And could be answered still: of a sender who was deleted nothing is left.
    private static let isGivenUp = "state = 'dead' AND sender <> ''"
    private static let reopened = """
        state = CASE WHEN reply IS NULL THEN 'waiting' ELSE 'answered' END, attempts = 0, finished_at = NULL, leased_until = NULL
        """
    private static let isFree = "(leased_until IS NULL OR leased_until < clock_timestamp())"
    /// Of the open messages of its sender, of which none is worked on: one that was written before it may have come after it.
    private static let isFirst = """
        NOT EXISTS (
            SELECT 1 FROM inbox_message AS other WHERE other.sender = message.sender
            AND other.state IN ('waiting', 'answered') AND other.position <> message.position
            AND ((other.written_at, other.position) < (message.written_at, message.position)
                OR other.leased_until >= clock_timestamp()))
        """

    func accept(_ messages: [InboxMessage]) async throws -> InboxAcceptance {
        try await client.transaction { db in
            var result = InboxAcceptance()
            for message in messages { try accept(message, db, &result) }
            let count = try db.query("SELECT count(*) FROM inbox_message WHERE \(Self.open)").first?.integer(0) ?? 0
            guard count <= limits.open || result.accepted == 0 else { throw InboxFull() }
            return result
        }
    }

    private func accept(_ message: InboxMessage, _ db: PostgresConnection, _ result: inout InboxAcceptance) throws {
        let recent =
            try db.query(
                "SELECT count(*) FROM inbox_message WHERE sender = $1 AND received_at > $2 AND id <> $3 AND state <> 'limited'",
                [.text(message.sender), .moment(message.receivedAt - .seconds(60)), .text(message.id)]
            ).first?.integer(0) ?? 0
        let isLimited = recent >= limits.perSenderAndMinute
        let state = isLimited ? InboxMessage.State.limited : .waiting
        let inserted = try db.query(
            """
            INSERT INTO inbox_message (id, sender, channel, body, state, written_at, received_at, due_at, finished_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING position
            """,
            [
                .text(message.id), .text(message.sender), .text(message.channel), .text(isLimited ? "" : message.text),
                .text(state.rawValue), .moment(message.writtenAt), .moment(message.receivedAt),
                .optional(isLimited ? message.receivedAt : nil),
            ]
        ).first
        if inserted == nil {
            result.duplicates += 1
        } else if isLimited {
            result.limited += 1
        } else {
            result.accepted += 1
        }
    }

    func take(at now: Timestamp, without senders: Set<String>, limit: Int) async throws -> [InboxMessage] {
        try await client.transaction { db in
            // One after the other: two replicas that look at the same moment would not see what the other is about to take.
            try db.query("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", [.integer(Self.takingLock)])
            return try db.query(
                """
                UPDATE inbox_message SET leased_until = clock_timestamp() + $1 * interval '1 millisecond' WHERE position IN (
                    SELECT position FROM inbox_message AS message WHERE \(Self.open) AND due_at <= $2
                    AND \(Self.isFree) AND sender <> ALL ($4::text[]) AND \(Self.isFirst)
                    ORDER BY due_at, position LIMIT $3 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """, [.integer(lease.components.seconds * 1000), .moment(now), .integer(limit), .array(senders.map { .text($0) })]
            ).map(Self.message)
        }
    }

    func figures() async throws -> InboxFigures {
        let row = try await client.query(
            """
            SELECT count(*) AS open, min(received_at) AS oldest, (SELECT count(*) FROM inbox_message WHERE \(Self.isGivenUp)) AS dead
            FROM inbox_message WHERE \(Self.open)
            """
        ).first
        guard let row else { return InboxFigures() }
        return InboxFigures(
            open: Int(try row.integer("open")), dead: Int(try row.integer("dead")), oldest: try row.optionalMoment("oldest"))
    }

    func nextDue(without senders: Set<String>) async throws -> Timestamp? {
        try await client.query(
            """
            SELECT min(due_at) AS due FROM inbox_message AS message
            WHERE \(Self.open) AND \(Self.isFree) AND sender <> ALL ($1::text[]) AND \(Self.isFirst)
            """, [.array(senders.map { .text($0) })]
        ).first?.optionalMoment("due")
    }

    func answer(_ id: String, with reply: String) async throws -> Bool {
        try await change(
            """
            UPDATE inbox_message SET state = 'answered', reply = $2 WHERE id = $1 AND \(Self.open) AND (reply IS NULL OR reply = $2)
            """, [.text(id), .text(reply)])
    }

    func postpone(_ id: String, until due: Timestamp, error: String) async throws -> Bool {
        try await change(
            """
            UPDATE inbox_message SET attempts = attempts + 1, due_at = $2, error = $3, leased_until = NULL WHERE id = $1 AND \(Self.open)
            """, [.text(id), .moment(due), .text(error)])
    }

    func finish(_ id: String, _ state: InboxMessage.State, error: String?, at now: Timestamp) async throws -> Bool {
        let forgets = state == .sent
        return try await change(
            """
            UPDATE inbox_message SET state = $2, error = $3, finished_at = $4, attempts = attempts + 1, leased_until = NULL
            \(forgets ? ", body = '', reply = NULL" : "") WHERE id = $1 AND \(Self.open)
            """, [.text(id), .text(state.rawValue), .optional(error), .moment(now)])
    }

    func reopen(_ id: String, at now: Timestamp) async throws -> Bool {
        try await change(
            "UPDATE inbox_message SET \(Self.reopened), due_at = $2 WHERE id = $1 AND \(Self.isGivenUp)", [.text(id), .moment(now)])
    }

    func reopenAll(at now: Timestamp) async throws -> Int {
        try await client.transaction { db in
            let open = try db.query("SELECT count(*) FROM inbox_message WHERE \(Self.open)").first?.integer(0) ?? 0
            let room = max(0, limits.open - Int(open))
            // Asked a second time outside: one that another replica opened a moment ago may be worked on already.
            return try db.query(
                """
                UPDATE inbox_message SET \(Self.reopened), due_at = $1 WHERE \(Self.isGivenUp) AND position IN (
                    SELECT position FROM inbox_message WHERE \(Self.isGivenUp) ORDER BY position LIMIT $2)
                """, [.moment(now), .integer(room)]
            ).affected
        }
    }

    func list(_ state: InboxMessage.State?, limit: Int) async throws -> [InboxMessage] {
        let condition = state.map { "WHERE state = '\($0.rawValue)'" } ?? ""
        return try await client.query("SELECT * FROM inbox_message \(condition) ORDER BY position DESC LIMIT $1", [.integer(limit)])
            .map(Self.message)
    }

    func forget(at now: Timestamp, kept: Duration) async throws {
        try await client.transaction { db in
            try db.query(
                "UPDATE inbox_message SET sender = '' WHERE finished_at < $1 AND state <> 'dead' AND sender <> ''",
                [.moment(now - .seconds(3600))])
            try db.query("DELETE FROM inbox_message WHERE finished_at < $1", [.moment(now - kept)])
        }
    }

    func forget(sender: String, at now: Timestamp) async throws -> Int {
        try await client.transaction { db in
            try db.query(
                """
                UPDATE inbox_message SET sender = '', body = '', reply = NULL, finished_at = coalesce(finished_at, $1), leased_until = NULL,
                error = CASE WHEN \(Self.open) THEN 'the customer was deleted' ELSE error END,
                state = CASE WHEN \(Self.open) THEN 'dead' ELSE state END WHERE sender = $2
                """, [.moment(now), .text(sender)]
            ).affected
        }
    }

    /// Returns whether there was a row to change.
    private func change(_ sql: String, _ values: [PostgresValue]) async throws -> Bool {
        try await client.transaction { try $0.query(sql, values).affected > 0 }
    }

    private static func message(_ row: PostgresRow) throws -> InboxMessage {
        InboxMessage(
            id: try row.text("id"), sender: try row.text("sender"), channel: try row.text("channel"), text: try row.text("body"),
            reply: try row.optionalText("reply"), state: InboxMessage.State(rawValue: try row.text("state")) ?? .dead,
            attempts: Int(try row.integer("attempts")), error: try row.optionalText("error"), writtenAt: try row.moment("written_at"),
            receivedAt: try row.moment("received_at"), dueAt: try row.moment("due_at"), finishedAt: try row.optionalMoment("finished_at"))
    }
}
