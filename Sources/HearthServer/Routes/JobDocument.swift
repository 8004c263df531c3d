import HearthScheduling
import HearthTelemetry

/// The answer of `GET /api/v1/jobs`.
struct JobsDocument: TabularDocument, Sendable {
    var jobs: [JobDocument]

    var table: CSVTable {
        var table = CSVTable([
            "name", "state", "schedule", "description", "timezone", "overlap", "catchUp", "jitterMs", "startDeadlineMs", "timeoutMs",
            "deadlineMs", "attempts", "nextRunAt", "pausedUntil", "lastSuccessAt", "consecutiveFailures", "running", "lastRunId",
            "lastRunScheduledAt", "lastRunOutcome", "lastRunDurationMs",
        ])
        for job in jobs { table.add(job.fields) }
        return table
    }
}

/// A job as the API shows it.
struct JobDocument: Encodable, Sendable {
    var name: String
    /// `enabled`, `disabled`, `paused`, `exhausted` or `faulty`.
    var state: String
    /// As it was configured.
    var schedule: String
    var description: String
    var timezone: String
    var overlap: String
    var catchUp: String
    /// Milliseconds.
    var jitterMs: Int64
    /// Milliseconds that an occurrence may be late and still start.
    var startDeadlineMs: Int64
    /// Milliseconds.
    var timeoutMs: Int64
    /// Milliseconds for all attempts of an occurrence; absent without a limit.
    var deadlineMs: Int64?
    /// Of one occurrence, the first included.
    var attempts: Int
    var nextRunAt: String?
    var pausedUntil: String?
    var lastSuccessAt: String?
    var consecutiveFailures: Int
    var running: [String]
    var lastRun: RunDocument?
    /// The next firings, without jitter; only where a single job was asked for.
    var next: [PlannedDocument]?

    init(_ status: JobStatus, next: [Firing]? = nil) {
        self.next = next.map { $0.map(PlannedDocument.init) }
        name = status.name
        state = status.state.rawValue
        schedule = status.schedule
        description = status.scheduleInWords
        timezone = status.timezone
        overlap = status.rules.overlap.rawValue
        catchUp = status.rules.catchUp.description
        jitterMs = status.rules.jitter.wholeMilliseconds
        startDeadlineMs = status.rules.startDeadline(from: status.nextFiring?.instant ?? Timestamp(seconds: 0)).wholeMilliseconds
        timeoutMs = status.rules.timeout.wholeMilliseconds
        deadlineMs = status.rules.deadline?.wholeMilliseconds
        attempts = status.rules.retry.attempts
        nextRunAt = status.nextRun?.description
        pausedUntil = status.pausedUntil?.description
        lastSuccessAt = status.lastSuccessAt?.description
        consecutiveFailures = status.consecutiveFailures
        running = status.runningRuns.map(\.description)
        lastRun = status.lastRun.map(RunDocument.init)
    }

    fileprivate var fields: [String] {
        [
            CSVTable.text(name), state, CSVTable.text(schedule), CSVTable.text(description), CSVTable.text(timezone), overlap,
            CSVTable.text(catchUp), "\(jitterMs)", "\(startDeadlineMs)", "\(timeoutMs)", CSVTable.value(deadlineMs), "\(attempts)",
            CSVTable.value(nextRunAt), CSVTable.value(pausedUntil), CSVTable.value(lastSuccessAt), "\(consecutiveFailures)",
            running.joined(separator: " "), CSVTable.value(lastRun?.id), CSVTable.value(lastRun?.scheduledAt),
            CSVTable.value(lastRun?.outcome), CSVTable.value(lastRun?.durationMs),
        ]
    }
}

/// A firing that is still to come.
struct PlannedDocument: Encodable, Sendable {
    var at: String
    /// In the job's zone, with its offset.
    var local: String
    var dstKind: String

    init(_ firing: Firing) {
        at = firing.instant.description
        local = firing.localTime
        dstKind = firing.dstKind.rawValue
    }
}

/// The plan of one job as the API shows it.
struct UpcomingDocument: Encodable, Sendable {
    var job: String
    /// The first of them.
    var firings: [PlannedDocument]
    var count: Int
    /// True where there are more than were counted.
    var countIsLowerBound: Bool
    /// How many fall into each of equal parts of the time asked for.
    var bins: [Int]

    init(_ upcoming: UpcomingRuns) {
        job = upcoming.job
        firings = upcoming.firings.map(PlannedDocument.init)
        count = upcoming.count
        countIsLowerBound = upcoming.countIsLowerBound
        bins = upcoming.bins
    }
}
