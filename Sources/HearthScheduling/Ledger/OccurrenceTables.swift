package import HearthTelemetry

/// The rows of occurrences inside a transaction that has the job to itself, whichever database they are in.
///
/// Implementations read and write rows; what follows from them is decided once, in the extension of this protocol.
package protocol OccurrenceTables {
    /// Up to when the job's occurrences are accounted for.
    func lastAccountedFor(_ job: String) throws -> Timestamp?
    /// Moves that moment forward; it never goes back.
    func account(for job: String, through moment: Timestamp) throws

    /// The row of a run, whoever holds it.
    func claimedRun(_ run: RunID) throws -> ClaimedRun?
    /// The row of a run of this process.
    func ownRun(_ run: RunID) throws -> ClaimedRun?
    /// Extends the lease of a run whose claim is asked for again: the caller counts its trust from the repeated call. False if the claim has
    /// passed to another run.
    func isHeldOn(_ run: RunID) throws -> Bool

    /// Everything that a claim depends on.
    func situation(of claim: ClaimRequest) throws -> ClaimSituation
    func isHeld(_ job: String) throws -> Bool
    func currentFence(of job: String) throws -> Int64
    /// Takes the job and raises its fence.
    func hold(_ job: String, run: RunID) throws -> Int64
    /// Notes that a run which waited has begun.
    func begin(_ run: RunID, fence: Int64) throws

    func insert(_ claim: ClaimRequest, state: RunState, fence: Int64?) throws
    /// False if the occurrence is on record already.
    func insert(_ skip: SkippedOccurrence, of request: AccountRequest) throws -> Bool
}

/// A run that has been claimed, as its row tells.
package struct ClaimedRun: Sendable {
    package var job: String
    package var state: RunState
    package var fence: Int64?

    /// Nil for a state that this version does not know.
    package init?(job: String, state: String, fence: Int64?) {
        guard let state = RunState(rawValue: state) else { return nil }
        self.job = job
        self.state = state
        self.fence = fence
    }
}

/// What is on record when a claim comes.
package struct ClaimSituation: Sendable {
    /// The run that has the claim's idempotency key.
    package var known: RunID?
    /// Whether the occurrence has a row, be it its own or a summary that covers it.
    package var isOnRecord: Bool
    package var isHeld: Bool
    package var hasWaitingRun: Bool

    package init(known: RunID?, isOnRecord: Bool, isHeld: Bool, hasWaitingRun: Bool) {
        self.known = known
        self.isOnRecord = isOnRecord
        self.isHeld = isHeld
        self.hasWaitingRun = hasWaitingRun
    }
}

/// Skips, claims, and who holds a job.
extension OccurrenceTables {
    package func account(_ request: AccountRequest) throws -> AccountAnswer {
        var answer = AccountAnswer()
        if let claim = request.claim, let repeated = try repeatedClaim(claim) {
            answer.claim = repeated
            return answer
        }
        // A claim alone is settled by its key; skips are computed from the basis and must not count what others have accounted for.
        if let basis = request.basis, !request.skips.isEmpty, let accounted = try lastAccountedFor(request.job), accounted > basis {
            answer.staleBasis = accounted
            return answer
        }
        for skip in request.skips where try insert(skip, of: request) {
            answer.skipped[skip.reason, default: 0] += skip.count
        }
        if let claim = request.claim {
            let outcome = try self.claim(claim)
            if outcome == .overlapping, claim.trigger != .manual { answer.skipped[.overlap, default: 0] += 1 }
            answer.claim = outcome
        }
        if let through = request.through { try account(for: request.job, through: through) }
        return answer
    }

    /// Starts a waiting run if the job is free.
    package func acquire(_ run: RunID) throws -> ClaimOutcome {
        guard let row = try ownRun(run), !row.state.isFinal else { return .taken }
        if row.state == .running { return try isHeldOn(run) ? .won(fence: row.fence ?? 0) : .taken }
        if try isHeld(row.job) { return .waiting }
        let fence = try hold(row.job, run: run)
        try begin(run, fence: fence)
        return .won(fence: fence)
    }

    /// The answer that was lost, if this very claim is on record.
    private func repeatedClaim(_ claim: ClaimRequest) throws -> ClaimOutcome? {
        guard let row = try claimedRun(claim.runID) else { return nil }
        switch row.state {
        case .claimed: return try isHeldOn(claim.runID) ? .waiting : .taken
        case .running where try !isHeldOn(claim.runID): return .taken
        case .running: return .won(fence: try row.fence ?? currentFence(of: claim.job))
        case .skippedOverlap: return .overlapping
        case .succeeded, .failed, .timedOut, .cancelled, .abandoned, .lostLease, .fenceRejected, .skippedMisfire, .skippedPaused,
            .exhausted:
            return .taken
        }
    }

    private func claim(_ claim: ClaimRequest) throws -> ClaimOutcome {
        let situation = try situation(of: claim)
        if let run = situation.known { return .duplicate(of: run) }
        if claim.trigger.isScheduled, situation.isOnRecord { return .taken }
        switch claim.overlap {
        case .allow:
            // Runs side by side share the job's fence and so have none of their own on record: nothing supersedes them.
            let fence = try currentFence(of: claim.job)
            try insert(claim, state: .running, fence: nil)
            return .won(fence: fence)
        case .skip:
            guard !situation.isHeld else { return try overlapping(claim) }
        case .queue, .replace:
            if situation.isHeld {
                if situation.hasWaitingRun { return try overlapping(claim) }
                try insert(claim, state: .claimed, fence: nil)
                return .waiting
            }
        }
        let fence = try hold(claim.job, run: claim.runID)
        try insert(claim, state: .running, fence: fence)
        return .won(fence: fence)
    }

    private func overlapping(_ claim: ClaimRequest) throws -> ClaimOutcome {
        // The occurrences that the run would have stood for have rows of their own; only a summary may claim to cover them.
        var skipped = claim
        skipped.missedCount = 0
        skipped.missedFrom = nil
        if claim.trigger != .manual { try insert(skipped, state: .skippedOverlap, fence: nil) }
        return .overlapping
    }
}
