extension MetricCatalogue {
    static let scheduler: [MetricDescriptor] = [
        jobRuns, jobSkips, jobDuration, schedulerStartLateness, jobRunsInProgress, jobOldestRunStart, jobLastSuccess, jobLastCompletion,
        jobNextRun, jobPausedUntil, jobInterval, jobTimeout, jobRegistered, schedulerHeartbeat, schedulerUnaccounted, schedulerClockSkew,
        schedulerClockSteps, schedulerClaims, schedulerFenceRejections, schedulerConfigMismatch, schedulerJobs, jobPings, aggregationRows,
        aggregationWatermark,
        aggregationBacklog,
    ]

    private static let job = LabelDescriptor("job_name", from: .jobs)

    /// A gauge of one job: 17 lines, 16 jobs and `other`.
    private static func jobGauge(_ name: String, unit: MetricDescriptor.Unit = .seconds, help: String) -> MetricDescriptor {
        MetricDescriptor(name, .gauge, unit: unit, labels: [job], help: help)
    }

    /// 68 lines: 17 jobs, 4 outcomes.
    package static let jobRuns = MetricDescriptor(
        "hearth_job_runs_total", .counter, labels: [job, LabelDescriptor("outcome", JobInstruments.Outcome.self)],
        help: "Finished runs of jobs."
    )
    /// 68 lines: 17 jobs, 4 reasons.
    package static let jobSkips = MetricDescriptor(
        "hearth_job_skips_total", .counter, labels: [job, LabelDescriptor("reason", JobInstruments.SkipReason.self)],
        help: "Planned runs that did not start."
    )
    /// 255 lines: 17 jobs.
    package static let jobDuration = MetricDescriptor(
        "hearth_job_duration_seconds", .histogram, unit: .seconds, labels: [job], buckets: .job, help: "Time that runs of a job took."
    )
    /// 15 lines.
    package static let schedulerStartLateness = MetricDescriptor(
        "hearth_scheduler_start_lateness_seconds", .histogram, unit: .seconds, buckets: .job,
        help: "Time between the planned and the actual start of a run."
    )
    package static let jobRunsInProgress = jobGauge("hearth_job_runs_in_progress", unit: .none, help: "Runs that are under way.")
    package static let jobOldestRunStart = jobGauge(
        "hearth_job_oldest_run_start_timestamp_seconds", help: "When the oldest run under way began; 0 if none is."
    )
    package static let jobLastSuccess = jobGauge(
        "hearth_job_last_success_timestamp_seconds", help: "When a run last succeeded; 0 if none has."
    )
    package static let jobLastCompletion = jobGauge(
        "hearth_job_last_completion_timestamp_seconds", help: "When a run last ended in whatever way; 0 if none has."
    )
    package static let jobNextRun = jobGauge(
        "hearth_job_next_run_timestamp_seconds", help: "When the next run is planned; 0 if none is."
    )
    package static let jobPausedUntil = jobGauge(
        "hearth_job_paused_until_timestamp_seconds",
        help: "Until when the job is paused, or was paused last; the year 9999 until it is resumed, 0 if it never was."
    )
    package static let jobInterval = jobGauge(
        "hearth_job_interval_seconds", help: "Longest planned time between two runs; 0 where none are planned.")
    package static let jobTimeout = jobGauge("hearth_job_timeout_seconds", help: "Time after which a run is ended.")
    package static let jobRegistered = jobGauge(
        "hearth_job_registered_timestamp_seconds", help: "When the job became known; a job that never succeeded is judged from here."
    )
    /// 1 line.
    package static let schedulerHeartbeat = MetricDescriptor(
        "hearth_scheduler_heartbeat_timestamp_seconds", .gauge, unit: .seconds, help: "When the scheduling loop last turned."
    )
    package static let schedulerUnaccounted = jobGauge(
        "hearth_scheduler_unaccounted_occurrences", unit: .none,
        help: "Planned runs without a final state; more than 0 is a fault of Hearth."
    )
    /// 2 lines.
    package static let schedulerClockSkew = MetricDescriptor(
        "hearth_scheduler_clock_skew_seconds", .gauge, unit: .seconds, labels: [LabelDescriptor("source", ["postgres", "redis"])],
        help: "This machine's clock minus the store's."
    )
    /// 2 lines.
    package static let schedulerClockSteps = MetricDescriptor(
        "hearth_scheduler_clock_steps_total", .counter, labels: [LabelDescriptor("direction", JobInstruments.ClockStep.self)],
        help: "Jumps of the wall clock that were noticed."
    )
    /// 3 lines.
    package static let schedulerClaims = MetricDescriptor(
        "hearth_scheduler_claims_total", .counter, labels: [LabelDescriptor("outcome", JobInstruments.Claim.self)],
        help: "Attempts to claim a run among replicas."
    )
    /// 17 lines.
    package static let schedulerFenceRejections = MetricDescriptor(
        "hearth_scheduler_fence_rejections_total", .counter, labels: [job], help: "Writes refused because the claim was lost."
    )
    /// 17 lines.
    package static let schedulerConfigMismatch = jobGauge(
        "hearth_scheduler_config_mismatch", unit: .none,
        help: "1 if another replica registered the job with a different configuration, or this one did before it was restarted."
    )
    /// 3 lines.
    package static let jobPings = MetricDescriptor(
        "hearth_job_pings_total", .counter, labels: [LabelDescriptor("outcome", JobInstruments.Ping.self)],
        help: "Calls to dead-man's switches of jobs; dropped are those that found their queue full."
    )
    /// 2 lines.
    package static let schedulerJobs = MetricDescriptor(
        "hearth_scheduler_jobs", .gauge, labels: [LabelDescriptor("state", JobInstruments.JobState.self)], help: "Jobs that are known."
    )
    /// 3 lines.
    package static let aggregationRows = MetricDescriptor(
        "hearth_aggregation_rows_total", .counter, labels: [LabelDescriptor("stage", AggregationInstruments.Stage.self)],
        help: "Rows that the aggregation of statistics went through."
    )
    /// 3 lines.
    package static let aggregationWatermark = MetricDescriptor(
        "hearth_aggregation_watermark_timestamp_seconds", .gauge, unit: .seconds,
        labels: [LabelDescriptor("resolution", AggregationInstruments.Resolution.self)], help: "Statistics are complete up to here."
    )
    /// 1 line.
    package static let aggregationBacklog = MetricDescriptor(
        "hearth_aggregation_backlog_rows", .gauge, help: "Rows that are not aggregated yet."
    )
}
