import HearthDrivers
import HearthTelemetry

/// The sessions that replicas share.
struct PostgresSessions: SessionStore {
    let client: PostgresClient

    func begin(_ session: BrowserSession) async throws {
        _ = try await client.transaction { db in
            try db.query("DELETE FROM browser_session WHERE ends_at <= $1", [.moment(session.startedAt)])
            try db.query(
                "INSERT INTO browser_session (fingerprint, key, started_at, ends_at) VALUES ($1, $2, $3, $4)",
                [
                    .bytes(session.fingerprint.bytes), .bytes(session.key.bytes), .moment(session.startedAt), .moment(session.endsAt),
                ])
            try db.query(
                """
                DELETE FROM browser_session WHERE fingerprint IN (
                    SELECT fingerprint FROM browser_session WHERE key = $1 ORDER BY started_at DESC, fingerprint OFFSET $2
                )
                """, [.bytes(session.key.bytes), .integer(SessionRules.perKey)])
        }
    }

    func session(_ fingerprint: Fingerprint) async throws -> BrowserSession? {
        let rows = try await client.query("SELECT * FROM browser_session WHERE fingerprint = $1", [.bytes(fingerprint.bytes)])
        guard let row = rows.first, let key = Fingerprint(bytes: try row.bytes("key")) else { return nil }
        return BrowserSession(
            fingerprint: fingerprint, key: key, startedAt: try row.moment("started_at"), endsAt: try row.moment("ends_at"))
    }

    func end(_ fingerprint: Fingerprint) async throws {
        _ = try await client.transaction { db in
            try db.query("DELETE FROM browser_session WHERE fingerprint = $1", [.bytes(fingerprint.bytes)])
        }
    }

    func use(_ token: Fingerprint, until end: Timestamp, at now: Timestamp) async throws -> Bool {
        try await client.transaction { db in
            try db.query("DELETE FROM used_form_token WHERE ends_at <= $1", [.moment(now)])
            let added = try db.query(
                """
                INSERT INTO used_form_token (fingerprint, ends_at) SELECT $1, $2
                WHERE (SELECT count(*) FROM used_form_token) < $3 ON CONFLICT (fingerprint) DO NOTHING
                """, [.bytes(token.bytes), .moment(end), .integer(SessionRules.usedTokens)])
            return added.affected == 1
        }
    }
}
