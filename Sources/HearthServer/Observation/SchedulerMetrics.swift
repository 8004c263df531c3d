import HearthScheduling
import HearthTelemetry

/// Writes what the scheduler does into the metrics.
struct SchedulerMetrics: SchedulerObserver {
    let instruments: JobInstruments

    func jobRegistered(_ job: RegisteredJob) {
        let gauges = instruments.add(job.job)
        gauges.registered.set(job.registeredAt)
        gauges.configMismatch.set(0.0)
        gauges.interval.set(job.interval?.fractionalSeconds ?? 0)
        gauges.timeout.set(job.timeout.fractionalSeconds)
        paused(job: job.job, until: job.pausedUntil)
        if let moment = job.lastSuccess { gauges.lastSuccess.set(moment) }
        if let moment = job.lastCompletion { gauges.lastCompletion.set(moment) }
    }

    func jobsCounted(enabled: Int, paused: Int) {
        instruments.jobCount(.enabled).set(Double(enabled))
        instruments.jobCount(.paused).set(Double(paused))
    }

    func runStarted(_ run: StartedRun) {
        if let lateness = run.lateness { instruments.startLateness.observe(max(lateness, .zero)) }
    }

    func runFinished(_ completion: RunCompletion) {
        let outcome: JobInstruments.Outcome
        switch completion.state.outcome {
        case .success: outcome = .success
        case .failure: outcome = .failure
        case .timeout: outcome = .timeout
        case .cancelled: outcome = .cancelled
        case .waiting, .running, .skipped, .missed: return
        }
        instruments.job(completion.job).recordRun(outcome, duration: completion.duration ?? .zero, at: completion.finishedAt)
    }

    func runsInProgress(job: String, count: Int, oldestStart: Timestamp?) {
        let gauges = instruments.job(job)
        gauges.runsInProgress.set(Double(count))
        if let oldestStart { gauges.oldestRunStart.set(oldestStart) } else { gauges.oldestRunStart.set(0.0) }
    }

    func skipped(job: String, reason: SkipReason, count: Int) {
        let label: JobInstruments.SkipReason =
            switch reason {
            case .overlap: .overlap
            case .misfire: .misfire
            case .paused: .paused
            case .catchUpLimit: .catchUpLimit
            }
        instruments.job(job).skips(label).increment(by: UInt64(max(count, 0)))
    }

    func nextRun(job: String, at moment: Timestamp?) {
        if let moment { instruments.job(job).nextRun.set(moment) } else { instruments.job(job).nextRun.set(0.0) }
    }

    func paused(job: String, until end: Timestamp?) {
        if let end { instruments.job(job).pausedUntil.set(end) } else { instruments.job(job).pausedUntil.set(0.0) }
    }

    func heartbeat(at now: Timestamp) { instruments.heartbeat.set(now) }

    func unaccounted(job: String, count: Int) { instruments.job(job).unaccounted.set(Double(count)) }

    func claimed(_ outcome: ClaimTally) {
        let label: JobInstruments.Claim =
            switch outcome {
            case .won: .won
            case .lost: .lost
            case .error: .error
            }
        instruments.claims(label).increment()
    }

    func fenceRejected(job: String) { instruments.job(job).fenceRejections.increment() }

    func configMismatch(job: String) { instruments.job(job).configMismatch.set(1) }

    func jobRemoved(_ job: String) {
        let gauges = instruments.job(job)
        for gauge in [
            gauges.nextRun, gauges.pausedUntil, gauges.interval, gauges.timeout, gauges.unaccounted, gauges.configMismatch,
        ] {
            gauge.set(0.0)
        }
    }

    func clockStep(isForward: Bool) { instruments.clockSteps(isForward ? .forward : .backward).increment() }
}
