extension APIRoute {
    /// The routes below `/api/v1/jobs`; `runs` and `upcoming` are no names of jobs.
    static let jobs = [jobList, upcoming, oneRun, job, runs, runJob, pause, resume]

    private static let jobList = APIRoute(
        method: .get, path: "/api/v1/jobs", section: .jobs, operation: "listJobs", summary: "Jobs",
        meaning: "Everything periodic that Hearth does.",
        answer: Answer(status: 200, meaning: "The jobs.", content: .json(schema: "JobList", example: ["jobs": [JobExamples.job]])),
        errors: [historyUnavailable])

    private static let job = APIRoute(
        method: .get, path: "/api/v1/jobs/{name}", section: .jobs, operation: "getJob", summary: "One job", meaning: "A job by its name.",
        parameters: [pathName()],
        answer: Answer(status: 200, meaning: "The job.", content: .json(schema: "Job", example: JobExamples.job)),
        errors: [unknownJob, historyUnavailable])

    private static let runs = APIRoute(
        method: .get, path: "/api/v1/jobs/{name}/runs", section: .jobs, operation: "listRuns", summary: "Runs of a job",
        meaning: "What the job did and what it left out, newest first. Runs are kept for 90 days, the newest 200 of each job longer.",
        parameters: [
            pathName(),
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 1000), "How many.", default: 50)),
            Parameter(place: .query, field: .optional("before", .text, "Only runs older than this id.")),
            Parameter(
                place: .query,
                field: .optional("outcome", .choice(APISchema.outcomes), "Only runs that ended so; may be given several times.")),
        ],
        answer: Answer(status: 200, meaning: "The runs.", content: .json(schema: "RunList", example: ["runs": [JobExamples.run]])),
        errors: [Failure(status: 400, code: "invalid_request", meaning: "A parameter is faulty."), unknownJob, historyUnavailable])

    private static let oneRun = APIRoute(
        method: .get, path: "/api/v1/jobs/runs/{id}", section: .jobs, operation: "getRun", summary: "One run", meaning: "A run by its id.",
        parameters: [Parameter(place: .path, field: .required("id", .text, "The run's id."))],
        answer: Answer(status: 200, meaning: "The run.", content: .json(schema: "Run", example: JobExamples.run)),
        errors: [Failure(status: 404, code: "not_found", meaning: "There is no run of this id."), historyUnavailable])

    private static let upcoming = APIRoute(
        method: .get, path: "/api/v1/jobs/upcoming", section: .jobs, operation: "listUpcoming", summary: "What runs next",
        meaning: "The occurrences of the next hours; jobs that run often are counted per bin, and the list is capped.",
        parameters: [
            Parameter(place: .query, field: .optional("hours", .integerOf(minimum: 1, maximum: 168), "How far to look ahead.", default: 24))
        ],
        answer: Answer(status: 200, meaning: "The occurrences.", content: .json(schema: "UpcomingRuns", example: JobExamples.upcoming)),
        errors: [Failure(status: 400, code: "invalid_request", meaning: "The number of hours is faulty.")])

    private static let runJob = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/run", section: .jobs, operation: "runJob", summary: "Run a job now",
        meaning: "Starts a run beside the schedule, which does not move.",
        parameters: [
            pathName(),
            Parameter(
                place: .header,
                field: .optional("Idempotency-Key", .text, "A second request with the same key is answered with the first one's run.")),
        ],
        answer: Answer(
            status: 202, meaning: "It is on its way.", content: .json(schema: "RunStarted", example: ["runId": .text(Examples.runID)])),
        errors: [
            unknownJob, Failure(status: 409, code: "conflict", meaning: "It is running and must not overlap."), historyUnavailable,
        ])

    private static let pause = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/pause", section: .jobs, operation: "pauseJob", summary: "Pause a job",
        meaning: "Occurrences during the pause are recorded as skipped and not made up for.",
        parameters: [
            pathName(), Parameter(place: .query, field: .optional("until", .timestamp, "When the pause ends by itself; never if absent.")),
        ],
        answer: Answer(status: 200, meaning: "The job, paused.", content: .json(schema: "Job", example: JobExamples.paused)),
        errors: [Failure(status: 400, code: "invalid_request", meaning: "until is not a time."), unknownJob, historyUnavailable])

    private static let resume = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/resume", section: .jobs, operation: "resumeJob", summary: "Resume a job",
        meaning: "Ends a pause. The next occurrence runs as scheduled.", parameters: [pathName()],
        answer: Answer(status: 200, meaning: "The job.", content: .json(schema: "Job", example: JobExamples.job)),
        errors: [unknownJob, historyUnavailable])
}

extension APIRoute {
    fileprivate static let historyUnavailable = Failure(
        status: 503, code: "overloaded", meaning: "The run history cannot be read or written now, or Hearth is stopping.")
}

/// Jobs and runs as the service shows them.
enum JobExamples {
    static let run: DocumentValue = [
        "id": .text(Examples.runID), "job": "prune-cache", "trigger": "schedule", "scheduledAt": "2026-11-22T03:00:00.000Z",
        "startedAt": "2026-11-22T03:04:11.002Z", "finishedAt": "2026-11-22T03:04:11.033Z", "durationMs": 31, "latenessMs": 2,
        "outcome": "success", "state": "succeeded", "attempt": 1, "replica": "5f1c09aa", "dstKind": "none",
        "result": ["expiredRemoved": 12, "lowQualityRemoved": 0, "lowValueRemoved": 3, "overSizeRemoved": 0, "runsRemoved": 0],
    ]

    static let job = job(state: "enabled", more: [("nextRunAt", "2026-11-23T03:04:11.000Z")])
    static let paused = job(state: "paused", more: [("pausedUntil", "2026-11-23T12:00:00.000Z")])

    private static func job(state: DocumentValue, more: [(String, DocumentValue)]) -> DocumentValue {
        .members(
            [
                ("name", "prune-cache"), ("state", state), ("schedule", "0 3 * * *"), ("description", "at 03:00"), ("timezone", "UTC"),
                ("overlap", "skip"), ("catchUp", "latest"), ("timeoutMs", 900_000),
            ] + more + [
                ("lastSuccessAt", "2026-11-22T03:04:11.033Z"), ("consecutiveFailures", 0), ("running", []), ("lastRun", run),
            ])
    }

    static let upcoming: DocumentValue = [
        "hours": 1,
        "jobs": [
            [
                "job": "refresh-popular",
                "firings": [["at": "2026-11-22T17:40:00.000Z", "local": "2026-11-22T17:40:00+00:00", "dstKind": "none"]],
                "count": 6, "countIsLowerBound": false, "bins": [1, 1, 1, 1, 1, 1],
            ]
        ],
    ]
}
