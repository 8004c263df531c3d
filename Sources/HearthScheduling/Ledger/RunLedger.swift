package import HearthTelemetry

/// The record of all occurrences, and the place where replicas agree on who runs which.
///
/// All methods are atomic and may be repeated with the same arguments after a lost answer: a claim is recognised by its run id, a skip by its
/// instant. Implementations serialise claims of one job. The clock that decides about leases is the ledger's own.
package protocol RunLedger: Sendable {
    /// How long a claim lives without renewal. Nil where claims end with the process, as behind a lock on the data folder.
    var leaseDuration: Duration? { get }

    /// Makes jobs known and returns what is on record about them, by name. A changed schedule is in force from `now`.
    func register(_ jobs: [JobRegistration], at now: Timestamp) async throws(LedgerError) -> [String: JobRecord]

    /// Records skipped occurrences and claims one, per request; the answers are in the order of the requests.
    func account(_ requests: [AccountRequest], at now: Timestamp) async throws(LedgerError) -> [AccountAnswer]

    /// Divides requests into those that are recorded together, at most `size`; what one group meets is nothing to the others.
    func batches(of requests: [AccountRequest], size: Int) -> [[AccountRequest]]

    /// Starts a run that waited for another one of its job.
    func acquire(_ run: RunID, at now: Timestamp) async throws(LedgerError) -> ClaimOutcome

    /// Divides runs into those whose leases are extended together: what one group meets is nothing to the others.
    func renewals(of runs: [RunID]) -> [[RunID]]

    /// Extends the leases of this holder's runs and returns those it still holds.
    func renew(_ runs: [RunID], at now: Timestamp) async throws(LedgerError) -> Set<RunID>

    /// Records the end of a run. False: the claim had passed to somebody else, and nothing was recorded.
    func finish(_ completion: RunCompletion) async throws(LedgerError) -> Bool

    /// Marks runs of dead holders as abandoned and returns them, with those cut short by the end of a service, for the retry policy.
    func recover(at now: Timestamp) async throws(LedgerError) -> [InterruptedRun]

    /// Nil resumes; ``Timestamp/endOfTime`` pauses until further notice.
    func setPause(job: String, until: Timestamp?) async throws(LedgerError)

    func records() async throws(LedgerError) -> [String: JobRecord]
    func runs(_ query: RunQuery) async throws(LedgerError) -> [RunRecord]
    func run(_ id: RunID) async throws(LedgerError) -> RunRecord?

    /// How many occurrences ended how, per equal part of a window that is open at its end; a summary row counts for all it stands for.
    func outcomes(job: String, from: Timestamp, to: Timestamp, bins: Int) async throws(LedgerError) -> [[RunOutcome: Int]]

    /// What is on record about occurrences in a window, both ends included.
    func accounted(job: String, from: Timestamp, through: Timestamp) async throws(LedgerError) -> AccountedOccurrences

    /// Deletes old rows, at most `limit` in one transaction, and returns how many; call again while it returns `limit`.
    func prune(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int

    /// The same for rows that only this replica sees, where the job that prunes may run on another one.
    func pruneOwn(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int
}

extension RunLedger {
    package func pruneOwn(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int { 0 }

    package func renewals(of runs: [RunID]) -> [[RunID]] { [runs] }

    package func batches(of requests: [AccountRequest], size: Int) -> [[AccountRequest]] {
        stride(from: 0, to: requests.count, by: max(1, size)).map { Array(requests[$0..<min($0 + max(1, size), requests.count)]) }
    }
}

extension Timestamp {
    /// 9999-12-31, the end of pauses that have none.
    package static var endOfTime: Timestamp { Timestamp(milliseconds: 253_402_300_799_000) }
}

/// A job as the ledger needs to know it.
package struct JobRegistration: Sendable, Equatable {
    package var job: String
    package var schedule: String
    package var configHash: String
    package var isTimed: Bool

    package init(job: String, schedule: String, configHash: String, isTimed: Bool) {
        self.job = job
        self.schedule = schedule
        self.configHash = configHash
        self.isTimed = isTimed
    }

    package init(rules: JobRules) {
        self.init(
            job: rules.name,
            // While a job is disabled it has no occurrences, so enabling it counts as a change of its schedule.
            schedule: rules.isEnabled ? rules.timetable.fingerprint : "", configHash: rules.configHash, isTimed: rules.timetable.isTimed)
    }
}

/// An occurrence, or a range of them, that will not run.
package struct SkippedOccurrence: Sendable, Equatable {
    package var runID: RunID
    package var scheduledFor: Timestamp
    package var dueAt: Timestamp
    package var reason: SkipReason
    package var localLabel: LocalLabel
    package var dstKind: DSTKind
    /// 0 for a single occurrence; for a summary the number of occurrences from `missedFrom` to `scheduledFor`.
    package var missedCount = 0
    package var missedFrom: Timestamp?
    package var countIsLowerBound = false

    /// Occurrences it stands for.
    package var count: Int { max(1, missedCount) }
}

/// The wish to run one occurrence.
package struct ClaimRequest: Sendable, Equatable {
    package var runID: RunID
    package var job: String
    package var trigger: RunTrigger
    package var scheduledFor: Timestamp
    package var dueAt: Timestamp
    package var attempt = 1
    package var overlap: OverlapPolicy
    package var localLabel: LocalLabel?
    package var timezone: String
    package var schedule: String
    package var dstKind = DSTKind.none
    package var configHash: String
    package var missedCount = 0
    package var missedCountIsLowerBound = false
    package var missedFrom: Timestamp?
    package var retryOf: RunID?
    /// Of a manual trigger: a second request with the same key is answered with the first run.
    package var idempotencyKey: String?
    package var actor: String?

    /// The run's id as a trace id (W3C Trace Context): both are 16 bytes.
    package var traceID: String { runID.traceID }
}

/// What is to be recorded about one job in one transaction.
package struct AccountRequest: Sendable, Equatable {
    package var job: String
    package var timezone: String
    package var schedule: String
    package var configHash: String
    /// The last accounted occurrence as the sender believes; nil for requests that do not move the schedule.
    package var basis: Timestamp?
    /// All occurrences up to here are accounted for once the request is recorded.
    package var through: Timestamp?
    package var skips: [SkippedOccurrence] = []
    @Boxed package var claim: ClaimRequest? = nil
}

package struct AccountAnswer: Sendable, Equatable {
    /// How many occurrences this request recorded as skipped, by reason; those that others had recorded before are left out.
    package var skipped: [SkipReason: Int] = [:]
    package var claim: ClaimOutcome?
    /// Somebody accounted for occurrences after the request's basis; nothing was recorded, compute again from here.
    package var staleBasis: Timestamp?

    package init() {}
}

package enum ClaimOutcome: Sendable, Equatable {
    /// The run may start; stores compare the fence.
    case won(fence: Int64)
    /// The occurrence is on record already.
    case taken
    /// The job runs and must not overlap. A scheduled occurrence was recorded as skipped, a manual one was not recorded.
    case overlapping
    /// The run is recorded as claimed; ask ``RunLedger/acquire(_:at:)`` when the running one ended.
    case waiting
    /// The idempotency key belongs to an earlier run.
    case duplicate(of: RunID)
}

/// The end of a run.
package struct RunCompletion: Sendable, Equatable {
    package var runID: RunID
    package var job: String
    package var scheduledFor: Timestamp
    package var trigger: RunTrigger
    package var attempt: Int
    package var state: RunState
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp
    package var lateness: Duration?
    package var duration: Duration?
    package var result: JobResult?
    package var errorType: String?
    /// At most 2 KiB are kept.
    package var errorMessage: String?
    /// Raise the fence, so that writes of a task that ignores its cancellation fail.
    package var revokesFence = false
}

/// A run that ended without its own doing and may be attempted again.
package struct InterruptedRun: Sendable, Equatable {
    package var runID: RunID
    package var job: String
    package var trigger: RunTrigger
    package var scheduledFor: Timestamp
    package var dueAt: Timestamp
    package var attempt: Int
    package var localLabel: LocalLabel?
    package var dstKind: DSTKind
}

package struct AccountedOccurrences: Sendable, Equatable {
    /// Instants with a row of their own, in milliseconds since the epoch.
    package var instants: Set<Int64>
    /// Ranges covered by summary rows.
    package var ranges: [ClosedRange<Int64>]

    package init(instants: Set<Int64> = [], ranges: [ClosedRange<Int64>] = []) {
        self.instants = instants
        self.ranges = ranges
    }

    package func contains(_ instant: Timestamp) -> Bool {
        instants.contains(instant.milliseconds) || ranges.contains { $0.contains(instant.milliseconds) }
    }
}

/// How long runs are remembered.
package struct RunRetention: Sendable, Equatable {
    package var age = Duration.seconds(90 * 86_400)
    /// The newest runs of each job stay whatever their age.
    package var minimumRuns = 200
    /// So do the newest failures of each job.
    package var minimumFailures = 50
    /// No job keeps more rows than this, so that one of every second does not fill the disk.
    package var maximumRuns = 20_000

    package init() {}
}

/// A ledger could not be read or written.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// What was attempted, such as "claim of prune-cache".
    package let operation: String
    package let reason: String

    package init(operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    package var description: String { "The run history failed at \(operation): \(reason). It is tried again." }
}
