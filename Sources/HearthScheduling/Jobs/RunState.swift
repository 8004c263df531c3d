/// The state of an occurrence in the ledger; every expected occurrence ends in exactly one that is final.
package enum RunState: String, Sendable, CaseIterable {
    /// Taken, not yet started: it waits for the running one.
    case claimed
    case running
    case succeeded
    case failed
    case timedOut = "timed_out"
    case cancelled
    /// Its process died.
    case abandoned
    case lostLease = "lost_lease"
    /// It ended after its claim had passed to another; its writes were refused.
    case fenceRejected = "fence_rejected"
    case skippedOverlap = "skipped_overlap"
    case skippedMisfire = "skipped_misfire"
    case skippedPaused = "skipped_paused"
    case exhausted

    package var isFinal: Bool { self != .claimed && self != .running }

    /// The coarse result that people and metrics see.
    package var outcome: RunOutcome {
        switch self {
        case .claimed: .waiting
        case .running: .running
        case .succeeded: .success
        case .failed, .abandoned, .lostLease, .fenceRejected: .failure
        case .timedOut: .timeout
        case .cancelled: .cancelled
        case .skippedOverlap, .skippedPaused, .exhausted: .skipped
        case .skippedMisfire: .missed
        }
    }
}

/// What became of a run, in the words of the interface and of the metric `hearth_job_runs_total`.
package enum RunOutcome: String, Sendable, CaseIterable {
    case waiting
    case running
    case success
    case failure
    case timeout
    case cancelled
    case skipped
    case missed

    /// The ledger states behind it.
    package var states: [RunState] { RunState.allCases.filter { $0.outcome == self } }
}

/// What made a run happen.
package enum RunTrigger: String, Sendable, CaseIterable {
    case cron
    case catchUp = "catch_up"
    case retry
    case manual
    case startup

    /// The word of the HTTP interface.
    package var apiName: String {
        switch self {
        case .cron: "schedule"
        case .catchUp: "catchUp"
        case .retry: "retry"
        case .manual: "manual"
        case .startup: "startup"
        }
    }

    /// Whether the run is an occurrence of a schedule and thereby unique by job, instant and attempt.
    package var isScheduled: Bool {
        switch self {
        case .cron, .catchUp, .retry: true
        case .manual, .startup: false
        }
    }
}

/// Why an expected occurrence did not run.
package enum SkipReason: String, Sendable, CaseIterable {
    case overlap
    case misfire
    case paused
    case catchUpLimit = "catch_up_limit"

    package var state: RunState {
        switch self {
        case .overlap: .skippedOverlap
        case .misfire, .catchUpLimit: .skippedMisfire
        case .paused: .skippedPaused
        }
    }
}
