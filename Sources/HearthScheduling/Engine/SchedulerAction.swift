package import HearthTelemetry

/// What the engine wants done; the service does it and reports back.
package enum SchedulerAction: Sendable, Equatable {
    /// Write to the ledger, then call ``SchedulerState/accounted(_:answer:sentAt:at:uptime:)``.
    case account(AccountRequest)
    /// Ask the ledger for a waiting run, then call ``SchedulerState/acquired(_:outcome:sentAt:at:uptime:)``.
    case acquire(RunID)
    /// Run the job's action, then call ``SchedulerState/ended(_:with:at:uptime:)``.
    case start(StartOrder)
    /// Cancel the task of a run; it still reports its end.
    case cancel(RunID)
    /// Write to the ledger, then call ``SchedulerState/recorded(_:accepted:at:uptime:)``.
    indirect case finish(RunCompletion)
    /// Extend the leases of these runs, then call ``SchedulerState/renewed(_:of:sentAt:at:uptime:)``.
    case renew([RunID])
    /// Look for runs of dead holders, then call ``SchedulerState/recovered(_:at:uptime:)``.
    case recover
    /// Tell the observer and the log.
    case note(SchedulerNote)
}

/// A run that may start now.
package struct StartOrder: Sendable, Equatable {
    package var runID: RunID
    package var job: String
    package var trigger: RunTrigger
    package var scheduledFor: Timestamp
    package var attempt: Int
    package var fence: Int64
    /// On ``TimeSource/uptime()``.
    package var timeoutAt: Duration
    package var lateness: Duration
}

/// How a task ended.
package enum RunEnding: Sendable, Equatable {
    case returned(JobResult)
    /// `after` is how long another attempt cannot help.
    case threw(type: String, message: String, isRetryable: Bool, after: Duration = .zero)
}

/// Why a run is asked to end.
package enum CancelReason: String, Sendable {
    case timeout
    case deadline
    case `operator`
    case shutdown
    case replaced
    case lostLease = "lost_lease"
    /// The clock stepped back behind the run's time before it started.
    case clockStep = "clock_step"

    /// For the record.
    var message: String {
        switch self {
        case .timeout: "The attempt took longer than the job's timeout."
        case .deadline: "The attempts of this occurrence together took longer than the job's deadline."
        case .operator: "An operator cancelled the run."
        case .shutdown: "The service stopped before the run had ended; it goes on at the next start."
        case .replaced: "The next occurrence took its place, as the job's overlap policy says."
        case .lostLease: "The claim could not be renewed in time; another replica may hold it."
        case .clockStep: "The clock stepped back behind the time of the run before it started."
        }
    }

    var state: RunState {
        switch self {
        case .timeout, .deadline: .timedOut
        case .operator, .shutdown, .replaced, .clockStep: .cancelled
        case .lostLease: .lostLease
        }
    }
}

/// Something worth counting or logging.
package enum SchedulerNote: Sendable, Equatable {
    case clockStep(isForward: Bool, by: Duration)
    case skipped(job: String, reason: SkipReason, count: Int)
    case claimed(isWon: Bool)
    case claimFailed(job: String)
    case nextRun(job: String, at: Timestamp?)
    /// The schedule has no further occurrence.
    case exhausted(job: String)
    /// The search for the next firing broke its invariant; the job is disabled.
    case invariantViolated(job: String)
    case retryScheduled(job: String, attempt: Int, after: Duration)
    indirect case finished(RunCompletion)
    case fenceRejected(job: String)
}
