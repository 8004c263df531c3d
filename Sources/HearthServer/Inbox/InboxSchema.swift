import GRDB
import HearthDrivers

/// The table of messages that customers wrote.
enum InboxSchema {
    /// Migrations never change once released.
    static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("inbox-1-messages") { try $0.execute(sql: version1) }
        migrator.registerMigration("inbox-2-dead") { try $0.execute(sql: version2) }
    }

    /// Times are milliseconds since 1970 in UTC; `position` is the order of acceptance.
    private static let version1 = """
        CREATE TABLE inbox_message (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            sender TEXT NOT NULL,
            channel TEXT NOT NULL,
            body TEXT NOT NULL,
            reply TEXT,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'sent', 'dead', 'limited')),
            attempts INTEGER NOT NULL DEFAULT 0,
            error TEXT,
            written_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            finished_at INTEGER
        );
        CREATE INDEX inbox_message_open ON inbox_message (sender, written_at, position) WHERE state IN ('waiting', 'answered');
        CREATE INDEX inbox_message_received ON inbox_message (sender, received_at);
        CREATE INDEX inbox_message_finished ON inbox_message (finished_at) WHERE finished_at IS NOT NULL;
        """

    /// Those given up are counted whenever the worker looks, among all that are remembered.
    private static let version2 = "CREATE INDEX inbox_message_dead ON inbox_message (state) WHERE state = 'dead'"

    /// The same in PostgreSQL, where a message that a replica works on is leased to it.
    static let postgresMigrations = [
        PostgresMigration(
            "inbox-1-messages",
            [
                """
                CREATE TABLE inbox_message (
                    position bigserial PRIMARY KEY,
                    id text NOT NULL UNIQUE,
                    sender text NOT NULL,
                    channel text NOT NULL,
                    body text NOT NULL,
                    reply text,
                    state text NOT NULL CHECK (state IN ('waiting', 'answered', 'sent', 'dead', 'limited')),
                    attempts bigint NOT NULL DEFAULT 0,
                    error text,
                    written_at timestamptz NOT NULL,
                    received_at timestamptz NOT NULL,
                    due_at timestamptz NOT NULL,
                    finished_at timestamptz,
                    leased_until timestamptz
                )
                """,
                """
                CREATE INDEX inbox_message_open ON inbox_message (sender, written_at, position)
                    WHERE state IN ('waiting', 'answered')
                """,
                "CREATE INDEX inbox_message_received ON inbox_message (sender, received_at)",
                "CREATE INDEX inbox_message_finished ON inbox_message (finished_at) WHERE finished_at IS NOT NULL",
            ]),
        PostgresMigration("inbox-2-dead", [version2]),
    ]
}
