import GRDB
import HearthTelemetry

/// The inbox of a replica that is alone, in the embedded database.
struct SQLiteInbox: Inbox {
    let database: any DatabaseWriter
    let limits: InboxLimits

    private static let open = "state IN ('waiting', 'answered')"
    /// And could be answered still: of a sender who was deleted nothing is left.
    private static let isGivenUp = "state = 'dead' AND sender <> ''"
    private static let reopened =
        "state = CASE WHEN reply IS NULL THEN 'waiting' ELSE 'answered' END, attempts = 0, finished_at = NULL"
    /// Of the open messages of its sender.
    private static let isFirst = """
        NOT EXISTS (
            SELECT 1 FROM inbox_message AS earlier WHERE earlier.sender = message.sender
            AND earlier.state IN ('waiting', 'answered')
            AND (earlier.written_at, earlier.position) < (message.written_at, message.position))
        """

    func accept(_ messages: [InboxMessage]) async throws -> InboxAcceptance {
        try await database.writeWithoutTransaction { db in
            // Everything else in this file may lose its last moment in a power cut; a message that was acknowledged may not.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
            var result = InboxAcceptance()
            try db.inTransaction {
                for message in messages { try accept(message, db, &result) }
                let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM inbox_message WHERE \(Self.open)") ?? 0
                guard count <= limits.open || result.accepted == 0 else { throw InboxFull() }
                return .commit
            }
            return result
        }
    }

    private func accept(_ message: InboxMessage, _ db: Database, _ result: inout InboxAcceptance) throws {
        let recent =
            try Int.fetchOne(
                db.cachedStatement(
                    sql: "SELECT count(*) FROM inbox_message WHERE sender = ? AND received_at > ? AND id <> ? AND state <> 'limited'"),
                arguments: [message.sender, message.receivedAt.milliseconds - 60_000, message.id]) ?? 0
        let isLimited = recent >= limits.perSenderAndMinute
        let insertion = try db.cachedStatement(
            sql: """
                INSERT INTO inbox_message (id, sender, channel, body, state, written_at, received_at, due_at, finished_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """)
        try insertion.execute(arguments: [
            message.id, message.sender, message.channel, isLimited ? "" : message.text,
            (isLimited ? InboxMessage.State.limited : .waiting).rawValue, message.writtenAt.milliseconds,
            message.receivedAt.milliseconds, message.receivedAt.milliseconds, isLimited ? message.receivedAt.milliseconds : nil,
        ])
        if db.changesCount == 0 {
            result.duplicates += 1
        } else if isLimited {
            result.limited += 1
        } else {
            result.accepted += 1
        }
    }

    func take(at now: Timestamp, without senders: Set<String>, limit: Int) async throws -> [InboxMessage] {
        let found = try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM inbox_message AS message WHERE \(Self.open) AND due_at <= ? AND \(Self.isFirst)
                    ORDER BY due_at, position LIMIT ?
                    """, arguments: [now.milliseconds, limit + senders.count]
            ).compactMap(Self.message)
        }
        return Array(found.filter { !senders.contains($0.sender) }.prefix(limit))
    }

    func figures() async throws -> InboxFigures {
        try await database.read { db in
            var figures = InboxFigures()
            let row = try Row.fetchOne(
                db, sql: "SELECT count(*) AS count, min(received_at) AS oldest FROM inbox_message WHERE \(Self.open)")
            if let row {
                figures.open = row["count"]
                figures.oldest = (row["oldest"] as Int64?).map { Timestamp(milliseconds: $0) }
            }
            figures.dead = try Int.fetchOne(db, sql: "SELECT count(*) FROM inbox_message WHERE \(Self.isGivenUp)") ?? 0
            return figures
        }
    }

    func nextDue(without senders: Set<String>) async throws -> Timestamp? {
        try await database.read { db in
            // Each sender has one such message at most, so behind those of the given senders there is one of another, if any.
            let first = try Row.fetchAll(
                db,
                sql: "SELECT sender, due_at FROM inbox_message AS message WHERE \(Self.open) AND \(Self.isFirst) ORDER BY due_at LIMIT ?",
                arguments: [senders.count + 1]
            ).first { !senders.contains($0["sender"] as String) }
            return first.map { Timestamp(milliseconds: $0["due_at"]) }
        }
    }

    func answer(_ id: String, with reply: String) async throws -> Bool {
        try await change(
            """
            UPDATE inbox_message SET state = 'answered', reply = ? WHERE id = ? AND \(Self.open) AND (reply IS NULL OR reply = ?)
            """, [reply, id, reply])
    }

    func postpone(_ id: String, until due: Timestamp, error: String) async throws -> Bool {
        try await change(
            "UPDATE inbox_message SET attempts = attempts + 1, due_at = ?, error = ? WHERE id = ? AND \(Self.open)",
            [due.milliseconds, error, id])
    }

    func finish(_ id: String, _ state: InboxMessage.State, error: String?, at now: Timestamp) async throws -> Bool {
        try await change(
            """
            UPDATE inbox_message SET state = ?, error = ?, finished_at = ?, attempts = attempts + 1,
            body = CASE WHEN ? = 'sent' THEN '' ELSE body END, reply = CASE WHEN ? = 'sent' THEN NULL ELSE reply END
            WHERE id = ? AND \(Self.open)
            """, [state.rawValue, error, now.milliseconds, state.rawValue, state.rawValue, id])
    }

    func reopen(_ id: String, at now: Timestamp) async throws -> Bool {
        try await change(
            "UPDATE inbox_message SET \(Self.reopened), due_at = ? WHERE id = ? AND \(Self.isGivenUp)", [now.milliseconds, id])
    }

    func reopenAll(at now: Timestamp) async throws -> Int {
        try await database.write { db in
            let open = try Int.fetchOne(db, sql: "SELECT count(*) FROM inbox_message WHERE \(Self.open)") ?? 0
            try db.execute(
                sql: """
                    UPDATE inbox_message SET \(Self.reopened), due_at = ? WHERE position IN (
                        SELECT position FROM inbox_message WHERE \(Self.isGivenUp) ORDER BY position LIMIT ?)
                    """, arguments: [now.milliseconds, max(0, limits.open - open)])
            return db.changesCount
        }
    }

    func list(_ state: InboxMessage.State?, limit: Int) async throws -> [InboxMessage] {
        try await database.read { db in
            let condition = state.map { "WHERE state = '\($0.rawValue)'" } ?? ""
            return try Row.fetchAll(db, sql: "SELECT * FROM inbox_message \(condition) ORDER BY position DESC LIMIT ?", arguments: [limit])
                .compactMap(Self.message)
        }
    }

    func forget(at now: Timestamp, kept: Duration) async throws {
        try await database.write { db in
            try db.execute(
                sql: "UPDATE inbox_message SET sender = '' WHERE finished_at < ? AND state <> 'dead' AND sender <> ''",
                arguments: [(now - .seconds(3600)).milliseconds])
            try db.execute(sql: "DELETE FROM inbox_message WHERE finished_at < ?", arguments: [(now - kept).milliseconds])
        }
    }

    func forget(sender: String, at now: Timestamp) async throws -> Int {
        try await database.write { db in
            try db.execute(
                sql: """
                    UPDATE inbox_message SET sender = '', body = '', reply = NULL, finished_at = coalesce(finished_at, ?),
                    error = CASE WHEN \(Self.open) THEN 'the customer was deleted' ELSE error END,
                    state = CASE WHEN \(Self.open) THEN 'dead' ELSE state END WHERE sender = ?
                    """, arguments: [now.milliseconds, sender])
            return db.changesCount
        }
    }

    /// Returns whether there was a row to change.
    private func change(_ sql: String, _ values: StatementArguments) async throws -> Bool {
        try await database.write { db in
            try db.execute(sql: sql, arguments: values)
            return db.changesCount > 0
        }
    }

    private static func message(_ row: Row) -> InboxMessage? {
        guard let state = InboxMessage.State(rawValue: row["state"]) else { return nil }
        func time(_ column: String) -> Timestamp? { (row[column] as Int64?).map { Timestamp(milliseconds: $0) } }
        let received = time("received_at") ?? Timestamp(milliseconds: 0)
        return InboxMessage(
            id: row["id"], sender: row["sender"], channel: row["channel"], text: row["body"], reply: row["reply"], state: state,
            attempts: row["attempts"], error: row["error"], writtenAt: time("written_at") ?? received, receivedAt: received,
            dueAt: time("due_at") ?? received, finishedAt: time("finished_at"))
    }
}
