package import HearthTelemetry

/// Hears what the scheduler does; the server turns it into metrics and pings. Calls are short and must not block.
package protocol SchedulerObserver: Sendable {
    func jobRegistered(_ job: RegisteredJob)
    func jobRemoved(_ job: String)
    /// How many jobs are enabled, and how many of those are paused.
    func jobsCounted(enabled: Int, paused: Int)
    func runStarted(_ run: StartedRun)
    /// Also called for runs that were lost or refused; `state` tells.
    func runFinished(_ completion: RunCompletion)
    func runsInProgress(job: String, count: Int, oldestStart: Timestamp?)
    func skipped(job: String, reason: SkipReason, count: Int)
    /// Nil: no further run is planned.
    func nextRun(job: String, at: Timestamp?)
    /// Until when it is paused, or was paused last; nil if it never was.
    func paused(job: String, until: Timestamp?)
    /// The loop turned.
    func heartbeat(at now: Timestamp)
    /// Expected occurrences without a record; 0 unless something is wrong.
    func unaccounted(job: String, count: Int)
    func clockStep(isForward: Bool)
    func claimed(_ outcome: ClaimTally)
    func fenceRejected(job: String)
    /// Another replica registered the job with a different configuration.
    func configMismatch(job: String)
}

/// Outcomes of claims as they are counted.
package enum ClaimTally: String, Sendable, CaseIterable {
    case won
    case lost
    case error
}

package struct RegisteredJob: Sendable, Equatable {
    package var job: String
    package var registeredAt: Timestamp
    /// The longest pause to expect between two firings; nil for jobs without a clock.
    package var interval: Duration?
    package var timeout: Duration
    package var lastSuccess: Timestamp?
    package var lastCompletion: Timestamp?
    package var pausedUntil: Timestamp?
}

package struct StartedRun: Sendable, Equatable {
    package var runID: RunID
    package var job: String
    package var trigger: RunTrigger
    package var attempt: Int
    package var startedAt: Timestamp
    /// Start minus due; nil for runs that were not due at a planned moment.
    package var lateness: Duration?
}

/// Observers implement what they need.
extension SchedulerObserver {
    package func jobRegistered(_ job: RegisteredJob) {}
    package func jobRemoved(_ job: String) {}
    package func jobsCounted(enabled: Int, paused: Int) {}
    package func runStarted(_ run: StartedRun) {}
    package func runFinished(_ completion: RunCompletion) {}
    package func runsInProgress(job: String, count: Int, oldestStart: Timestamp?) {}
    package func skipped(job: String, reason: SkipReason, count: Int) {}
    package func nextRun(job: String, at: Timestamp?) {}
    package func paused(job: String, until: Timestamp?) {}
    package func heartbeat(at now: Timestamp) {}
    package func unaccounted(job: String, count: Int) {}
    package func clockStep(isForward: Bool) {}
    package func claimed(_ outcome: ClaimTally) {}
    package func fenceRejected(job: String) {}
    package func configMismatch(job: String) {}
}

/// Hears nothing.
package struct SilentSchedulerObserver: SchedulerObserver {
    package init() {}
}
