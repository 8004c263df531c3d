package import HearthTelemetry

/// A row of the run history, whichever database it comes from.
package protocol LedgerRow {
    func text(_ column: String) throws -> String?
    func integer(_ column: String) throws -> Int64?
    func moment(_ column: String) throws -> Timestamp?
    func flag(_ column: String) throws -> Bool
}

/// A row lacks what every row has.
package struct DamagedLedgerRow: Error, CustomStringConvertible {
    package let column: String

    package var description: String { "a row of the run history has no \(column)" }
}

extension LedgerRow {
    fileprivate func known(_ column: String) throws -> String {
        guard let value = try text(column) else { throw DamagedLedgerRow(column: column) }
        return value
    }

    fileprivate func count(_ column: String) throws -> Int {
        guard let value = try integer(column) else { throw DamagedLedgerRow(column: column) }
        return Int(value)
    }

    fileprivate func instant(_ column: String) throws -> Timestamp {
        guard let value = try moment(column) else { throw DamagedLedgerRow(column: column) }
        return value
    }
}

extension JobRecord {
    package init(_ row: some LedgerRow) throws {
        self.init(
            job: try row.known("job"), registeredAt: try row.instant("registered_at"), scheduleSince: try row.instant("schedule_since"),
            lastAccountedFor: try row.moment("last_accounted_for"), lastSuccessAt: try row.moment("last_success_at"),
            lastSuccessScheduledFor: try row.moment("last_success_scheduled_for"),
            lastCompletionAt: try row.moment("last_completion_at"), consecutiveFailures: try row.count("consecutive_failures"),
            pausedUntil: try row.moment("paused_until"), hasConfigMismatch: false)
    }
}

extension RunRecord {
    /// Nil for a row of a later version whose words are unknown here.
    package init?(_ row: some LedgerRow) throws {
        guard let id = RunID(try row.known("run_id")), let trigger = RunTrigger(rawValue: try row.known("trigger")),
            let state = RunState(rawValue: try row.known("state"))
        else { return nil }
        let counts = try row.text("detail").flatMap(JobResult.counts(json:))
        var result: JobResult?
        if let counts {
            result = JobResult(
                counts: counts, windowFrom: try row.moment("window_from"), windowTo: try row.moment("window_to"),
                items: try row.integer("items"), bytes: try row.integer("bytes"))
        }
        self.init(
            id: id, job: try row.known("job"), attempt: try row.count("attempt"), trigger: trigger,
            scheduledFor: try row.instant("scheduled_for"), dueAt: try row.instant("due_at"), localLabel: try row.text("local_label"),
            timezone: try row.text("timezone"), schedule: try row.text("schedule"),
            dstKind: DSTKind(rawValue: try row.known("dst_kind")) ?? .none, state: state, claimedAt: try row.instant("claimed_at"),
            startedAt: try row.moment("started_at"), finishedAt: try row.moment("finished_at"),
            lateness: try row.integer("lateness_ms").map { .milliseconds($0) },
            duration: try row.integer("duration_ms").map { .milliseconds($0) }, replica: try row.known("holder"),
            fence: try row.integer("fence"), appVersion: try row.text("app_version"), configHash: try row.text("config_hash"),
            traceID: try row.text("trace_id"), result: result, missedCount: try row.count("missed_count"),
            missedCountIsLowerBound: try row.flag("missed_is_lower_bound"), missedFrom: try row.moment("missed_from"),
            errorType: try row.text("error_type"), errorMessage: try row.text("error_message"),
            retryOf: try row.text("retry_of").flatMap { RunID($0) }, actor: try row.text("actor"))
    }
}

extension InterruptedRun {
    /// Nil for a row of a later version whose words are unknown here.
    package init?(_ row: some LedgerRow) throws {
        guard let runID = RunID(try row.known("run_id")), let trigger = RunTrigger(rawValue: try row.known("trigger")) else { return nil }
        self.init(
            runID: runID, job: try row.known("job"), trigger: trigger, scheduledFor: try row.instant("scheduled_for"),
            dueAt: try row.instant("due_at"), attempt: try row.count("attempt"),
            localLabel: try row.text("local_label").flatMap { LocalLabel($0) },
            dstKind: DSTKind(rawValue: try row.known("dst_kind")) ?? .none)
    }
}

extension RunCompletion {
    /// The end of a run whose process is gone; nil for a row of a later version.
    package init?(abandoning row: some LedgerRow, at now: Timestamp) throws {
        guard let run = try InterruptedRun(row) else { return nil }
        self.init(
            runID: run.runID, job: run.job, scheduledFor: run.scheduledFor, trigger: run.trigger, attempt: run.attempt, state: .abandoned,
            startedAt: try row.moment("started_at"), finishedAt: now, errorType: "abandoned",
            errorMessage: "The process that ran it ended without recording a result.", revokesFence: true)
    }
}
