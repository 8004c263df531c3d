import GRDB
import HearthDrivers

/// The table of administrative acts, to which rows can be added and from which old ones can be removed; the databases refuse to change one.
enum AuditSchema {
    private static let refusal = "the audit is append-only"

    /// Migrations never change once released.
    static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("audit-1-acts") { try $0.execute(sql: version1) }
    }

    /// Times are milliseconds since 1970 in UTC.
    private static let version1 = """
        CREATE TABLE audit_act (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            tenant TEXT,
            address TEXT NOT NULL,
            action TEXT NOT NULL,
            method TEXT NOT NULL,
            route TEXT NOT NULL,
            parameters TEXT NOT NULL,
            entries INTEGER,
            status INTEGER,
            request_id TEXT
        );
        CREATE INDEX audit_act_tenant ON audit_act (tenant, id);
        CREATE INDEX audit_act_at ON audit_act (at);
        CREATE TRIGGER audit_act_unchanged BEFORE UPDATE ON audit_act BEGIN SELECT RAISE(ABORT, '\(refusal)'); END;
        """

    static let postgresMigrations = [
        PostgresMigration(
            "audit-1-acts",
            [
                """
                CREATE TABLE audit_act (
                    id text COLLATE "C" PRIMARY KEY,
                    at timestamptz NOT NULL,
                    actor text NOT NULL,
                    tenant text,
                    address text NOT NULL,
                    action text NOT NULL,
                    method text NOT NULL,
                    route text NOT NULL,
                    parameters text NOT NULL,
                    entries bigint,
                    status bigint,
                    request_id text
                )
                """,
                "CREATE INDEX audit_act_tenant ON audit_act (tenant, id)",
                "CREATE INDEX audit_act_at ON audit_act (at)",
                """
                CREATE FUNCTION audit_act_refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION '\(refusal)'; END $$
                """,
                """
                CREATE TRIGGER audit_act_unchanged BEFORE UPDATE OR TRUNCATE ON audit_act
                    FOR EACH STATEMENT EXECUTE FUNCTION audit_act_refuse()
                """,
            ])
    ]
}
