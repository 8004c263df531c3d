package import HearthTelemetry

/// Tells several observers, in order.
package struct JoinedObservers: SchedulerObserver {
    private let observers: [any SchedulerObserver]

    package init(_ observers: [any SchedulerObserver]) {
        self.observers = observers
    }

    package func jobRegistered(_ job: RegisteredJob) { for observer in observers { observer.jobRegistered(job) } }
    package func jobRemoved(_ job: String) { for observer in observers { observer.jobRemoved(job) } }
    package func jobsCounted(enabled: Int, paused: Int) {
        for observer in observers { observer.jobsCounted(enabled: enabled, paused: paused) }
    }
    package func runStarted(_ run: StartedRun) { for observer in observers { observer.runStarted(run) } }
    package func runFinished(_ completion: RunCompletion) { for observer in observers { observer.runFinished(completion) } }
    package func runsInProgress(job: String, count: Int, oldestStart: Timestamp?) {
        for observer in observers { observer.runsInProgress(job: job, count: count, oldestStart: oldestStart) }
    }
    package func skipped(job: String, reason: SkipReason, count: Int) {
        for observer in observers { observer.skipped(job: job, reason: reason, count: count) }
    }
    package func nextRun(job: String, at moment: Timestamp?) { for observer in observers { observer.nextRun(job: job, at: moment) } }
    package func paused(job: String, until: Timestamp?) { for observer in observers { observer.paused(job: job, until: until) } }
    package func heartbeat(at now: Timestamp) { for observer in observers { observer.heartbeat(at: now) } }
    package func unaccounted(job: String, count: Int) { for observer in observers { observer.unaccounted(job: job, count: count) } }
    package func clockStep(isForward: Bool) { for observer in observers { observer.clockStep(isForward: isForward) } }
    package func claimed(_ outcome: ClaimTally) { for observer in observers { observer.claimed(outcome) } }
    package func fenceRejected(job: String) { for observer in observers { observer.fenceRejected(job: job) } }
    package func configMismatch(job: String) { for observer in observers { observer.configMismatch(job: job) } }
}
