import HearthScheduling
import HearthTelemetry

/// The answer of `GET /api/v1/jobs/{name}/runs`.
struct RunsDocument: TabularDocument, Sendable {
    var runs: [RunDocument]
    /// Pass it as `before` to get older runs; absent on the last page.
    var next: String?

    var table: CSVTable {
        var table = CSVTable([
            "id", "job", "trigger", "scheduledAt", "startedAt", "finishedAt", "durationMs", "latenessMs", "outcome", "state", "attempt",
            "replica", "dstKind", "traceId", "missedCount", "errorType", "errorMessage", "result",
        ])
        for run in runs { table.add(run.fields) }
        return table
    }
}

/// A run as the API shows it.
struct RunDocument: Encodable, Sendable {
    struct Failure: Encodable, Sendable {
        var type: String
        var message: String
    }

    var id: String
    var job: String
    /// `schedule`, `catchUp`, `retry`, `manual` or `startup`.
    var trigger: String
    var scheduledAt: String
    var startedAt: String?
    var finishedAt: String?
    /// Milliseconds.
    var durationMs: Int64?
    /// Milliseconds between the time it was due and its start.
    var latenessMs: Int64?
    var outcome: String
    /// The ledger's own word, which tells more than the outcome.
    var state: String
    var attempt: Int
    var replica: String
    var dstKind: String
    /// Log lines of the run carry it; absent for occurrences that did not run.
    var traceId: String?
    /// Occurrences that this row stands for, where several were missed.
    var missedCount: Int?
    var error: Failure?
    /// The job's own counts.
    var result: [String: Int64]?

    init(_ run: RunRecord) {
        id = run.id.description
        job = run.job
        trigger = run.trigger.apiName
        scheduledAt = run.scheduledFor.description
        startedAt = run.startedAt?.description
        finishedAt = run.finishedAt?.description
        durationMs = run.duration?.wholeMilliseconds
        latenessMs = run.lateness?.wholeMilliseconds
        outcome = run.outcome.rawValue
        state = run.state.rawValue
        attempt = run.attempt
        replica = run.replica
        dstKind = run.dstKind.rawValue
        traceId = run.traceID
        missedCount = run.missedCount > 0 ? run.missedCount : nil
        error = run.errorMessage.map { Failure(type: run.errorType ?? "error", message: $0) }
        result = run.result?.counts
    }

    fileprivate var fields: [String] {
        [
            id, CSVTable.text(job), trigger, scheduledAt, CSVTable.value(startedAt), CSVTable.value(finishedAt),
            CSVTable.value(durationMs), CSVTable.value(latenessMs), outcome, state, "\(attempt)", CSVTable.text(replica), dstKind,
            CSVTable.value(traceId), CSVTable.value(missedCount), CSVTable.text(error?.type), CSVTable.text(error?.message),
            CSVTable.pairs(result),
        ]
    }
}
