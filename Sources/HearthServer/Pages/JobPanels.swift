import HearthPages
import HearthScheduling
import HearthTelemetry

/// What jobs did and will do, from what answers the API.
struct JobPanels: Sendable {
    let scheduler: SchedulerService
    let shelf: PanelShelf
    let timeSource: any TimeSource

    private static let recentRuns = 30
    private static let chartedRuns = 168

    func timeline() async -> Panel<JobTimeline> {
        await shelf.panel("timeline") { [scheduler, timeSource] in
            let now = timeSource.now()
            let (from, to) = (now - .seconds(86_400), now + .seconds(86_400))
            let lanes = try await scheduler.timeline(from: from, to: to, bins: 96, limit: 96)
            return JobTimeline(from: from, to: to, now: now, lanes: lanes.map(JobTimeline.Lane.init))
        }
    }

    func jobs() async -> Panel<[JobRow]> {
        await shelf.panel("jobs") { [scheduler] in
            var rows: [JobRow] = []
            for status in try await scheduler.jobs() {
                let recent = try await scheduler.runs(RunQuery(job: status.name, limit: Self.recentRuns))
                rows.append(JobRow(status, recent: recent))
            }
            return rows
        }
    }

    func detail(of name: String) async -> Panel<JobDetail> {
        await shelf.panel("job \(name)") { [scheduler, timeSource] in
            let status = try await scheduler.job(name)
            let runs = try await scheduler.runs(RunQuery(job: name, limit: Self.chartedRuns))
            let firings = try await scheduler.firings(of: name, count: 10)
            let rules = status.rules
            var counts: [JobOutcome: Int64] = [:]
            for run in runs { counts[JobOutcome(run.outcome), default: 0] += 1 }
            return JobDetail(
                row: JobRow(status, recent: Array(runs.prefix(Self.recentRuns))),
                next: firings.map {
                    PlannedRun(at: $0.instant, local: $0.localTime, daylight: PlannedRun.Daylight(rawValue: $0.dstKind.rawValue) ?? .none)
                },
                policy: .init(
                    overlap: rules.overlap.rawValue, catchUp: rules.catchUp.description, jitter: rules.jitter,
                    startDeadline: rules.startDeadline(from: timeSource.now()), timeout: rules.timeout, attempts: rules.retry.attempts),
                counts: counts, consecutiveFailures: status.consecutiveFailures, lastSuccess: status.lastSuccessAt,
                running: status.runningRuns.map(\.description), durations: runs.reversed().map(RunSummary.init))
        }
    }

    func runs(of name: String, _ state: PageState) async -> Panel<RunPage> {
        var query = RunQuery(job: name, limit: 50, before: state.before.flatMap { RunID($0) })
        query.outcomes = state.outcome.flatMap { RunOutcome(rawValue: $0.rawValue) }.map { [$0] } ?? []
        query.trigger = RunTrigger.allCases.first { $0.apiName == state.trigger }
        let (asked, scheduler) = (query, scheduler)
        let key = "runs \(name) \(state.before ?? "") \(state.outcome?.rawValue ?? "") \(state.trigger ?? "")"
        return await shelf.panel(key) {
            let runs = try await scheduler.runs(asked)
            return RunPage(
                runs: runs.map(RunSummary.init), next: runs.count == asked.limit ? runs.last?.id.description : nil)
        }
    }

    /// - Throws: ``SchedulerError`` for a run that is not known.
    func run(_ id: RunID) async throws -> RunDetail {
        let run = try await scheduler.run(id: id)
        var query = RunQuery(job: run.job, limit: 20)
        (query.from, query.through) = (run.scheduledFor, run.scheduledFor)
        let attempts = try await scheduler.runs(query).reversed().map(RunSummary.init)
        var summary = RunSummary(run)
        summary.scheduledAt = run.dueAt
        return RunDetail(
            summary: summary, state: run.state.rawValue, plannedAt: run.scheduledFor, claimedAt: run.claimedAt,
            daylight: PlannedRun.Daylight(rawValue: run.dstKind.rawValue) ?? .none, traceID: run.traceID,
            missedCount: run.missedCount > 0 ? run.missedCount : nil, errorType: run.errorType, errorMessage: run.errorMessage,
            result: (run.result?.counts ?? [:]).sorted { $0.key < $1.key }.map { Fact(name: $0.key, value: "\($0.value)") },
            attempts: attempts)
    }
}

extension JobOutcome {
    init(_ outcome: RunOutcome) {
        self = JobOutcome(rawValue: outcome.rawValue) ?? .waiting
    }
}

extension RunSummary {
    init(_ run: RunRecord) {
        self.init(
            id: run.id.description, job: run.job, outcome: JobOutcome(run.outcome), trigger: run.trigger.apiName,
            scheduledAt: run.scheduledFor, startedAt: run.startedAt, finishedAt: run.finishedAt,
            durationMilliseconds: run.duration.map { $0.fractionalSeconds * 1000 },
            latenessMilliseconds: run.lateness.map { $0.fractionalSeconds * 1000 }, attempt: run.attempt, replica: run.replica)
    }
}

extension JobRow {
    /// - Parameter recent: the latest first.
    init(_ status: JobStatus, recent: [RunRecord]) {
        let state: JobStanding =
            switch status.state {
            case .enabled: .scheduled
            case .disabled: .disabled
            case .paused: .paused(until: status.pausedUntil == .endOfTime ? nil : status.pausedUntil)
            case .exhausted: .unplanned
            case .faulty: .faulty
            }
        self.init(
            name: status.name, schedule: status.schedule, words: ScheduleWords(in: status.scheduleInWords), timezone: status.timezone,
            state: state, last: status.lastRun.map(RunSummary.init), next: status.nextRun, recent: recent.reversed().map(RunSummary.init))
    }
}

extension JobTimeline.Lane {
    init(_ lane: TimelineLane) {
        let isListed = !lane.runs.isEmpty || lane.bins.allSatisfy { $0.counts.isEmpty }
        self.init(
            job: lane.status.name, runs: lane.runs.map(RunSummary.init), planned: lane.planned.map(\.instant),
            bins: isListed && (!lane.planned.isEmpty || lane.bins.allSatisfy { $0.planned == 0 })
                ? []
                : lane.bins.map { bin in
                    JobTimeline.Bin(
                        counts: Dictionary(bin.counts.map { (JobOutcome($0.key), $0.value) }) { $0 + $1 }, planned: bin.planned)
                })
    }
}
