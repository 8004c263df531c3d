import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// The rows of occurrences in PostgreSQL, inside a transaction that has locked their jobs.
struct PostgresOccurrences: OccurrenceTables {
    private let ledger: PostgresRunLedger
    private let db: PostgresConnection
    /// What callers believe the time is: for the record. Leases are decided by the database's clock.
    private let now: Timestamp

    init(ledger: PostgresRunLedger, now: Timestamp, in db: PostgresConnection) {
        self.ledger = ledger
        self.db = db
        self.now = now
    }

    func lastAccountedFor(_ job: String) throws -> Timestamp? {
        try db.query("SELECT last_accounted_for FROM job_state WHERE job = $1", [.text(job)]).first?.optionalMoment(0)
    }

    func account(for job: String, through moment: Timestamp) throws {
        // greatest() leaves nulls out.
        try db.query(
            "UPDATE job_state SET last_accounted_for = greatest(last_accounted_for, $1), updated_at = $2 WHERE job = $3",
            [.moment(moment), .moment(now), .text(job)])
    }

    func claimedRun(_ run: RunID) throws -> ClaimedRun? {
        try claimedRun("SELECT job, state, fence FROM job_run WHERE run_id = $1", [.text(run.description)])
    }

    func ownRun(_ run: RunID) throws -> ClaimedRun? {
        try claimedRun(
            "SELECT job, state, fence FROM job_run WHERE run_id = $1 AND holder = $2", [.text(run.description), .text(ledger.holder)])
    }

    private func claimedRun(_ sql: String, _ values: [PostgresValue]) throws -> ClaimedRun? {
        try db.query(sql, values).first.flatMap {
            ClaimedRun(job: try $0.text("job"), state: try $0.text("state"), fence: try $0.optionalInteger("fence"))
        }
    }

    func isHeldOn(_ run: RunID) throws -> Bool { try ledger.renew([run], in: db).contains(run) }

    /// Whether somebody holds job `$1` by the database's clock, with leases of `$2` ms; one from the future is invalid, not fresh.
    private static let isHeld = """
        coalesce((SELECT holder_run IS NOT NULL AND lease_until BETWEEN clock_timestamp()
            AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond' FROM job_state WHERE job = $1), FALSE)
        """

    /// Asked all at once, which is one round trip.
    func situation(of claim: ClaimRequest) throws -> ClaimSituation {
        let row = try db.query(
            """
            SELECT \(Self.isHeld) AS held,
                EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND scheduled_for = $3 AND attempt >= $4 AND trigger NOT IN ('manual', 'startup'))
                OR EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND missed_count > 0 AND state LIKE 'skipped%'
                    AND missed_from <= $3 AND scheduled_for >= $3) AS on_record,
                EXISTS (SELECT 1 FROM job_run WHERE job = $1 AND state = 'claimed') AS waiting,
                (SELECT run_id FROM job_run WHERE job = $1 AND idempotency_key = $5) AS known
            """,
            [
                .text(claim.job), ledger.leaseMilliseconds, .moment(claim.scheduledFor), .integer(claim.attempt),
                .optional(claim.idempotencyKey),
            ]
        ).first
        guard let row else { throw LedgerError(operation: "claim of \(claim.job)", reason: "the database gave no answer") }
        return ClaimSituation(
            known: try row.optionalText("known").flatMap { RunID($0) }, isOnRecord: try row.flag("on_record"), isHeld: try row.flag("held"),
            hasWaitingRun: try row.flag("waiting"))
    }

    func isHeld(_ job: String) throws -> Bool {
        try db.query("SELECT \(Self.isHeld) AS held", [.text(job), ledger.leaseMilliseconds]).first?.flag("held") ?? false
    }

    func currentFence(of job: String) throws -> Int64 {
        try db.query("SELECT fence FROM job_fence WHERE job = $1", [.text(job)]).first?.integer(0) ?? 0
    }

    /// Waits for a transaction in which an earlier holder's task is writing.
    func hold(_ job: String, run: RunID) throws -> Int64 {
        let row = try db.query(
            """
            WITH held AS (UPDATE job_state SET holder = $2, holder_run = $3,
                lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond' WHERE job = $1)
            INSERT INTO job_fence (job, fence) VALUES ($1, 1) ON CONFLICT (job) DO UPDATE SET fence = job_fence.fence + 1 RETURNING fence
            """, [.text(job), .text(ledger.holder), .text(run.description), ledger.leaseMilliseconds]
        ).first
        return try row?.integer(0) ?? 1
    }

    func begin(_ run: RunID, fence: Int64) throws {
        try db.query(
            """
            UPDATE job_run SET state = 'running', started_at = $1, fence = $2,
                lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' WHERE run_id = $4
            """, [.moment(now), .integer(fence), ledger.leaseMilliseconds, .text(run.description)])
    }

    func insert(_ claim: ClaimRequest, state: RunState, fence: Int64?) throws {
        let isRunning = state == .running
        try db.query(
            """
            INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind,
                tzdb_version, state, claimed_at, started_at, finished_at, holder, lease_until, fence, app_version, config_hash,
                missed_count, missed_is_lower_bound, missed_from, retry_of, idempotency_key, actor, trace_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                clock_timestamp() + $17::bigint * interval '1 millisecond', $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
            """,
            [
                .text(claim.runID.description), .text(claim.job), .integer(claim.attempt), .text(claim.trigger.rawValue),
                .moment(claim.scheduledFor), .moment(claim.dueAt), .optional(claim.localLabel?.description), .text(claim.timezone),
                .text(claim.schedule), .text(claim.dstKind.rawValue), .optional(ledger.zoneVersion), .text(state.rawValue), .moment(now),
                isRunning ? .moment(now) : .null, state.isFinal ? .moment(now) : .null, .text(ledger.holder),
                state.isFinal ? .null : ledger.leaseMilliseconds, .optional(fence), .text(ledger.appVersion), .text(claim.configHash),
                .integer(claim.missedCount), .flag(claim.missedCountIsLowerBound), .optional(claim.missedFrom),
                .optional(claim.retryOf?.description), .optional(claim.idempotencyKey), .optional(claim.actor), .text(claim.traceID),
            ])
    }

    func insert(_ skip: SkippedOccurrence, of request: AccountRequest) throws -> Bool {
        try db.query(
            """
            INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind,
                tzdb_version, state, claimed_at, finished_at, holder, app_version, config_hash, missed_count, missed_is_lower_bound,
                missed_from, error_type)
            VALUES ($1, $2, 1, 'cron', $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT DO NOTHING
            """,
            [
                .text(skip.runID.description), .text(request.job), .moment(skip.scheduledFor), .moment(skip.dueAt),
                .text(skip.localLabel.description), .text(request.timezone), .text(request.schedule), .text(skip.dstKind.rawValue),
                .optional(ledger.zoneVersion), .text(skip.reason.state.rawValue), .moment(now), .text(ledger.holder),
                .text(ledger.appVersion), .text(request.configHash), .integer(skip.missedCount), .flag(skip.countIsLowerBound),
                .optional(skip.missedFrom), .text(skip.reason.rawValue),
            ]
        ).affected == 1
    }
}
