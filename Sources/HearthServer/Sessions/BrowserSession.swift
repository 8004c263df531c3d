import HearthDrivers
import HearthTelemetry

/// What a browser presents instead of a key: it stands for the key that it was begun with, and is worth nothing once that key is not.
struct BrowserSession: Sendable, Equatable {
    /// Of the secret in the cookie; the secret itself is kept nowhere.
    var fingerprint: Fingerprint
    /// Of the key.
    var key: Fingerprint
    var startedAt: Timestamp
    var endsAt: Timestamp
}

/// How many sessions there may be, and how long.
enum SessionRules {
    static let lifetime = Duration.seconds(12 * 3600)
    /// Of one key; the oldest ends when one more begins.
    static let perKey = 20
    /// Tokens of forms that are remembered as used at one time.
    static let usedTokens = 10_000
}

/// Where sessions are kept, so that a restart and another replica know them: the same on SQLite and on PostgreSQL.
protocol SessionStore: Sendable {
    /// Begins a session; those that have ended go, and of the same key the oldest beyond the limit.
    func begin(_ session: BrowserSession) async throws
    func session(_ fingerprint: Fingerprint) async throws -> BrowserSession?
    func end(_ fingerprint: Fingerprint) async throws
    /// Notes that a form's token was used; false where it was before, on whichever replica, or where too many are remembered.
    func use(_ token: Fingerprint, until end: Timestamp, at now: Timestamp) async throws -> Bool
}
