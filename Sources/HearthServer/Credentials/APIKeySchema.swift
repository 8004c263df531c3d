import GRDB
import HearthDrivers

/// The tables of API keys.
enum APIKeySchema {
    /// Migrations never change once released.
    static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("credentials-1-keys") { try $0.execute(sql: version1) }
    }

    /// Times are milliseconds since 1970 in UTC.
    private static let version1 = """
        CREATE TABLE api_key (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            tenant TEXT NOT NULL,
            scopes TEXT NOT NULL,
            fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER,
            last_used_at INTEGER
        );
        CREATE TABLE credential_revision (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            revision INTEGER NOT NULL
        );
        INSERT INTO credential_revision (only_row, revision) VALUES (1, 0);
        """

    static let postgresMigrations = [
        PostgresMigration(
            "credentials-1-keys",
            [
                """
                CREATE TABLE api_key (
                    id text PRIMARY KEY,
                    name text NOT NULL,
                    tenant text NOT NULL,
                    scopes text NOT NULL,
                    fingerprint bytea NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
                    created_at timestamptz NOT NULL,
                    expires_at timestamptz,
                    revoked_at timestamptz,
                    last_used_at timestamptz
                )
                """,
                "CREATE TABLE credential_revision (only_row int PRIMARY KEY CHECK (only_row = 1), revision bigint NOT NULL)",
                "INSERT INTO credential_revision (only_row, revision) VALUES (1, 0)",
            ])
    ]
}
