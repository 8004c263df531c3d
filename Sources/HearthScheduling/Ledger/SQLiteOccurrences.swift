import GRDB
import HearthTelemetry

/// The rows of occurrences in SQLite, inside a transaction.
struct SQLiteOccurrences: OccurrenceTables {
    private let ledger: SQLiteRunLedger
    private let db: Database
    private let leaseUntil: Int64?
    /// What callers believe the time is: for the record.
    private let now: Timestamp
    /// The ledger's clock: for leases.
    private let clock: Timestamp
    private let longestLease: Duration

    init(ledger: SQLiteRunLedger, now: Timestamp, in db: Database) {
        self.ledger = ledger
        self.db = db
        clock = ledger.clock()
        leaseUntil = ledger.leaseDuration.map { [clock] in (clock + $0).milliseconds }
        longestLease = (ledger.leaseDuration ?? .zero) * 2
        self.now = now
    }

    func lastAccountedFor(_ job: String) throws -> Timestamp? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT last_accounted_for FROM job_state WHERE job = ?"), arguments: [job])
            .map { Timestamp(milliseconds: $0) }
    }

    func account(for job: String, through moment: Timestamp) throws {
        try db.cachedStatement(
            sql: "UPDATE job_state SET last_accounted_for = max(coalesce(last_accounted_for, ?1), ?1), updated_at = ?2 WHERE job = ?3"
        ).execute(arguments: [moment.milliseconds, now.milliseconds, job])
    }

    func claimedRun(_ run: RunID) throws -> ClaimedRun? {
        try claimedRun("SELECT job, state, fence FROM job_run WHERE run_id = ?", [run.description])
    }

    func ownRun(_ run: RunID) throws -> ClaimedRun? {
        try claimedRun("SELECT job, state, fence FROM job_run WHERE run_id = ? AND holder = ?", [run.description, ledger.holder])
    }

    private func claimedRun(_ sql: String, _ arguments: StatementArguments) throws -> ClaimedRun? {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments).flatMap {
            ClaimedRun(job: $0["job"], state: $0["state"], fence: $0["fence"])
        }
    }

    func isHeldOn(_ run: RunID) throws -> Bool { try ledger.renew([run], in: db).contains(run) }

    func situation(of claim: ClaimRequest) throws -> ClaimSituation {
        ClaimSituation(
            known: try claim.idempotencyKey.flatMap { try run(of: claim.job, withKey: $0) }, isOnRecord: try isOnRecord(claim),
            isHeld: try isHeld(claim.job), hasWaitingRun: try hasWaitingRun(claim.job))
    }

    private func run(of job: String, withKey key: String) throws -> RunID? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT run_id FROM job_run WHERE job = ? AND idempotency_key = ?"), arguments: [job, key]
        ).flatMap { RunID($0) }
    }

    private func isOnRecord(_ claim: ClaimRequest) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM job_run WHERE job = ?1 AND scheduled_for = ?2 AND attempt >= ?3
                        AND trigger NOT IN ('manual', 'startup'))
                    OR EXISTS (SELECT 1 FROM job_run WHERE job = ?1 AND missed_count > 0 AND state LIKE 'skipped%'
                        AND missed_from <= ?2 AND scheduled_for >= ?2)
                    """),
            arguments: [claim.job, claim.scheduledFor.milliseconds, claim.attempt]) ?? false
    }

    func isHeld(_ job: String) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT holder_run IS NOT NULL AND (lease_until IS NULL OR lease_until BETWEEN ? AND ?) FROM job_state WHERE job = ?
                    """),
            arguments: [clock.milliseconds, (clock + longestLease).milliseconds, job]) ?? false
    }

    private func hasWaitingRun(_ job: String) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM job_run WHERE job = ? AND state = 'claimed')"), arguments: [job]) ?? false
    }

    func currentFence(of job: String) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT fence FROM job_fence WHERE job = ?"), arguments: [job]) ?? 0
    }

    func hold(_ job: String, run: RunID) throws -> Int64 {
        try db.cachedStatement(sql: "UPDATE job_state SET holder = ?, holder_run = ?, lease_until = ? WHERE job = ?").execute(arguments: [
            ledger.holder, run.description, leaseUntil, job,
        ])
        let fence = try Int64.fetchOne(
            db.cachedStatement(
                sql: "INSERT INTO job_fence (job, fence) VALUES (?, 1) ON CONFLICT (job) DO UPDATE SET fence = fence + 1 RETURNING fence"),
            arguments: [job])
        return fence ?? 1
    }

    func begin(_ run: RunID, fence: Int64) throws {
        try db.cachedStatement(sql: "UPDATE job_run SET state = 'running', started_at = ?, fence = ?, lease_until = ? WHERE run_id = ?")
            .execute(arguments: [now.milliseconds, fence, leaseUntil, run.description])
    }

    func insert(_ claim: ClaimRequest, state: RunState, fence: Int64?) throws {
        let isRunning = state == .running
        try db.cachedStatement(
            sql: """
                INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind,
                    tzdb_version, state, claimed_at, started_at, finished_at, holder, lease_until, fence, app_version, config_hash,
                    missed_count, missed_is_lower_bound, missed_from, retry_of, idempotency_key, actor, trace_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            claim.runID.description, claim.job, claim.attempt, claim.trigger.rawValue, claim.scheduledFor.milliseconds,
            claim.dueAt.milliseconds, claim.localLabel?.description, claim.timezone, claim.schedule, claim.dstKind.rawValue,
            ledger.zoneVersion,
            state.rawValue, now.milliseconds, isRunning ? now.milliseconds : nil, state.isFinal ? now.milliseconds : nil, ledger.holder,
            state.isFinal ? nil : leaseUntil, fence, ledger.appVersion, claim.configHash, claim.missedCount, claim.missedCountIsLowerBound,
            claim.missedFrom?.milliseconds, claim.retryOf?.description, claim.idempotencyKey, claim.actor, claim.traceID,
        ])
    }

    func insert(_ skip: SkippedOccurrence, of request: AccountRequest) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind,
                    tzdb_version, state, claimed_at, finished_at, holder, app_version, config_hash, missed_count, missed_is_lower_bound,
                    missed_from, error_type)
                VALUES (?, ?, 1, 'cron', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            skip.runID.description, request.job, skip.scheduledFor.milliseconds, skip.dueAt.milliseconds, skip.localLabel.description,
            request.timezone, request.schedule, skip.dstKind.rawValue, ledger.zoneVersion, skip.reason.state.rawValue, now.milliseconds,
            now.milliseconds, ledger.holder, ledger.appVersion, request.configHash, skip.missedCount, skip.countIsLowerBound,
            skip.missedFrom?.milliseconds,
            skip.reason.rawValue,
        ])
        return db.changesCount == 1
    }
}
