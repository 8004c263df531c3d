import HearthTelemetry

extension APIRoute {
    /// The routes below `/api/v1/jobs`; `runs`, `timeline`, `upcoming` and `explain` are no names of jobs.
    static let jobs = [jobList, upcoming, timeline, explain, oneRun, cancelRun, job, runs, runJob, pause, resume]

    private static let jobList = APIRoute(
        method: .get, path: "/api/v1/jobs", section: .jobs, access: .scope(.stats), operation: "listJobs", summary: "Jobs",
        meaning: "Everything periodic that Hearth does.",
        parameters: [format(lines: "job, with what its last run came to")],
        answer: Answer(
            status: 200, meaning: "The jobs.", content: .jsonOrTable(schema: "JobList", example: ["jobs": [JobExamples.job]])),
        errors: [faultyParameter, historyUnavailable])

    private static let job = APIRoute(
        method: .get, path: "/api/v1/jobs/{name}", section: .jobs, access: .scope(.stats), operation: "getJob", summary: "One job",
        meaning: "A job by its name, with its next firings in UTC and in its own zone.",
        parameters: [
            pathName(),
            Parameter(place: .query, field: .optional("next", .integerOf(minimum: 0, maximum: 100), "How many firings.", default: 5)),
        ],
        answer: Answer(status: 200, meaning: "The job.", content: .json(schema: "Job", example: JobExamples.detail)),
        errors: [faultyParameter, unknownJob, historyUnavailable])

    private static let runs = APIRoute(
        method: .get, path: "/api/v1/jobs/{name}/runs", section: .jobs, access: .scope(.stats), operation: "listRuns",
        summary: "Runs of a job",
        meaning: "What the job did and what it left out, newest first. Runs are kept for 90 days, the newest 200 of each job longer.",
        parameters: [
            pathName(),
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 1000), "How many.", default: 50)),
            Parameter(place: .query, field: .optional("before", .matching(runID), "Only runs older than this id.")),
            Parameter(
                place: .query,
                field: .optional("outcome", .choice(APISchema.outcomes), "Only runs that ended so; may be given several times.")),
            Parameter(place: .query, field: .optional("trigger", .choice(APISchema.triggers), "Only runs that were made so.")),
            Parameter(place: .query, field: .optional("from", .timestamp, "Only runs scheduled at this moment or later.")),
            Parameter(place: .query, field: .optional("to", .timestamp, "Only runs scheduled at this moment or earlier.")),
            format(lines: "run"),
        ],
        answer: Answer(
            status: 200, meaning: "The runs.", content: .jsonOrTable(schema: "RunList", example: ["runs": [JobExamples.run]])),
        errors: [faultyParameter, unknownJob, historyUnavailable])

    private static let oneRun = APIRoute(
        method: .get, path: "/api/v1/jobs/runs/{id}", section: .jobs, access: .scope(.stats), operation: "getRun", summary: "One run",
        meaning: "A run by its id.",
        parameters: [Parameter(place: .path, field: .required("id", .text, "The run's id."))],
        answer: Answer(status: 200, meaning: "The run.", content: .json(schema: "Run", example: JobExamples.run)),
        errors: [faultyParameter, unknownRun, historyUnavailable])

    private static let cancelRun = APIRoute(
        method: .post, path: "/api/v1/jobs/runs/{id}/cancel", section: .jobs, access: .scope(.admin), operation: "cancelRun",
        summary: "Cancel a run",
        meaning: "Asks a run to end. Its record tells when it has; work that was finished before stays done.",
        parameters: [Parameter(place: .path, field: .required("id", .text, "The run's id."))],
        answer: Answer(
            status: 202, meaning: "It was asked to end.", content: .json(schema: "RunStarted", example: ["runId": .text(Examples.runID)])),
        errors: [
            faultyParameter, unknownRun, Failure(status: 409, code: "conflict", meaning: "It has ended, or another replica runs it."),
            historyUnavailable,
        ])

    private static let timeline = APIRoute(
        method: .get, path: "/api/v1/jobs/timeline", section: .jobs, access: .scope(.stats), operation: "getTimeline",
        summary: "Runs and plans, for a picture",
        meaning: "A lane for each job. Bins count everything; runs and firings are listed where there are at most 60 of them.",
        parameters: [
            Parameter(place: .query, field: .optional("from", .timestamp, "Beginning; 24 hours ago if absent.")),
            Parameter(
                place: .query, field: .optional("to", .timestamp, "End; in 24 hours if absent. At most 31 days after the beginning.")),
            Parameter(
                place: .query, field: .optional("bins", .integerOf(minimum: 1, maximum: 400), "Equal parts to count in.", default: 96)),
            format(lines: "part of each lane"),
        ],
        answer: Answer(status: 200, meaning: "The lanes.", content: .jsonOrTable(schema: "Timeline", example: JobExamples.timeline)),
        errors: [faultyParameter, historyUnavailable])

    private static let explain = APIRoute(
        method: .get, path: "/api/v1/jobs/explain", section: .jobs, access: .scope(.stats), operation: "explainSchedule",
        summary: "What an expression means",
        meaning: "In words, with the next firings, what daylight saving does to it, and how other crons read it.",
        parameters: [
            Parameter(place: .query, field: .required("expression", .text, "Such as 30 2 * * * or @every 1h30m.")),
            Parameter(place: .query, field: .optional("timezone", .text, "An IANA name; UTC if absent.")),
            Parameter(
                place: .query,
                field: .optional(
                    "dialect", .choice(["standard", "vixie", "ocps"]), "How ambiguous day fields are read.", default: "standard")),
            Parameter(place: .query, field: .optional("seconds", .boolean, "Whether the first of six fields is seconds.", default: false)),
            Parameter(place: .query, field: .optional("after", .timestamp, "Where the firings begin; now if absent.")),
            Parameter(place: .query, field: .optional("count", .integerOf(minimum: 1, maximum: 100), "How many firings.", default: 10)),
        ],
        answer: Answer(status: 200, meaning: "The explanation.", content: .json(schema: "Explanation", example: JobExamples.explanation)),
        errors: [
            Failure(
                status: 400, code: "invalid_request", meaning: "The expression cannot be read; the message has a spelling that can be.")
        ])

    private static let upcoming = APIRoute(
        method: .get, path: "/api/v1/jobs/upcoming", section: .jobs, access: .scope(.stats), operation: "listUpcoming",
        summary: "What runs next",
        meaning: "The occurrences of the next hours; jobs that run often are counted per bin, and the list is capped.",
        parameters: [
            Parameter(place: .query, field: .optional("hours", .integerOf(minimum: 1, maximum: 168), "How far to look ahead.", default: 24))
        ],
        answer: Answer(status: 200, meaning: "The occurrences.", content: .json(schema: "UpcomingRuns", example: JobExamples.upcoming)),
        errors: [faultyParameter])

    private static let runJob = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/run", section: .jobs, access: .scope(.admin), operation: "runJob",
        summary: "Run a job now",
        meaning: "Starts a run beside the schedule, which does not move.",
        parameters: [
            pathName(),
            Parameter(
                place: .header,
                field: .optional(
                    "Idempotency-Key", .textOf(minimum: 1, maximum: 200),
                    "A second request with the same key is answered with the first one's run.")),
        ],
        answer: Answer(
            status: 202, meaning: "It is on its way.", content: .json(schema: "RunStarted", example: ["runId": .text(Examples.runID)])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The Idempotency-Key is too long, or empty; or there is a parameter."),
            unknownJob, Failure(status: 409, code: "conflict", meaning: "It is running and must not overlap."), historyUnavailable,
        ])

    private static let pause = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/pause", section: .jobs, access: .scope(.admin), operation: "pauseJob",
        summary: "Pause a job",
        meaning: "Occurrences during the pause are recorded as skipped and not made up for.",
        parameters: [
            pathName(), Parameter(place: .query, field: .optional("until", .timestamp, "When the pause ends by itself; never if absent.")),
            Parameter(place: .query, field: .optional("for", .text, "How long it lasts, such as 2h, instead of until.")),
        ],
        answer: Answer(status: 200, meaning: "The job, paused.", content: .json(schema: "Job", example: JobExamples.paused)),
        errors: [faultyParameter, unknownJob, historyUnavailable])

    private static let resume = APIRoute(
        method: .post, path: "/api/v1/jobs/{name}/resume", section: .jobs, access: .scope(.admin), operation: "resumeJob",
        summary: "Resume a job",
        meaning: "Ends a pause. The next occurrence runs as scheduled.", parameters: [pathName()],
        answer: Answer(status: 200, meaning: "The job.", content: .json(schema: "Job", example: JobExamples.job)),
        errors: [faultyParameter, unknownJob, historyUnavailable])
}

extension APIRoute {
    fileprivate static let runID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
    fileprivate static let unknownRun = Failure(status: 404, code: "not_found", meaning: "There is no run of this id.")
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

    private static let planned: DocumentValue = [
        "at": "2026-11-23T03:00:00.000Z", "local": "2026-11-23T03:00:00+00:00", "dstKind": "none",
    ]
    static let detail = job(state: "enabled", more: [("nextRunAt", "2026-11-23T03:04:11.000Z"), ("next", [planned])])
    static let timeline: DocumentValue = [
        "from": "2026-11-22T00:00:00.000Z", "to": "2026-11-24T00:00:00.000Z", "now": "2026-11-22T17:31:04.000Z", "binSeconds": 172_800,
        "lanes": [
            [
                "job": "prune-cache", "state": "enabled",
                "bins": [
                    [
                        "planned": 1, "running": 0, "waiting": 0, "success": 1, "failure": 0, "timeout": 0, "cancelled": 0, "skipped": 0,
                        "missed": 0,
                    ]
                ],
                "runs": [run], "planned": [planned], "planIsCutShort": false,
            ]
        ],
    ]
    static let explanation: DocumentValue = [
        "expression": "0 3 * * *", "timezone": "UTC", "words": "at 03:00", "interval": false, "satisfiable": true, "next": [planned],
        "daylightEffects": [], "dialectNotes": [], "warnings": [],
    ]

    static let job = job(state: "enabled", more: [("nextRunAt", "2026-11-23T03:04:11.000Z")])
    static let paused = job(state: "paused", more: [("pausedUntil", "2026-11-23T12:00:00.000Z")])

    private static func job(state: DocumentValue, more: [(String, DocumentValue)]) -> DocumentValue {
        .members(
            [
                ("name", "prune-cache"), ("state", state), ("schedule", "0 3 * * *"), ("description", "at 03:00"), ("timezone", "UTC"),
                ("overlap", "skip"), ("catchUp", "latest"), ("jitterMs", 600_000), ("startDeadlineMs", 21_600_000),
                ("timeoutMs", 900_000), ("attempts", 3),
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
