package import HearthDrivers

/// The tables of the run history in PostgreSQL: those of ``LedgerSchema``, with PostgreSQL's own types.
package enum PostgresLedgerSchema {
    package static let migrations = [PostgresMigration("scheduling-1-run-history", [fence, state, run] + indexes)]

    /// A table of its own, apart from the lease: a renewal would otherwise wait for the job's own share lock on it.
    private static let fence = """
        CREATE TABLE job_fence (job text PRIMARY KEY, fence bigint NOT NULL)
        """

    private static let state = """
        CREATE TABLE job_state (
            job text PRIMARY KEY,
            config_hash text NOT NULL,
            schedule text NOT NULL,
            registered_at timestamptz NOT NULL,
            schedule_since timestamptz NOT NULL,
            paused_until timestamptz,
            holder text,
            holder_run uuid,
            lease_until timestamptz,
            last_accounted_for timestamptz,
            last_success_at timestamptz,
            last_success_scheduled_for timestamptz,
            last_completion_at timestamptz,
            watermark jsonb,
            consecutive_failures integer NOT NULL DEFAULT 0,
            updated_at timestamptz NOT NULL
        )
        """

    private static let run = """
        CREATE TABLE job_run (
            run_id uuid PRIMARY KEY,
            job text NOT NULL,
            attempt integer NOT NULL,
            trigger text NOT NULL,
            scheduled_for timestamptz NOT NULL,
            due_at timestamptz NOT NULL,
            local_label text,
            timezone text,
            schedule text,
            dst_kind text NOT NULL DEFAULT 'none',
            tzdb_version text,
            state text NOT NULL,
            claimed_at timestamptz NOT NULL,
            started_at timestamptz,
            finished_at timestamptz,
            lateness_ms bigint,
            duration_ms bigint,
            holder text NOT NULL,
            lease_until timestamptz,
            fence bigint,
            app_version text,
            config_hash text,
            trace_id text,
            window_from timestamptz,
            window_to timestamptz,
            items bigint,
            bytes bigint,
            detail jsonb,
            missed_count integer NOT NULL DEFAULT 0,
            missed_is_lower_bound boolean NOT NULL DEFAULT false,
            missed_from timestamptz,
            error_type text,
            error_message text,
            retry_of uuid,
            idempotency_key text,
            actor text
        )
        """

    private static let indexes = [
        "CREATE UNIQUE INDEX job_run_occurrence ON job_run (job, scheduled_for, attempt) WHERE trigger NOT IN ('manual', 'startup')",
        "CREATE UNIQUE INDEX job_run_idempotency ON job_run (job, idempotency_key) WHERE idempotency_key IS NOT NULL",
        "CREATE INDEX job_run_by_occurrence ON job_run (job, scheduled_for DESC)",
        "CREATE INDEX job_run_by_id ON job_run (job, run_id DESC)",
        "CREATE INDEX job_run_open ON job_run (state, job) WHERE state IN ('claimed', 'running')",
        "CREATE INDEX job_run_summary ON job_run (job, missed_from) WHERE missed_count > 0",
        "CREATE INDEX job_run_by_age ON job_run USING brin (claimed_at)",
    ]
}
