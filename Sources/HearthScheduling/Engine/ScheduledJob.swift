import HearthTelemetry

/// A job as the engine sees it.
struct ScheduledJob: Sendable {
    /// An attempt that waits for its pause to pass.
    struct PendingAttempt: Sendable, Equatable {
        var claim: ClaimRequest
        /// The first attempt's start on the monotonic clock, for the deadline of the occurrence.
        var firstStart: Duration?
        var generation: UInt32
        /// Whether the ledger may have the claim already, its answer being lost.
        var mayBeOnRecord = false
    }

    var rules: JobRules
    /// Milliseconds.
    let jitterOffset: Int64
    let configHash: String
    let scheduleText: String
    /// All occurrences up to here are accounted for or are part of the open request.
    var cursor: Timestamp
    var next: Firing?
    /// Raised whenever entries in the queue lose their meaning.
    var generation: UInt32 = 0
    /// What was sent to the ledger about the schedule and is not answered.
    @Boxed var request: AccountRequest? = nil
    var failedRequests = 0
    @Boxed var pending: PendingAttempt? = nil
    var attemptGeneration: UInt32 = 0
    /// The run that waits for the running one to end (overlap `queue` and `replace`).
    var waiting: RunID?
    var running: [RunID] = []
    var pausedUntil: Timestamp?
    /// Further occurrences of `all` wait for the one that runs.
    var isCatchingUp = false
    var isExhausted = false
    var isFaulty = false
    /// Its definition is gone; runs that still last may end.
    var isRemoved = false

    init(rules: JobRules, cursor: Timestamp, pausedUntil: Timestamp?) {
        self.rules = rules
        self.cursor = cursor
        self.pausedUntil = pausedUntil
        jitterOffset = rules.jitterOffset.wholeMilliseconds
        configHash = rules.configHash
        scheduleText = rules.timetable.text
    }

    var isScheduling: Bool { rules.isEnabled && !isFaulty && !isRemoved && rules.timetable.isTimed }

    /// Whether due occurrences have to wait because earlier ones are being caught up.
    var isHeldBack: Bool { isCatchingUp && rules.overlap != .allow && !running.isEmpty }

    func isPaused(at instant: Timestamp) -> Bool { pausedUntil.map { instant < $0 } ?? false }
}

/// A run that this process holds.
struct ActiveRun: Sendable {
    enum Phase: Sendable, Equatable {
        case waiting
        /// Won, but the clock stepped back before its start: it starts when it is due again.
        case held
        case running
        case cancelling(CancelReason)
        /// Its end is being written; the completion is kept to judge about another attempt.
        case finishing(RunCompletion)
    }

    var job: Int
    var claim: ClaimRequest
    var fence: Int64 = 0
    var phase: Phase
    var startedAt: Timestamp?
    var startedUptime: Duration?
    var firstStart: Duration?
    var leaseEnd: Duration?
    var waitingSince: Duration?
    /// Whether the ledger is being asked for a waiting run's place.
    var isAcquiring = false
    /// Only the last planned look at a waiting run counts.
    var plannedLook: UInt32 = 0
    /// How long another attempt cannot help; nil where none is wanted.
    var retry: Duration?
}
