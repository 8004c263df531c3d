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
    var timeoutMs: Int64
    var nextRunAt: String?
    var pausedUntil: String?
    var lastSuccessAt: String?
    var consecutiveFailures: Int
    var running: [String]
    var lastRun: RunDocument?

    init(_ status: JobStatus) {
        name = status.name
        state = status.state.rawValue
        schedule = status.schedule
        description = status.scheduleInWords
        timezone = status.timezone
        overlap = status.rules.overlap.rawValue
        catchUp = status.rules.catchUp.description
        timeoutMs = status.rules.timeout.wholeMilliseconds
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
        missedCount = run.missedCount > 0 ? run.missedCount : nil
        error = run.errorMessage.map { Failure(type: run.errorType ?? "error", message: $0) }
        result = run.result?.counts
    }
}

/// The plan of one job as the API shows it.
struct UpcomingDocument: Encodable, Sendable {
    struct Planned: Encodable, Sendable {
        var at: String
        /// In the job's zone, with its offset.
        var local: String
        var dstKind: String
    }

    var job: String
    /// The first of them.
    var firings: [Planned]
    var count: Int
    /// True where there are more than were counted.
    var countIsLowerBound: Bool
    /// How many fall into each of equal parts of the time asked for.
    var bins: [Int]

    init(_ upcoming: UpcomingRuns) {
        job = upcoming.job
        firings = upcoming.firings.map {
            Planned(at: $0.instant.description, local: $0.localTime, dstKind: $0.dstKind.rawValue)
        }
        count = upcoming.count
        countIsLowerBound = upcoming.countIsLowerBound
        bins = upcoming.bins
    }
}

/// Reads `limit`, `before` and `outcome` of `GET /api/v1/jobs/{name}/runs`.
enum RunParameters {
    static func query(job: String, in parameters: [(String, String)]) throws(APIError) -> RunQuery {
        var query = RunQuery(job: job)
        var details: [APIErrorBody.Detail] = []
        for (name, value) in parameters {
            switch name {
            case "limit":
                if let limit = Int(value), (1...RunQuery.maximumLimit).contains(limit) {
                    query.limit = limit
                } else {
                    details.append(.init(field: name, problem: "must be a number from 1 to \(RunQuery.maximumLimit)"))
                }
            case "before":
                query.before = RunID(value)
                if query.before == nil { details.append(.init(field: name, problem: "must be the id of a run")) }
            case "outcome":
                if let outcome = RunOutcome(rawValue: value) {
                    query.outcomes.append(outcome)
                } else {
                    let known = RunOutcome.allCases.map(\.rawValue).joined(separator: ", ")
                    details.append(.init(field: name, problem: "must be one of \(known)"))
                }
            default:
                details.append(.init(field: name, problem: "is not a known parameter"))
            }
        }
        guard details.isEmpty else { throw APIError(.invalidRequest, "The runs were not listed: faulty parameters.", details: details) }
        return query
    }
}

extension APIError {
    init(_ error: SchedulerError, job: String) {
        switch error {
        case .unknownJob, .unknownRun:
            self.init(.notFound, error.description, details: [.init(field: "name", problem: "is not a job")])
        case .alreadyRunning, .notRunningHere:
            self.init(.conflict, error.description)
        case .shuttingDown, .ledger:
            self.init(.overloaded, error.description, retryAfterSeconds: 5)
        case .invalidJob, .duplicateJob:
            self.init(.invalidRequest, error.description)
        }
    }
}
