import GRDB
import HearthDrivers

/// The tables of sessions and of the tokens of forms that were used.
enum SessionSchema {
    /// Migrations never change once released.
    static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("sessions-1") { try $0.execute(sql: version1) }
    }

    /// Times are milliseconds since 1970 in UTC.
    private static let version1 = """
        CREATE TABLE browser_session (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            key BLOB NOT NULL CHECK (length(key) = 32),
            started_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX browser_session_key ON browser_session (key, started_at);
        CREATE TABLE used_form_token (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            ends_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    static let postgresMigrations = [
        PostgresMigration(
            "sessions-1",
            [
                """
                CREATE TABLE browser_session (
                    fingerprint bytea PRIMARY KEY CHECK (length(fingerprint) = 32),
                    key bytea NOT NULL CHECK (length(key) = 32),
                    started_at timestamptz NOT NULL,
                    ends_at timestamptz NOT NULL
                )
                """,
                "CREATE INDEX browser_session_key ON browser_session (key, started_at)",
                """
                CREATE TABLE used_form_token (
                    fingerprint bytea PRIMARY KEY CHECK (length(fingerprint) = 32),
                    ends_at timestamptz NOT NULL
                )
                """,
            ])
    ]
}
