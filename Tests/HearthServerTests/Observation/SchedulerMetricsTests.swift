import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthScheduling
@testable import HearthServer

@Suite("What the scheduler does, in metrics")
struct SchedulerMetricsTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    @Test("Every call moves its metric, and every family of jobs is moved by one")
    func everything() throws {
        let registry = MetricRegistry()
        let metrics = SchedulerMetrics(instruments: JobInstruments(registry: registry, jobs: ["job"]))
        metrics.jobRegistered(
            RegisteredJob(
                job: "job", registeredAt: Self.now, interval: .seconds(60), timeout: .seconds(10), lastSuccess: Self.now,
                lastCompletion: Self.now, pausedUntil: Self.now))
        metrics.jobsCounted(enabled: 3, paused: 1)
        let run = try #require(RunID("0190b5a0-0000-7000-8000-000000000001"))
        metrics.runStarted(StartedRun(runID: run, job: "job", trigger: .cron, attempt: 1, startedAt: Self.now, lateness: .seconds(2)))
        for state in RunState.allCases {
            metrics.runFinished(
                RunCompletion(
                    runID: run, job: "job", scheduledFor: Self.now, trigger: .cron, attempt: 1, state: state, startedAt: Self.now,
                    finishedAt: Self.now + .seconds(1), duration: .seconds(1)))
        }
        metrics.runsInProgress(job: "job", count: 2, oldestStart: Self.now)
        for reason in SkipReason.allCases { metrics.skipped(job: "job", reason: reason, count: 2) }
        metrics.nextRun(job: "job", at: Self.now)
        metrics.heartbeat(at: Self.now)
        metrics.unaccounted(job: "job", count: 1)
        for isForward in [true, false] { metrics.clockStep(isForward: isForward) }
        for outcome in ClaimTally.allCases { metrics.claimed(outcome) }
        metrics.fenceRejected(job: "job")
        metrics.configMismatch(job: "job")
        let samples = MetricSamples(String(decoding: registry.render(.text), as: UTF8.self))
        for (name, labels, value) in samples.all {
            let isOurs = name.hasPrefix("hearth_job_") || name.hasPrefix("hearth_scheduler_")
            // Pings are sent by somebody else; buckets below the values stay empty.
            if isOurs, !name.hasPrefix("hearth_job_pings"), !name.hasSuffix("_bucket") { #expect(value > 0, "\(name) \(labels)") }
        }
        #expect(samples.value("hearth_job_runs_total", ["job_name": "job", "outcome": "success"]) == 1)
        #expect(samples.value("hearth_job_skips_total", ["reason": "misfire"]) == 2)
        #expect(samples.value("hearth_scheduler_start_lateness_seconds_sum") == 2)
    }

    @Test("A job without a planned run has no interval, and one that is removed has none any more")
    func withoutInterval() {
        let registry = MetricRegistry()
        let metrics = SchedulerMetrics(instruments: JobInstruments(registry: registry, jobs: []))
        func interval() -> Double? {
            MetricSamples(String(decoding: registry.render(.text), as: UTF8.self)).value("hearth_job_interval_seconds", ["job_name": "job"])
        }
        metrics.jobRegistered(RegisteredJob(job: "job", registeredAt: Self.now, interval: .seconds(60), timeout: .seconds(10)))
        #expect(interval() == 60)
        metrics.jobRegistered(RegisteredJob(job: "job", registeredAt: Self.now, interval: nil, timeout: .seconds(10)))
        #expect(interval() == 0)
        metrics.jobRegistered(RegisteredJob(job: "job", registeredAt: Self.now, interval: .seconds(60), timeout: .seconds(10)))
        metrics.jobRemoved("job")
        #expect(interval() == 0)
    }
}
