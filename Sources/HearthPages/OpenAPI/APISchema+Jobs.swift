extension APISchema {
    static let triggers = ["schedule", "catchUp", "retry", "manual", "startup"]
    static let outcomes = ["waiting", "running", "success", "failure", "timeout", "cancelled", "skipped", "missed"]

    static let dstKinds = ["none", "gap_shifted", "overlap_first", "overlap_second"]

    /// Schemas of jobs and their runs.
    static let jobs = [
        APISchema(name: "JobList", meaning: "The jobs.", fields: [.required("jobs", .list(.reference("Job")), "All jobs, by name.")]),
        APISchema(
            name: "Job", meaning: "A job: when it runs and how it went last.",
            fields: [
                .required("name", .text, "Its identity."),
                .required(
                    "state", .choice(["enabled", "disabled", "paused", "exhausted", "faulty"]),
                    "exhausted: its schedule has no further occurrence; faulty: its schedule broke a rule of the scheduler."),
                .required("schedule", .text, "The cron expressions as written, joined by and."),
                .required("description", .text, "The schedule in words."),
                .required("timezone", .text, "The zone of the schedule, an IANA name."),
                .required("overlap", .choice(["skip", "queue", "replace", "allow"]), "What happens when it is due while it runs."),
                .required("catchUp", .text, "What happens to missed occurrences: none, latest or all with a maximum."),
                .required("jitterMs", .integer, "Milliseconds by which occurrences are delayed at most."),
                .required("startDeadlineMs", .integer, "Milliseconds that an occurrence may be late and still start."),
                .required("timeoutMs", .integer, "Milliseconds that one attempt may take."),
                .optional("deadlineMs", .integer, "Milliseconds that all attempts of an occurrence may take; absent without a limit."),
                .required("attempts", .integer, "Attempts of one occurrence, the first included."),
                .optional("nextRunAt", .timestamp, "The next start; absent if nothing is planned."),
                .optional("pausedUntil", .timestamp, "When the pause ends; the year 9999 for a pause without an end."),
                .optional("lastSuccessAt", .timestamp, "When it last succeeded."),
                .required("consecutiveFailures", .integer, "Failures since the last success."),
                .required("running", .list(.text), "The ids of runs under way."),
                .optional("lastRun", .reference("Run"), "The newest run; absent before the first."),
                .optional("next", .list(.reference("PlannedRun")), "The next firings, without jitter; only where one job was asked for."),
            ]),
        APISchema(
            name: "RunList", meaning: "Runs, newest first.",
            fields: [
                .required("runs", .list(.reference("Run")), "The runs."),
                .optional("next", .text, "Give it as before to get older runs; absent on the last page."),
            ]),
        APISchema(
            name: "Run", meaning: "One run of a job, or one occurrence that did not run.",
            fields: [
                .required("id", .text, "A UUID of version 7."),
                .required("job", .text, "The job's name."),
                .required("trigger", .choice(triggers), "What made it happen."),
                .required("scheduledAt", .timestamp, "The occurrence; for manual runs the moment of the request."),
                .optional("startedAt", .timestamp, "When it began; absent if it did not."),
                .optional("finishedAt", .timestamp, "When it ended; absent while it runs."),
                .optional("durationMs", .integer, "Milliseconds from start to end."),
                .optional("latenessMs", .integer, "Milliseconds between the time it was due and its start."),
                .required("outcome", .choice(outcomes), "How it ended, or that it has not."),
                .required("state", .text, "The outcome in more detail, such as skipped_overlap."),
                .required("attempt", .integer, "From 1."),
                .required("replica", .text, "The instance that ran or recorded it."),
                .required("dstKind", .choice(dstKinds), "What a change of the clocks did to the occurrence."),
                .optional("traceId", .text, "32 hexadecimal digits that the run's log lines carry."),
                .optional("missedCount", .integer, "How many missed occurrences this row stands for."),
                .optional("error", .reference("RunFailure"), "What went wrong."),
                .optional(
                    "result", .any(.integerOf(minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991)), "What the job counted."),
            ]),
        APISchema(
            name: "RunStarted", meaning: "A run that was asked for.", fields: [.required("runId", .text, "See GET /api/v1/jobs/runs/{id}.")]
        ),
        APISchema(
            name: "RunFailure", meaning: "Why a run failed.",
            fields: [
                .required("type", .text, "A short stable word."), .required("message", .text, "What failed, on what, and what to do."),
            ]),
        APISchema(
            name: "UpcomingRuns", meaning: "What is going to run.",
            fields: [
                .required("hours", .integerOf(minimum: 1, maximum: 168), "How far this looks ahead."),
                .required("jobs", .list(.reference("UpcomingJob")), "The jobs."),
            ]),
        APISchema(
            name: "UpcomingJob", meaning: "What is planned for one job.",
            fields: [
                .required("job", .text, "The job's name."),
                .required("firings", .list(.reference("PlannedRun")), "The first occurrences."),
                .required("count", .integer, "How many there are."),
                .required("countIsLowerBound", .boolean, "True where counting stopped and there are more."),
                .required("bins", .list(.integer), "How many fall into each of equal parts of the time."),
            ]),
        APISchema(
            name: "PlannedRun", meaning: "One occurrence to come.",
            fields: [
                .required("at", .timestamp, "When."), .required("local", .text, "The same in the job's zone, with its offset."),
                .required("dstKind", .choice(dstKinds), "What a change of the clocks does to it."),
            ]),
        APISchema(
            name: "Timeline", meaning: "What jobs did and will do.",
            fields: [
                .required("from", .timestamp, "Beginning."), .required("to", .timestamp, "End; not part of it."),
                .required("now", .timestamp, "The moment of the answer."), .required("binSeconds", .number, "Seconds that one bin covers."),
                .required("lanes", .list(.reference("TimelineLane")), "One for each job, by name."),
            ]),
        APISchema(
            name: "TimelineLane", meaning: "One job in the timeline.",
            fields: [
                .required("job", .text, "The job's name."), .required("state", .text, "As in Job."),
                .required("bins", .list(.reference("TimelineBin")), "Equal parts of the window."),
                .required("runs", .list(.reference("Run")), "Oldest first; empty where there are more than 60."),
                .required("planned", .list(.reference("PlannedRun")), "Firings to come; empty where there are more than 60."),
                .required("planIsCutShort", .boolean, "True where the plan goes on beyond what was counted."),
            ]),
        APISchema(
            name: "TimelineBin", meaning: "Occurrences in one part of the window, by how they ended.",
            fields: [.required("planned", .integer, "Still to come.")]
                + outcomes.map { .required($0, .integer, "Recorded as \($0).") }),
        APISchema(
            name: "Explanation", meaning: "What a cron expression means.",
            fields: [
                .required("expression", .text, "As given."), .required("timezone", .text, "The zone it is read in."),
                .required("words", .text, "In plain words."),
                .required("interval", .boolean, "Whether it follows elapsed time and not the wall clock."),
                .required("satisfiable", .boolean, "Whether some date matches."),
                .required("next", .list(.reference("PlannedRun")), "The next firings."),
                .required("daylightEffects", .list(.reference("DaylightEffect")), "In the next 24 months."),
                .required("dialectNotes", .list(.text), "How other crons read it, where they differ."),
                .required("warnings", .list(.text), "What is easily overlooked."),
            ]),
        APISchema(
            name: "DaylightEffect", meaning: "A firing that a change of the clocks touches.",
            fields: [
                .required("at", .timestamp, "When it fires."), .required("dstKind", .choice(dstKinds), "How it is touched."),
                .required("text", .text, "In words."),
            ]),
    ]

    /// Schemas of health.
    static let operations = [
        APISchema(name: "Alive", meaning: "A sign of life.", fields: [.required("status", .choice(["alive"]), "The process answers.")]),
        APISchema(
            name: "Readiness", meaning: "Whether Hearth can serve, and what it does without.",
            fields: [
                .required("status", .choice(["starting", "ready", "degraded"]), "degraded: it serves, without what is listed."),
                .required("profile", .text, "The configuration's profile."),
                .required("version", .text, "Hearth's version."),
                .required("provider", .text, "Who answers new questions; simulated says that answers are invented."),
                .required("degraded", .list(.reference("Degradation")), "What is missing."),
            ]),
        APISchema(
            name: "Degradation", meaning: "Something that Hearth does without.",
            fields: [.required("component", .text, "What."), .required("reason", .text, "Why.")]),
    ]

    /// Every schema, by topic.
    package static let all =
        cache + entries + upkeep + statistics + intents + gateway + inbox + jobs + customers + audit + observation + operations
}
