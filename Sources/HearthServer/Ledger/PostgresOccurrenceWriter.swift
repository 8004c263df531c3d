import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// Writes occurrences inside a transaction that has locked their jobs: skips, claims, and who holds a job.
struct PostgresOccurrenceWriter: Sendable {
    private let ledger: PostgresRunLedger
    /// What callers believe the time is: for the record. Leases are decided by the database's clock.
    private let now: Timestamp

    init(ledger: PostgresRunLedger, now: Timestamp) {
        self.ledger = ledger
        self.now = now
    }

    func account(_ request: AccountRequest, in db: PostgresConnection) throws -> AccountAnswer {
        var answer = AccountAnswer()
        if let claim = request.claim, let repeated = try repeatedClaim(claim, in: db) {
            answer.claim = repeated
            return answer
        }
        // A claim alone is settled by its key; skips are computed from the basis and must not count what others have accounted for.
        if let basis = request.basis, !request.skips.isEmpty {
            let row = try db.query("SELECT last_accounted_for FROM job_state WHERE job = $1", [.text(request.job)]).first
            if let accounted = try row?.optionalMoment(0), accounted > basis {
                answer.staleBasis = accounted
                return answer
            }
        }
        for skip in request.skips where try insert(skip, of: request, in: db) {
            answer.skipped[skip.reason, default: 0] += skip.count
        }
        if let claim = request.claim {
            let outcome = try self.claim(claim, in: db)
            if outcome == .overlapping, claim.trigger != .manual { answer.skipped[.overlap, default: 0] += 1 }
            answer.claim = outcome
        }
        if let through = request.through {
            // greatest() leaves nulls out.
            try db.query(
                "UPDATE job_state SET last_accounted_for = greatest(last_accounted_for, $1), updated_at = $2 WHERE job = $3",
                [.moment(through), .moment(now), .text(request.job)])
        }
        return answer
    }

    /// Starts a waiting run if the job is free.
    func acquire(_ run: RunID, in db: PostgresConnection) throws -> ClaimOutcome {
        let row = try db.query(
            "SELECT job, state, fence FROM job_run WHERE run_id = $1 AND holder = $2", [.text(run.description), .text(ledger.holder)]
        ).first
        guard let row, let state = RunState(rawValue: try row.text("state")), !state.isFinal else { return .taken }
        if state == .running { return try isHeldOn(run, in: db) ? .won(fence: row.optionalInteger("fence") ?? 0) : .taken }
        let job = try row.text("job")
        let isHeld = try db.query("SELECT \(Self.isHeld) AS held", [.text(job), ledger.leaseMilliseconds]).first?.flag("held")
        if isHeld == true { return .waiting }
        let fence = try hold(job, run: run, in: db)
        try db.query(
            """
            UPDATE job_run SET state = 'running', started_at = $1, fence = $2,
                lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' WHERE run_id = $4
            """, [.moment(now), .integer(fence), ledger.leaseMilliseconds, .text(run.description)])
        return .won(fence: fence)
    }

    /// The answer that was lost, if this very claim is on record.
    private func repeatedClaim(_ claim: ClaimRequest, in db: PostgresConnection) throws -> ClaimOutcome? {
        let row = try db.query("SELECT state, fence FROM job_run WHERE run_id = $1", [.text(claim.runID.description)]).first
        guard let row, let state = RunState(rawValue: try row.text("state")) else { return nil }
        switch state {
        case .claimed: return try isHeldOn(claim.runID, in: db) ? .waiting : .taken
        case .running where try !isHeldOn(claim.runID, in: db): return .taken
        case .running: return .won(fence: try row.optionalInteger("fence") ?? currentFence(of: claim.job, in: db))
        case .skippedOverlap: return .overlapping
        case .succeeded, .failed, .timedOut, .cancelled, .abandoned, .lostLease, .fenceRejected, .skippedMisfire, .skippedPaused,
            .exhausted:
            return .taken
        }
    }

    /// Extends the lease of a run whose claim is asked for again: the caller counts its trust from the repeated call. False if the claim has
    /// passed to another run.
    private func isHeldOn(_ run: RunID, in db: PostgresConnection) throws -> Bool {
        try ledger.renew([run], in: db).contains(run)
    }

    private func claim(_ claim: ClaimRequest, in db: PostgresConnection) throws -> ClaimOutcome {
        let situation = try situation(of: claim, in: db)
        if let run = try situation.optionalText("known").flatMap({ RunID($0) }) { return .duplicate(of: run) }
        if claim.trigger.isScheduled, try situation.flag("on_record") { return .taken }
        switch claim.overlap {
        case .allow:
            // Runs side by side share the job's fence and so have none of their own on record: nothing supersedes them.
            let fence = try currentFence(of: claim.job, in: db)
            try insert(claim, state: .running, fence: nil, in: db)
            return .won(fence: fence)
        case .skip:
            guard try !situation.flag("held") else { return try overlapping(claim, in: db) }
        case .queue, .replace:
            if try situation.flag("held") {
                if try situation.flag("waiting") { return try overlapping(claim, in: db) }
                try insert(claim, state: .claimed, fence: nil, in: db)
                return .waiting
            }
        }
        let fence = try hold(claim.job, run: claim.runID, in: db)
        try insert(claim, state: .running, fence: fence, in: db)
        return .won(fence: fence)
    }

    /// Whether somebody holds job `$1` by the database's clock, with leases of `$2` ms; one from the future is invalid, not fresh.
    private static let isHeld = """
        coalesce((SELECT holder_run IS NOT NULL AND lease_until BETWEEN clock_timestamp()
            AND clock_timestamp() + 2 * $2::bigint * interval '1 millisecond' FROM job_state WHERE job = $1), FALSE)
        """

    /// Everything a claim depends on, asked at once: whether the occurrence has a row, be it its own or a summary that covers it, whether the
    /// job is held, whether a run waits, and which run has the idempotency key.
    private func situation(of claim: ClaimRequest, in db: PostgresConnection) throws -> PostgresRow {
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
        return row
    }

    private func currentFence(of job: String, in db: PostgresConnection) throws -> Int64 {
        try db.query("SELECT fence FROM job_fence WHERE job = $1", [.text(job)]).first?.integer(0) ?? 0
    }

    private func overlapping(_ claim: ClaimRequest, in db: PostgresConnection) throws -> ClaimOutcome {
        // The occurrences that the run would have stood for have rows of their own; only a summary may claim to cover them.
        var skipped = claim
        skipped.missedCount = 0
        skipped.missedFrom = nil
        if claim.trigger != .manual { try insert(skipped, state: .skippedOverlap, fence: nil, in: db) }
        return .overlapping
    }

    /// Takes the job and raises its fence; waits for a transaction in which an earlier holder's task is writing.
    private func hold(_ job: String, run: RunID, in db: PostgresConnection) throws -> Int64 {
        let row = try db.query(
            """
            WITH held AS (UPDATE job_state SET holder = $2, holder_run = $3,
                lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond' WHERE job = $1)
            INSERT INTO job_fence (job, fence) VALUES ($1, 1) ON CONFLICT (job) DO UPDATE SET fence = job_fence.fence + 1 RETURNING fence
            """, [.text(job), .text(ledger.holder), .text(run.description), ledger.leaseMilliseconds]
        ).first
        return try row?.integer(0) ?? 1
    }

    private func insert(_ claim: ClaimRequest, state: RunState, fence: Int64?, in db: PostgresConnection) throws {
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

    /// False if the occurrence is on record already.
    private func insert(_ skip: SkippedOccurrence, of request: AccountRequest, in db: PostgresConnection) throws -> Bool {
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
