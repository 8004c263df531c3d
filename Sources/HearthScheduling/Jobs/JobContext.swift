package import HearthTelemetry
package import Logging

/// What a running job knows about its run.
///
/// Cancellation is that of the task: check `Task.isCancelled` between batches.
package struct JobContext: Sendable {
    package let runID: RunID
    package let job: String
    package let trigger: RunTrigger
    /// The occurrence; for manual and start-up runs the moment of the trigger.
    package let scheduledFor: Timestamp
    /// From 1.
    package let attempt: Int
    /// What a store compares before it accepts writes of this run, see ``LedgerSchema/require(_:in:)``.
    package let fence: JobFence
    /// When the attempt is cancelled for taking too long, on ``TimeSource/uptime()``.
    package let timeoutAt: Duration
    package let logger: Logger
    private let timeSource: any TimeSource

    package init(
        runID: RunID, job: String, trigger: RunTrigger, scheduledFor: Timestamp, attempt: Int, fence: Int64, timeoutAt: Duration,
        logger: Logger, timeSource: any TimeSource
    ) {
        self.runID = runID
        self.job = job
        self.trigger = trigger
        self.scheduledFor = scheduledFor
        self.attempt = attempt
        self.fence = JobFence(job: job, number: fence)
        self.timeoutAt = timeoutAt
        self.logger = logger
        self.timeSource = timeSource
    }

    /// Whether the run was asked to end: by an operator, its timeout, a lost claim or the end of the service.
    package var isCancelled: Bool { Task.isCancelled }

    /// Time left before the timeout; negative after it.
    package var timeLeft: Duration { timeoutAt - timeSource.uptime() }
}
