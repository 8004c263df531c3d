import HearthDrivers
package import HearthScheduling
package import HearthTelemetry

extension PostgresRunLedger {
    package func account(_ requests: [AccountRequest], at now: Timestamp) async throws(LedgerError) -> [AccountAnswer] {
        try await write("record of \(requests.count) jobs' occurrences") { [self] db in
            try Self.lock(Set(requests.map(\.job)), in: db)
            let occurrences = PostgresOccurrences(ledger: self, now: now, in: db)
            return try requests.map { try occurrences.account($0) }
        }
    }

    package func acquire(_ run: RunID, at now: Timestamp) async throws(LedgerError) -> ClaimOutcome {
        try await write("start of run \(run)") { [self] db in
            let row = try db.query("SELECT job FROM job_run WHERE run_id = $1", [.text(run.description)]).first
            guard let row else { return .taken }
            try Self.lock([try row.text(0)], in: db)
            return try PostgresOccurrences(ledger: self, now: now, in: db).acquire(run)
        }
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [InterruptedRun] {
        let lease = leaseMilliseconds
        // A lease from the future was stamped by a wrong clock: it is invalid, not fresh.
        let dead = try await ask(
            "search for abandoned runs",
            """
            SELECT * FROM job_run WHERE state IN ('claimed', 'running') AND lease_until NOT BETWEEN clock_timestamp()
                AND clock_timestamp() + 2 * $1::bigint * interval '1 millisecond'
            """, [lease]
        ) { row in
            try RunCompletion(abandoning: PostgresLedgerRow(row: row), at: now).map {
                DeadRun(completion: $0, holder: try row.text("holder"))
            }
        }
        // One by one: a run whose task still holds its fence in a transaction is left for the next time, and holds up no other.
        for run in dead {
            _ = try? await write("end of abandoned run \(run.completion.runID)") { db in
                try Self.lock([run.completion.job], in: db)
                guard try Self.isStillDead(run.completion.runID, lease: lease, in: db) else { return false }
                return try Self.finish(run.completion, holder: run.holder, in: db)
            }
        }
        // These go on, here or on another replica, as long as nothing later is on record for their job.
        return try await ask(
            "search for interrupted runs",
            """
            SELECT job_run.* FROM job_run JOIN job_state USING (job)
            WHERE (state IN ('abandoned', 'lost_lease', 'fence_rejected') OR state = 'cancelled' AND error_type IN ('shutdown', 'clock_step'))
            AND scheduled_for = last_accounted_for AND trigger IN ('cron', 'catch_up', 'retry')
            AND attempt = (SELECT max(attempt) FROM job_run AS other
                WHERE other.job = job_run.job AND other.scheduled_for = job_run.scheduled_for
                AND other.trigger NOT IN ('manual', 'startup'))
            """
        ) { try InterruptedRun(PostgresLedgerRow(row: $0)) }
    }

    package func finish(_ completion: RunCompletion) async throws(LedgerError) -> Bool {
        let holder = holder
        return try await write("end of \(completion.job) run \(completion.runID)") { db in
            try Self.lock([completion.job], in: db)
            return try Self.finish(completion, holder: holder, in: db)
        }
    }

    private struct DeadRun: Sendable {
        var completion: RunCompletion
        var holder: String
    }

    /// Takes the rows of jobs for this transaction, in one order everywhere.
    private static func lock(_ jobs: Set<String>, in db: PostgresConnection) throws {
        try db.query(
            "SELECT 1 FROM job_state WHERE job = ANY($1::text[]) ORDER BY job FOR UPDATE", [.array(jobs.sorted().map { .text($0) })])
    }

    /// Its holder may have renewed between the search and the lock.
    private static func isStillDead(_ run: RunID, lease: PostgresValue, in db: PostgresConnection) throws -> Bool {
        try !db.query(
            """
            SELECT 1 FROM job_run WHERE run_id = $1 AND state IN ('claimed', 'running') AND lease_until NOT BETWEEN clock_timestamp()
                AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond'
            """, [.text(run.description), lease]
        ).isEmpty
    }

    /// False if the run is no longer this holder's: then its end is recorded as refused, or not at all where somebody recorded one before.
    static func finish(_ completion: RunCompletion, holder: String, in db: PostgresConnection) throws -> Bool {
        let id = PostgresValue.text(completion.runID.description)
        let isCurrent = try isCurrent(completion, holder: holder, in: db)
        var completion = completion
        if !isCurrent, completion.state != .abandoned { completion.state = .fenceRejected }
        // A claim that was given back stands for itself only; what it would have stood for has rows of its own.
        let standsAlone = completion.state.outcome == .skipped || completion.state.outcome == .missed
        let isRecorded =
            try db.query(
                """
                UPDATE job_run SET state = $3, started_at = coalesce($4, started_at), finished_at = $5, lateness_ms = $6, duration_ms = $7,
                    lease_until = NULL, window_from = $8, window_to = $9, items = $10, bytes = $11, detail = $12, error_type = $13,
                    error_message = $14, missed_count = CASE WHEN $15::boolean THEN 0 ELSE missed_count END,
                    missed_from = CASE WHEN $15::boolean THEN NULL ELSE missed_from END
                WHERE run_id = $1 AND holder = $2 AND state IN ('claimed', 'running')
                """,
                [
                    id, .text(holder), .text(completion.state.rawValue), .optional(completion.startedAt), .moment(completion.finishedAt),
                    .optional(completion.lateness?.wholeMilliseconds), .optional(completion.duration?.wholeMilliseconds),
                    .optional(completion.result?.windowFrom), .optional(completion.result?.windowTo), .optional(completion.result?.items),
                    .optional(completion.result?.bytes), .optional(completion.result?.json), .optional(completion.errorType),
                    .optional(completion.errorMessage.map { BoundedText.prefix(of: $0, bytes: 2048) }), .flag(standsAlone),
                ]
            ).affected == 1
        guard isRecorded else {
            // A repeated call after a lost answer finds its own record.
            let recorded = try db.query("SELECT state FROM job_run WHERE run_id = $1 AND holder = $2", [id, .text(holder)]).first?.text(0)
            return recorded == completion.state.rawValue && completion.state != .fenceRejected
        }
        try db.query("UPDATE job_state SET holder = NULL, holder_run = NULL, lease_until = NULL WHERE holder_run = $1", [id])
        if completion.revokesFence, isCurrent {
            try db.query("UPDATE job_fence SET fence = fence + 1 WHERE job = $1", [.text(completion.job)])
        }
        try countOutcome(of: completion, in: db)
        return completion.state != .fenceRejected
    }

    /// Whether no later claim has superseded the run's; runs without a fence of their own are never superseded.
    private static func isCurrent(_ completion: RunCompletion, holder: String, in db: PostgresConnection) throws -> Bool {
        try db.query(
            """
            SELECT coalesce(job_run.fence = job_fence.fence, TRUE) FROM job_run JOIN job_fence USING (job)
            WHERE run_id = $1 AND holder = $2 AND state IN ('claimed', 'running')
            """, [.text(completion.runID.description), .text(holder)]
        ).first?.flag(0) ?? true
    }

    private static func countOutcome(of completion: RunCompletion, in db: PostgresConnection) throws {
        let (now, job) = (PostgresValue.moment(completion.finishedAt), PostgresValue.text(completion.job))
        switch completion.state.outcome {
        case .success:
            try db.query(
                """
                UPDATE job_state SET last_success_at = $1, last_completion_at = $1, consecutive_failures = 0, updated_at = $1,
                    last_success_scheduled_for = greatest(last_success_scheduled_for, $2) WHERE job = $3
                """, [now, .moment(completion.scheduledFor), job])
        case .failure, .timeout:
            try db.query(
                """
                UPDATE job_state SET last_completion_at = $1, consecutive_failures = consecutive_failures + 1, updated_at = $1 WHERE job = $2
                """, [now, job])
        case .waiting, .running, .cancelled, .skipped, .missed:
            break
        }
    }
}
