import GRDB
package import HearthTelemetry

extension SQLiteRunLedger {
    package func account(_ requests: [AccountRequest], at now: Timestamp) async throws(LedgerError) -> [AccountAnswer] {
        try await write("record of \(requests.count) jobs' occurrences") { [self] db in
            let occurrences = SQLiteOccurrences(ledger: self, now: now, in: db)
            return try requests.map { try occurrences.account($0) }
        }
    }

    package func acquire(_ run: RunID, at now: Timestamp) async throws(LedgerError) -> ClaimOutcome {
        try await write("start of run \(run)") { [self] db in try SQLiteOccurrences(ledger: self, now: now, in: db).acquire(run) }
    }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [InterruptedRun] {
        try await write("search for abandoned runs") { [self] db in try recover(at: now, in: db) }
    }

    func recover(at now: Timestamp, in db: Database) throws -> [InterruptedRun] {
        let dead =
            if let leaseDuration {
                // A lease from the future was stamped by a wrong clock: it is invalid, not fresh.
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: "SELECT * FROM job_run WHERE state IN ('claimed', 'running') AND lease_until NOT BETWEEN ? AND ?"),
                    arguments: [clock().milliseconds, (clock() + leaseDuration * 2).milliseconds])
            } else {
                try Row.fetchAll(
                    db.cachedStatement(sql: "SELECT * FROM job_run WHERE state IN ('claimed', 'running') AND holder <> ?"),
                    arguments: [holder])
            }
        for row in dead {
            guard let completion = try RunCompletion(abandoning: SQLiteLedgerRow(row: row), at: now) else { continue }
            _ = try Self.finish(completion, holder: row["holder"], in: db)
        }
        // These go on, here or on another replica, as long as nothing later is on record for their job.
        let interrupted = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT job_run.* FROM job_run JOIN job_state USING (job)
                    WHERE (state IN ('abandoned', 'lost_lease', 'fence_rejected') OR state = 'cancelled' AND error_type IN ('shutdown', 'clock_step'))
                    AND scheduled_for = last_accounted_for AND trigger IN ('cron', 'catch_up', 'retry')
                    AND attempt = (SELECT max(attempt) FROM job_run AS other
                        WHERE other.job = job_run.job AND other.scheduled_for = job_run.scheduled_for
                        AND other.trigger NOT IN ('manual', 'startup'))
                    """
            ))
        return try interrupted.compactMap { try InterruptedRun(SQLiteLedgerRow(row: $0)) }
    }

    /// False if the run is no longer this holder's: then its end is recorded as refused, or not at all where somebody recorded one before.
    static func finish(_ completion: RunCompletion, holder: String, in db: Database) throws -> Bool {
        let isCurrent = try isCurrent(completion, holder: holder, in: db)
        var completion = completion
        if !isCurrent, completion.state != .abandoned { completion.state = .fenceRejected }
        try db.cachedStatement(
            sql: """
                UPDATE job_run SET state = ?, started_at = coalesce(?, started_at), finished_at = ?, lateness_ms = ?, duration_ms = ?,
                    lease_until = NULL, window_from = ?, window_to = ?, items = ?, bytes = ?, detail = ?, error_type = ?, error_message = ?
                WHERE run_id = ? AND holder = ? AND state IN ('claimed', 'running')
                """
        ).execute(arguments: [
            completion.state.rawValue, completion.startedAt?.milliseconds, completion.finishedAt.milliseconds,
            completion.lateness?.wholeMilliseconds, completion.duration?.wholeMilliseconds, completion.result?.windowFrom?.milliseconds,
            completion.result?.windowTo?.milliseconds, completion.result?.items, completion.result?.bytes, completion.result?.json,
            completion.errorType, completion.errorMessage.map { BoundedText.prefix(of: $0, bytes: 2048) },
            completion.runID.description, holder,
        ])
        let isRecorded = db.changesCount == 1
        if isRecorded, completion.state.outcome == .skipped || completion.state.outcome == .missed {
            // A claim that was given back stands for itself only; what it would have stood for has rows of its own.
            try db.execute(
                sql: "UPDATE job_run SET missed_count = 0, missed_from = NULL WHERE run_id = ?", arguments: [completion.runID.description])
        }
        guard isRecorded else {
            // A repeated call after a lost answer finds its own record.
            let recorded = try String.fetchOne(
                db.cachedStatement(sql: "SELECT state FROM job_run WHERE run_id = ? AND holder = ?"),
                arguments: [completion.runID.description, holder])
            return recorded == completion.state.rawValue && completion.state != .fenceRejected
        }
        try db.execute(
            sql: "UPDATE job_state SET holder = NULL, holder_run = NULL, lease_until = NULL WHERE holder_run = ?",
            arguments: [completion.runID.description])
        if completion.revokesFence, isCurrent {
            try db.execute(sql: "UPDATE job_fence SET fence = fence + 1 WHERE job = ?", arguments: [completion.job])
        }
        try countOutcome(of: completion, in: db)
        return completion.state != .fenceRejected
    }

    /// Whether no later claim has superseded the run's; runs without a fence of their own are never superseded.
    private static func isCurrent(_ completion: RunCompletion, holder: String, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(job_run.fence = job_fence.fence, TRUE) FROM job_run JOIN job_fence USING (job)
                    WHERE run_id = ? AND holder = ? AND state IN ('claimed', 'running')
                    """
            ),
            arguments: [completion.runID.description, holder]) ?? true
    }

    private static func countOutcome(of completion: RunCompletion, in db: Database) throws {
        let now = completion.finishedAt.milliseconds
        switch completion.state.outcome {
        case .success:
            try db.cachedStatement(
                sql: """
                    UPDATE job_state SET last_success_at = ?, last_completion_at = ?, consecutive_failures = 0, updated_at = ?,
                        last_success_scheduled_for = max(coalesce(last_success_scheduled_for, 0), ?) WHERE job = ?
                    """
            ).execute(arguments: [now, now, now, completion.scheduledFor.milliseconds, completion.job])
        case .failure, .timeout:
            try db.cachedStatement(
                sql: """
                    UPDATE job_state SET last_completion_at = ?, consecutive_failures = consecutive_failures + 1, updated_at = ?
                    WHERE job = ?
                    """
            ).execute(arguments: [now, now, completion.job])
        case .waiting, .running, .cancelled, .skipped, .missed:
            break
        }
    }
}

/// Cuts text to a number of bytes without splitting a character.
package enum BoundedText {
    package static func prefix(of text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var length = 0
        return String(
            text.prefix { character in
                length += character.utf8.count
                return length <= limit
            })
    }
}
