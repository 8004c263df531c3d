package import HearthTelemetry

/// One row of the run history.
package struct RunRecord: Sendable, Equatable {
    package var id: RunID
    package var job: String
    package var attempt: Int
    package var trigger: RunTrigger
    /// The identity of the occurrence, without jitter.
    package var scheduledFor: Timestamp
    package var dueAt: Timestamp
    /// What the wall clock in question showed: `2026-03-29T03:00:00`.
    package var localLabel: String?
    package var timezone: String?
    package var schedule: String?
    package var dstKind: DSTKind
    package var state: RunState
    package var claimedAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// Start minus due.
    package var lateness: Duration?
    package var duration: Duration?
    /// The replica that ran or recorded it.
    package var replica: String
    package var fence: Int64?
    package var appVersion: String?
    package var configHash: String?
    package var traceID: String?
    package var result: JobResult?
    /// How many occurrences a catch-up run stands for, or a summary row covers; 0 for all others.
    package var missedCount: Int
    /// Whether counting stopped at its bound, so that there are at least so many.
    package var missedCountIsLowerBound: Bool
    package var missedFrom: Timestamp?
    /// A short stable word.
    package var errorType: String?
    package var errorMessage: String?
    package var retryOf: RunID?
    /// Who triggered it by hand.
    package var actor: String?

    package var outcome: RunOutcome { state.outcome }
}

/// Which runs to list, newest first.
package struct RunQuery: Sendable {
    package static let maximumLimit = 1000

    package var job: String?
    /// Empty means all.
    package var outcomes: [RunOutcome] = []
    package var trigger: RunTrigger?
    /// Only runs made before this one: the last of the previous page.
    package var before: RunID?
    /// Only runs scheduled in this window.
    package var from: Timestamp?
    package var through: Timestamp?
    /// 1 to ``maximumLimit``.
    package var limit = 50

    package init(job: String? = nil, limit: Int = 50, before: RunID? = nil, outcomes: [RunOutcome] = []) {
        self.job = job
        self.limit = limit
        self.before = before
        self.outcomes = outcomes
    }
}

/// What the ledger knows about a job as a whole.
package struct JobRecord: Sendable, Equatable {
    package var job: String
    /// When the job became known to the ledger.
    package var registeredAt: Timestamp
    /// Since when the present schedule is in force; earlier instants are not expected to have occurrences.
    package var scheduleSince: Timestamp
    /// All occurrences up to here have a row.
    package var lastAccountedFor: Timestamp?
    package var lastSuccessAt: Timestamp?
    package var lastSuccessScheduledFor: Timestamp?
    package var lastCompletionAt: Timestamp?
    package var consecutiveFailures: Int
    package var pausedUntil: Timestamp?
    /// The configuration that another replica stored differs from this one's.
    package var hasConfigMismatch: Bool
}
