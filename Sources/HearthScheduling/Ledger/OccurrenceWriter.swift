import GRDB
import HearthTelemetry

/// Writes occurrences inside a transaction: skips, claims, and who holds a job.
struct OccurrenceWriter: Sendable {
    private let ledger: SQLiteRunLedger
    private let leaseUntil: Int64?
    /// What callers believe the time is: for the record.
    private let now: Timestamp
    /// The ledger's clock: for leases.
    private let clock: Timestamp
    private let longestLease: Duration

    init(ledger: SQLiteRunLedger, now: Timestamp) {
        self.ledger = ledger
        clock = ledger.clock()
        leaseUntil = ledger.leaseDuration.map { [clock] in (clock + $0).milliseconds }
        longestLease = (ledger.leaseDuration ?? .zero) * 2
        self.now = now
    }

    func account(_ request: AccountRequest, in db: Database) throws -> AccountAnswer {
        var answer = AccountAnswer()
        if let claim = request.claim, let repeated = try repeatedClaim(claim, in: db) {
            answer.claim = repeated
            return answer
        }
        // A claim alone is settled by its key; skips are computed from the basis and must not count what others have accounted for.
        if let basis = request.basis, !request.skips.isEmpty {
            let accounted = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT last_accounted_for FROM job_state WHERE job = ?"), arguments: [request.job])
            if let accounted, accounted > basis.milliseconds {
                answer.staleBasis = Timestamp(milliseconds: accounted)
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
            try db.cachedStatement(
                sql: "UPDATE job_state SET last_accounted_for = max(coalesce(last_accounted_for, ?1), ?1), updated_at = ?2 WHERE job = ?3"
            ).execute(arguments: [through.milliseconds, now.milliseconds, request.job])
        }
        return answer
    }

    /// Starts a waiting run if the job is free.
    func acquire(_ run: RunID, in db: Database) throws -> ClaimOutcome {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT job, state, fence FROM job_run WHERE run_id = ? AND holder = ?"),
                arguments: [run.description, ledger.holder]),
            let state = RunState(rawValue: row["state"]), !state.isFinal
        else { return .taken }
        if state == .running { return try isHeldOn(run, in: db) ? .won(fence: row["fence"] ?? 0) : .taken }
        let job: String = row["job"]
        if try isHeld(job, in: db) { return .waiting }
        let fence = try hold(job, run: run, in: db)
        try db.cachedStatement(sql: "UPDATE job_run SET state = 'running', started_at = ?, fence = ?, lease_until = ? WHERE run_id = ?")
            .execute(arguments: [now.milliseconds, fence, leaseUntil, run.description])
        return .won(fence: fence)
    }

    /// The answer that was lost, if this very claim is on record.
    private func repeatedClaim(_ claim: ClaimRequest, in db: Database) throws -> ClaimOutcome? {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT state, fence FROM job_run WHERE run_id = ?"), arguments: [claim.runID.description]),
            let state = RunState(rawValue: row["state"])
        else { return nil }
        switch state {
        case .claimed: return try isHeldOn(claim.runID, in: db) ? .waiting : .taken
        case .running where try !isHeldOn(claim.runID, in: db): return .taken
        case .running: return .won(fence: try row["fence"] ?? currentFence(of: claim.job, in: db))
        case .skippedOverlap: return .overlapping
        case .succeeded, .failed, .timedOut, .cancelled, .abandoned, .lostLease, .fenceRejected, .skippedMisfire, .skippedPaused,
            .exhausted:
            return .taken
        }
    }

    /// Extends the lease of a run whose claim is asked for again: the caller counts its trust from the repeated call. False if the claim has
    /// passed to another run.
    private func isHeldOn(_ run: RunID, in db: Database) throws -> Bool {
        try ledger.renew([run], in: db).contains(run)
    }

    private func claim(_ claim: ClaimRequest, in db: Database) throws -> ClaimOutcome {
        if let key = claim.idempotencyKey,
            let known = try String.fetchOne(
                db.cachedStatement(sql: "SELECT run_id FROM job_run WHERE job = ? AND idempotency_key = ?"), arguments: [claim.job, key]),
            let run = RunID(known)
        {
            return .duplicate(of: run)
        }
        if claim.trigger.isScheduled, try isOnRecord(claim, in: db) { return .taken }
        switch claim.overlap {
        case .allow:
            // Runs side by side share the job's fence and so have none of their own on record: nothing supersedes them.
            let fence = try currentFence(of: claim.job, in: db)
            try insert(claim, state: .running, fence: nil, in: db)
            return .won(fence: fence)
        case .skip:
            guard try !isHeld(claim.job, in: db) else { return try overlapping(claim, in: db) }
        case .queue, .replace:
            if try isHeld(claim.job, in: db) {
                if try hasWaitingRun(claim.job, in: db) { return try overlapping(claim, in: db) }
                try insert(claim, state: .claimed, fence: nil, in: db)
                return .waiting
            }
        }
        let fence = try hold(claim.job, run: claim.runID, in: db)
        try insert(claim, state: .running, fence: fence, in: db)
        return .won(fence: fence)
    }

    private func currentFence(of job: String, in db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT fence FROM job_fence WHERE job = ?"), arguments: [job]) ?? 0
    }

    /// Whether the occurrence has a row, be it its own or a summary that covers it.
    private func isOnRecord(_ claim: ClaimRequest, in db: Database) throws -> Bool {
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

    private func isHeld(_ job: String, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT holder_run IS NOT NULL AND (lease_until IS NULL OR lease_until BETWEEN ? AND ?) FROM job_state WHERE job = ?
                    """),
            arguments: [clock.milliseconds, (clock + longestLease).milliseconds, job]) ?? false
    }

    private func hasWaitingRun(_ job: String, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM job_run WHERE job = ? AND state = 'claimed')"), arguments: [job]) ?? false
    }

    private func overlapping(_ claim: ClaimRequest, in db: Database) throws -> ClaimOutcome {
        // The occurrences that the run would have stood for have rows of their own; only a summary may claim to cover them.
        var skipped = claim
        skipped.missedCount = 0
        skipped.missedFrom = nil
        if claim.trigger != .manual { try insert(skipped, state: .skippedOverlap, fence: nil, in: db) }
        return .overlapping
    }

    /// Takes the job and raises its fence.
    private func hold(_ job: String, run: RunID, in db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "UPDATE job_state SET holder = ?, holder_run = ?, lease_until = ? WHERE job = ?").execute(arguments: [
            ledger.holder, run.description, leaseUntil, job,
        ])
        let fence = try Int64.fetchOne(
            db.cachedStatement(
                sql: "INSERT INTO job_fence (job, fence) VALUES (?, 1) ON CONFLICT (job) DO UPDATE SET fence = fence + 1 RETURNING fence"),
            arguments: [job])
        return fence ?? 1
    }

    private func insert(_ claim: ClaimRequest, state: RunState, fence: Int64?, in db: Database) throws {
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

    /// False if the occurrence is on record already.
    private func insert(_ skip: SkippedOccurrence, of request: AccountRequest, in db: Database) throws -> Bool {
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
