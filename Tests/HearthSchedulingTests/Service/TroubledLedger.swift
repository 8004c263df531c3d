import HearthScheduling
import HearthTelemetry
import Synchronization

/// A ledger of leases with the troubles that a test gives it.
final class TroubledLedger: RunLedger {
    struct Troubles {
        /// Jobs cannot be registered.
        var refusesJobs = false
        /// So many answers to claims are lost after the claim was written.
        var lostAnswers = 0
        /// Claims of a job are not answered before its gate is open: it is in a part of the ledger of its own.
        var claimGates: [String: Gate] = [:]
        /// Leases are not extended, and only when the gate is open does that fail.
        var renewalGate: Gate?
        /// Nobody can look for the runs of dead holders before the gate is open.
        var recoveryGate: Gate?
        /// What is on record is read, and told only when the gate is open.
        var recordsGate: Gate?
    }

    private let ledger: SQLiteRunLedger
    let troubles = Mutex(Troubles())
    /// How often each was asked for.
    let registrations = Atomic(0)
    let renewals = Atomic(0)
    let recoveries = Atomic(0)
    let readings = Atomic(0)
    let prunings = Atomic(0)

    init(_ ledger: SQLiteRunLedger) { self.ledger = ledger }

    var leaseDuration: Duration? { ledger.leaseDuration }

    func register(_ jobs: [JobRegistration], at now: Timestamp) async throws(LedgerError) -> [String: JobRecord] {
        registrations.add(1, ordering: .relaxed)
        if troubles.withLock({ $0.refusesJobs }) { throw LedgerError(operation: "registration", reason: "the database is away") }
        return try await ledger.register(jobs, at: now)
    }

    func batches(of requests: [AccountRequest], size: Int) -> [[AccountRequest]] {
        let gates = troubles.withLock { $0.claimGates }
        return [requests.filter { gates[$0.job] != nil }, requests.filter { gates[$0.job] == nil }].filter { !$0.isEmpty }
    }

    func account(_ requests: [AccountRequest], at now: Timestamp) async throws(LedgerError) -> [AccountAnswer] {
        let gates = troubles.withLock { $0.claimGates }
        for gate in requests.compactMap({ gates[$0.job] }) { try? await gate.pass() }
        let answers = try await ledger.account(requests, at: now)
        let isLost = troubles.withLock { troubles in
            guard troubles.lostAnswers > 0 else { return false }
            troubles.lostAnswers -= 1
            return true
        }
        if isLost { throw LedgerError(operation: "claim", reason: "the answer was lost") }
        return answers
    }

    func recover(at now: Timestamp) async throws(LedgerError) -> [InterruptedRun] {
        recoveries.add(1, ordering: .relaxed)
        try? await troubles.withLock({ $0.recoveryGate })?.pass()
        return try await ledger.recover(at: now)
    }

    func records() async throws(LedgerError) -> [String: JobRecord] {
        let records = try await ledger.records()
        readings.add(1, ordering: .relaxed)
        try? await troubles.withLock({ $0.recordsGate })?.pass()
        return records
    }

    func pruneOwn(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        prunings.add(1, ordering: .relaxed)
        return try await ledger.prune(retention, at: now, limit: limit)
    }

    func acquire(_ run: RunID, at now: Timestamp) async throws(LedgerError) -> ClaimOutcome { try await ledger.acquire(run, at: now) }

    func renew(_ runs: [RunID], at now: Timestamp) async throws(LedgerError) -> Set<RunID> {
        renewals.add(1, ordering: .relaxed)
        guard let gate = troubles.withLock({ $0.renewalGate }) else { return try await ledger.renew(runs, at: now) }
        try? await gate.pass()
        throw LedgerError(operation: "renewal", reason: "the database does not answer")
    }

    func finish(_ completion: RunCompletion) async throws(LedgerError) -> Bool { try await ledger.finish(completion) }
    func setPause(job: String, until: Timestamp?) async throws(LedgerError) { try await ledger.setPause(job: job, until: until) }
    func runs(_ query: RunQuery) async throws(LedgerError) -> [RunRecord] { try await ledger.runs(query) }
    func run(_ id: RunID) async throws(LedgerError) -> RunRecord? { try await ledger.run(id) }
    func outcomes(job: String, from: Timestamp, to: Timestamp, bins: Int) async throws(LedgerError) -> [[RunOutcome: Int]] {
        try await ledger.outcomes(job: job, from: from, to: to, bins: bins)
    }
    func accounted(job: String, from: Timestamp, through: Timestamp) async throws(LedgerError) -> AccountedOccurrences {
        try await ledger.accounted(job: job, from: from, through: through)
    }
    func prune(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        try await ledger.prune(retention, at: now, limit: limit)
    }
}
