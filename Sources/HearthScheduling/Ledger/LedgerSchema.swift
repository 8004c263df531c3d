package import GRDB

/// The tables of the run history in SQLite; PostgreSQL has the same.
package enum LedgerSchema {
    /// Adds the ledger's migrations; the names are part of the database and never change.
    package static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("scheduling-1-run-history") { db in
            try db.execute(sql: tables)
        }
    }

    /// Ends the transaction unless a claim is still valid; call it first in every transaction in which a job changes data.
    ///
    /// SQLite has one writer, so the answer stays true until the transaction ends. Nil, for changes outside a job, is always valid.
    package static func require(_ fence: JobFence?, in db: Database) throws {
        guard let fence else { return }
        guard try Int64.fetchOne(db, sql: "SELECT fence FROM job_fence WHERE job = ?", arguments: [fence.job]) == fence.number else {
            throw FenceRejection(fence: fence)
        }
    }

    /// Times are milliseconds since the epoch, run ids are text so that the file can be read by hand.
    private static let tables = """
        CREATE TABLE job_fence (
            job TEXT PRIMARY KEY NOT NULL,
            fence INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE job_state (
            job TEXT PRIMARY KEY NOT NULL,
            config_hash TEXT NOT NULL,
            schedule TEXT NOT NULL,
            registered_at INTEGER NOT NULL,
            schedule_since INTEGER NOT NULL,
            paused_until INTEGER,
            holder TEXT,
            holder_run TEXT,
            lease_until INTEGER,
            last_accounted_for INTEGER,
            last_success_at INTEGER,
            last_success_scheduled_for INTEGER,
            last_completion_at INTEGER,
            watermark TEXT,
            consecutive_failures INTEGER NOT NULL DEFAULT 0,
            updated_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE job_run (
            run_id TEXT PRIMARY KEY NOT NULL,
            job TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            trigger TEXT NOT NULL,
            scheduled_for INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            local_label TEXT,
            timezone TEXT,
            schedule TEXT,
            dst_kind TEXT NOT NULL DEFAULT 'none',
            tzdb_version TEXT,
            state TEXT NOT NULL,
            claimed_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            lateness_ms INTEGER,
            duration_ms INTEGER,
            holder TEXT NOT NULL,
            lease_until INTEGER,
            fence INTEGER,
            app_version TEXT,
            config_hash TEXT,
            trace_id TEXT,
            window_from INTEGER,
            window_to INTEGER,
            items INTEGER,
            bytes INTEGER,
            detail TEXT,
            missed_count INTEGER NOT NULL DEFAULT 0,
            missed_is_lower_bound INTEGER NOT NULL DEFAULT 0,
            missed_from INTEGER,
            error_type TEXT,
            error_message TEXT,
            retry_of TEXT,
            idempotency_key TEXT,
            actor TEXT
        );

        CREATE UNIQUE INDEX job_run_occurrence ON job_run (job, scheduled_for, attempt) WHERE trigger NOT IN ('manual', 'startup');
        CREATE UNIQUE INDEX job_run_idempotency ON job_run (job, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX job_run_by_occurrence ON job_run (job, scheduled_for DESC);
        CREATE INDEX job_run_by_id ON job_run (job, run_id DESC);
        CREATE INDEX job_run_open ON job_run (state, job) WHERE state IN ('claimed', 'running');
        CREATE INDEX job_run_summary ON job_run (job, missed_from) WHERE missed_count > 0;
        CREATE INDEX job_run_by_age ON job_run (claimed_at);
        """
}
