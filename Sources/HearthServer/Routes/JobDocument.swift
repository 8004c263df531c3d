import HearthScheduling
import HearthTelemetry

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
