import HearthScheduling
import HearthTelemetry
import Synchronization

/// The run history of a replica that shares some of its jobs with others: shared jobs are in the shared database, and those that are about
/// the replica's own memory, file or connections are in its own file.
///
/// A fence is worth something only in the database that counts it; so a job belongs where what it changes is.
final class SplitRunLedger: RunLedger {
    private let own: any RunLedger
    private let shared: any RunLedger
    private let isShared: @Sendable (String) -> Bool
    /// Why no shared job may be started now; nil when all is well.
    private let refusal: @Sendable () -> String?

    private struct State {
        /// Whether shared jobs have been registered; before that the shared database is not needed.
        var hasSharedJobs = false
        /// Runs in progress that are in the replica's own file.
        var ownRuns: Set<RunID> = []
    }

    private let state = Mutex(State())

    init(
        own: any RunLedger, shared: any RunLedger, isShared: @escaping @Sendable (String) -> Bool,
        refusal: @escaping @Sendable () -> String?
    ) {
        self.own = own
        self.shared = shared
        self.isShared = isShared
        self.refusal = refusal
    }

    var leaseDuration: Duration? { shared.leaseDuration }

    func register(_ jobs: [JobRegistration], at now: Timestamp) async throws(LedgerError) -> [String: JobRecord] {
        let (ownJobs, sharedJobs) = (jobs.filter { !isShared($0.job) }, jobs.filter { isShared($0.job) })
        var records = try await own.register(ownJobs, at: now)
        if !sharedJobs.isEmpty { records.merge(try await shared.register(sharedJobs, at: now)) { $1 } }
        state.withLock { $0.hasSharedJobs = !sharedJobs.isEmpty }
        return records
    }

    /// One database never waits for the other.
    func batches(of requests: [AccountRequest], size: Int) -> [[AccountRequest]] {
        own.batches(of: requests.filter { !isShared($0.job) }, size: size)
            + shared.batches(of: requests.filter { isShared($0.job) }, size: size)
    }

    func account(_ requests: [AccountRequest], at now: Timestamp) async throws(LedgerError) -> [AccountAnswer] {
        let places = requests.indices.filter { isShared(requests[$0].job) }
        if !places.isEmpty, let refusal = refusal() { throw LedgerError(operation: "claim of shared jobs", reason: refusal) }
        let ownPlaces = requests.indices.filter { !isShared(requests[$0].job) }
        var answers = Array(repeating: AccountAnswer(), count: requests.count)
        if !ownPlaces.isEmpty {
            for (place, answer) in zip(ownPlaces, try await own.account(ownPlaces.map { requests[$0] }, at: now)) {
                answers[place] = answer
                if let claim = requests[place].claim { note(claim.runID, answer.claim) }
            }
        }
        if !places.isEmpty {
            for (place, answer) in zip(places, try await shared.account(places.map { requests[$0] }, at: now)) { answers[place] = answer }
        }
        return answers
    }

    private func note(_ run: RunID, _ outcome: ClaimOutcome?) {
        switch outcome {
        case .won, .waiting: state.withLock { _ = $0.ownRuns.insert(run) }
        case .taken, .overlapping, .duplicate, nil: break
        }
    }

    private func forget(_ run: RunID) { state.withLock { _ = $0.ownRuns.remove(run) } }

    func acquire(_ run: RunID, at now: Timestamp) async throws(LedgerError) -> ClaimOutcome {
        guard isOwn(run) else { return try await shared.acquire(run, at: now) }
        let outcome = try await own.acquire(run, at: now)
        // What is taken does not begin here, and so has no end that would be told.
        if outcome == .taken { forget(run) }
        return outcome
    }

    func renewals(of runs: [RunID]) -> [[RunID]] {
        let ownRuns = Set(runs.filter(isOwn))
        return [runs.filter(ownRuns.contains), runs.filter { !ownRuns.contains($0) }].filter { !$0.isEmpty }
    }

    func renew(_ runs: [RunID], at now: Timestamp) async throws(LedgerError) -> Set<RunID> {
        // The process has its own file to itself: what runs here is held.
        let ownRuns = Set(runs.filter(isOwn))
        let others = runs.filter { !ownRuns.contains($0) }
        return others.isEmpty ? ownRuns : ownRuns.union(try await shared.renew(others, at: now))
    }

    func finish(_ completion: RunCompletion) async throws(LedgerError) -> Bool {
        let isAccepted = try await ledger(of: completion.job).finish(completion)
        forget(completion.runID)
        return isAccepted
    }

    func recover(at now: Timestamp) async throws(LedgerError) -> [InterruptedRun] {
        let interrupted = try await own.recover(at: now)
        guard state.withLock({ $0.hasSharedJobs }) else { return interrupted }
        return interrupted + (try await shared.recover(at: now))
    }

    func setPause(job: String, until: Timestamp?) async throws(LedgerError) {
        try await ledger(of: job).setPause(job: job, until: until)
    }

    private func ledger(of job: String) -> any RunLedger { isShared(job) ? shared : own }
    private func isOwn(_ run: RunID) -> Bool { state.withLock { $0.ownRuns.contains(run) } }
}

/// Questions, answered from both.
extension SplitRunLedger {
    func records() async throws(LedgerError) -> [String: JobRecord] {
        try await own.records().merging(try await shared.records()) { ownRecord, sharedRecord in
            isShared(ownRecord.job) ? sharedRecord : ownRecord
        }
    }

    func runs(_ query: RunQuery) async throws(LedgerError) -> [RunRecord] {
        if let job = query.job { return try await ledger(of: job).runs(query) }
        let runs = try await own.runs(query) + shared.runs(query)
        return Array(runs.sorted { $0.id > $1.id }.prefix(min(max(1, query.limit), RunQuery.maximumLimit)))
    }

    func run(_ id: RunID) async throws(LedgerError) -> RunRecord? {
        if let run = try await own.run(id) { return run }
        return try await shared.run(id)
    }

    func outcomes(job: String, from: Timestamp, to: Timestamp, bins: Int) async throws(LedgerError) -> [[RunOutcome: Int]] {
        try await ledger(of: job).outcomes(job: job, from: from, to: to, bins: bins)
    }

    func accounted(job: String, from: Timestamp, through: Timestamp) async throws(LedgerError) -> AccountedOccurrences {
        try await ledger(of: job).accounted(job: job, from: from, through: through)
    }

    func prune(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        let removed = try await own.prune(retention, at: now, limit: limit)
        guard removed < limit else { return removed }
        return removed + (try await shared.prune(retention, at: now, limit: limit - removed))
    }

    func pruneOwn(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        try await own.prune(retention, at: now, limit: limit)
    }
}
