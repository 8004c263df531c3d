import Foundation
import GRDB
import HearthDrivers
import HearthTelemetry

/// The sessions of a replica that is alone, in the embedded database.
struct SQLiteSessions: SessionStore {
    let database: any DatabaseWriter

    func begin(_ session: BrowserSession) async throws {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM browser_session WHERE ends_at <= ?", arguments: [session.startedAt.milliseconds])
            try db.execute(
                sql: "INSERT INTO browser_session (fingerprint, key, started_at, ends_at) VALUES (?, ?, ?, ?)",
                arguments: [
                    Self.data(session.fingerprint), Self.data(session.key), session.startedAt.milliseconds, session.endsAt.milliseconds,
                ])
            try db.execute(
                sql: """
                    DELETE FROM browser_session WHERE fingerprint IN (
                        SELECT fingerprint FROM browser_session WHERE key = ? ORDER BY started_at DESC, fingerprint LIMIT -1 OFFSET ?
                    )
                    """, arguments: [Self.data(session.key), SessionRules.perKey])
        }
    }

    func session(_ fingerprint: Fingerprint) async throws -> BrowserSession? {
        try await database.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM browser_session WHERE fingerprint = ?", arguments: [Self.data(fingerprint)]),
                let key = Fingerprint(bytes: Array(row["key"] as Data))
            else { return nil }
            return BrowserSession(
                fingerprint: fingerprint, key: key, startedAt: Timestamp(milliseconds: row["started_at"]),
                endsAt: Timestamp(milliseconds: row["ends_at"]))
        }
    }

    func end(_ fingerprint: Fingerprint) async throws {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM browser_session WHERE fingerprint = ?", arguments: [Self.data(fingerprint)])
        }
    }

    func use(_ token: Fingerprint, until end: Timestamp, at now: Timestamp) async throws -> Bool {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM used_form_token WHERE ends_at <= ?", arguments: [now.milliseconds])
            try db.execute(
                sql: """
                    INSERT INTO used_form_token (fingerprint, ends_at) SELECT ?, ?
                    WHERE (SELECT count(*) FROM used_form_token) < ? ON CONFLICT (fingerprint) DO NOTHING
                    """, arguments: [Self.data(token), end.milliseconds, SessionRules.usedTokens])
            return db.changesCount == 1
        }
    }

    private static func data(_ fingerprint: Fingerprint) -> Data { Data(fingerprint.bytes) }
}
