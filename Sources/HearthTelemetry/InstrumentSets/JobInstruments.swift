import Synchronization

/// What the scheduler counts, by job.
///
/// Jobs are made known by name, at the start or later; a job beyond the limit shares its label sets with others as `other`.
package final class JobInstruments: Sendable {
    /// How a run ended.
    package enum Outcome: Int, MetricLabel {
        case success
        case failure
        case timeout
        case cancelled

        package static let labelValues = ["success", "failure", "timeout", "cancelled"]
    }

    /// Why a planned run did not start.
    package enum SkipReason: Int, MetricLabel {
        case overlap
        case misfire
        case paused
        case catchUpLimit

        package static let labelValues = ["overlap", "misfire", "paused", "catch_up_limit"]
    }

    /// Where the wall clock jumped to.
    package enum ClockStep: Int, MetricLabel {
        case forward
        case backward

        package static let labelValues = ["forward", "backward"]
    }

    /// What became of the attempt to claim a run among replicas.
    package enum Claim: Int, MetricLabel {
        case won
        case lost
        case error

        package static let labelValues = ["won", "lost", "error"]
    }

    /// What became of a call to a dead-man's switch.
    package enum Ping: Int, MetricLabel {
        case sent
        case failed
        case dropped

        package static let labelValues = ["sent", "failed", "dropped"]
    }

    package enum JobState: Int, MetricLabel {
        case enabled
        case paused

        package static let labelValues = ["enabled", "paused"]
    }

    package let startLateness: Histogram
    package let heartbeat: Gauge

    private let clockStepCounters: [Counter]
    private let claimCounters: [Counter]
    private let pingCounters: [Counter]
    private let jobGauges: [Gauge]
    private let registry: MetricRegistry
    private let maximumJobs: Int
    private let jobs: Mutex<[String: Job]>

    package init(registry: MetricRegistry, jobs: [String], maximumJobs: Int = 64) {
        self.registry = registry
        self.maximumJobs = maximumJobs
        startLateness = registry.histogram(MetricCatalogue.schedulerStartLateness)
        heartbeat = registry.gauge(MetricCatalogue.schedulerHeartbeat)
        clockStepCounters = registry.perLabel(ClockStep.self) { registry.counter(MetricCatalogue.schedulerClockSteps, labels: [$0]) }
        claimCounters = registry.perLabel(Claim.self) { registry.counter(MetricCatalogue.schedulerClaims, labels: [$0]) }
        pingCounters = registry.perLabel(Ping.self) { registry.counter(MetricCatalogue.jobPings, labels: [$0]) }
        jobGauges = registry.perLabel(JobState.self) { registry.gauge(MetricCatalogue.schedulerJobs, labels: [$0]) }
        self.jobs = Mutex([:])
        for job in jobs { add(job) }
    }

    /// Makes a job known, and hands out what counts it; the same for a job that is known already.
    @discardableResult
    package func add(_ name: String) -> Job {
        jobs.withLock { jobs in
            if let known = jobs[name] { return known }
            let label = jobs.count < maximumJobs ? name : "other"
            if let known = jobs[label] { return known }
            let job = Job(registry: registry, name: label)
            jobs[label] = job
            return job
        }
    }

    /// What counts a job; `other` for one that was never made known.
    package func job(_ name: String) -> Job {
        if let known = jobs.withLock({ $0[name] }) { return known }
        return jobs.withLock { jobs in
            if let other = jobs["other"] { return other }
            let other = Job(registry: registry, name: "other")
            jobs["other"] = other
            return other
        }
    }

    package func clockSteps(_ direction: ClockStep) -> Counter { clockStepCounters[direction.index] }

    package func claims(_ outcome: Claim) -> Counter { claimCounters[outcome.index] }

    package func pings(_ outcome: Ping) -> Counter { pingCounters[outcome.index] }

    package func jobCount(_ state: JobState) -> Gauge { jobGauges[state.index] }
}

extension JobInstruments {
    /// What is counted about one job; kept by whoever runs it.
    package struct Job: Sendable {
        package let duration: Histogram
        package let runsInProgress: Gauge
        /// When the oldest run under way began, 0 if none is; likewise the following are 0 until they are known.
        package let oldestRunStart: Gauge
        package let lastSuccess: Gauge
        package let lastCompletion: Gauge
        package let nextRun: Gauge
        package let pausedUntil: Gauge
        package let interval: Gauge
        package let timeout: Gauge
        package let registered: Gauge
        package let unaccounted: Gauge
        package let fenceRejections: Counter
        package let configMismatch: Gauge

        private let runCounters: [Counter]
        private let skipCounters: [Counter]

        fileprivate init(registry: MetricRegistry, name: String) {
            func gauge(_ descriptor: MetricDescriptor) -> Gauge { registry.gauge(descriptor, labels: [name]) }
            duration = registry.histogram(MetricCatalogue.jobDuration, labels: [name])
            runsInProgress = gauge(MetricCatalogue.jobRunsInProgress)
            oldestRunStart = gauge(MetricCatalogue.jobOldestRunStart)
            lastSuccess = gauge(MetricCatalogue.jobLastSuccess)
            lastCompletion = gauge(MetricCatalogue.jobLastCompletion)
            nextRun = gauge(MetricCatalogue.jobNextRun)
            pausedUntil = gauge(MetricCatalogue.jobPausedUntil)
            interval = gauge(MetricCatalogue.jobInterval)
            timeout = gauge(MetricCatalogue.jobTimeout)
            registered = gauge(MetricCatalogue.jobRegistered)
            unaccounted = gauge(MetricCatalogue.schedulerUnaccounted)
            fenceRejections = registry.counter(MetricCatalogue.schedulerFenceRejections, labels: [name])
            configMismatch = gauge(MetricCatalogue.schedulerConfigMismatch)
            runCounters = registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.jobRuns, labels: [name, $0]) }
            skipCounters = registry.perLabel(SkipReason.self) { registry.counter(MetricCatalogue.jobSkips, labels: [name, $0]) }
        }

        package func runs(_ outcome: Outcome) -> Counter { runCounters[outcome.index] }

        package func skips(_ reason: SkipReason) -> Counter { skipCounters[reason.index] }

        /// One run that ended.
        package func recordRun(_ outcome: Outcome, duration: Duration, at moment: Timestamp) {
            runs(outcome).increment()
            self.duration.observe(duration)
            lastCompletion.set(moment)
            if outcome == .success { lastSuccess.set(moment) }
        }
    }
}
