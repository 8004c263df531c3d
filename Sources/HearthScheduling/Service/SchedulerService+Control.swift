package import HearthTelemetry
import Logging

/// What operators do to jobs and runs.
extension SchedulerService {
    /// Starts a run by hand and returns its id; with a repeated idempotency key, the id of the first one.
    ///
    /// The schedule does not move. The overlap policy holds; a refused run throws ``SchedulerError/alreadyRunning(job:)``.
    package func trigger(job: String, idempotencyKey: String? = nil, actor: String? = nil) async throws(SchedulerError) -> RunID {
        guard engine.isKnown(job) else { throw unknownJob(job) }
        guard let request = engine.manualRequest(job: job, idempotencyKey: idempotencyKey, actor: actor, at: timeSource.now()),
            let claim = request.claim
        else { throw .shuttingDown }
        let (answer, sentAt) = try await answer(to: request)
        await perform(engine.detachedAnswered(request, answer: answer, sentAt: sentAt, at: timeSource.now(), uptime: timeSource.uptime()))
        wakeUp()
        switch answer?.claim {
        case .won, .waiting, .taken, nil: return claim.runID
        case .duplicate(let run): return run
        case .overlapping: throw .alreadyRunning(job: job)
        }
    }

    /// Asks a second time where the first answer is lost: the claim may be on record, and the ledger knows it by its run. Without that its key
    /// would be answered with a run that nobody starts.
    private func answer(to request: AccountRequest) async throws(SchedulerError) -> (AccountAnswer?, sentAt: Duration) {
        let sentAt = timeSource.uptime()
        do throws(LedgerError) {
            return (try await ledger.account([request], at: timeSource.now()).first, sentAt)
        } catch {
            logger.debug("A run by hand is claimed once more", metadata: ["job_name": "\(request.job)", "error": "\(error)"])
        }
        // The ledger counts the lease from the later question.
        let (now, askedAgainAt) = (timeSource.now(), timeSource.uptime())
        let answer = try await asking { [ledger] () async throws(LedgerError) in try await ledger.account([request], at: now).first }
        return (answer, askedAgainAt)
    }

    /// Pauses a job until a moment, or until it is resumed. Occurrences are recorded as skipped meanwhile; what runs goes on.
    package func pause(job: String, until: Timestamp? = nil) async throws(SchedulerError) {
        try await setPause(job: job, until: until ?? .endOfTime)
    }

    package func resume(job: String) async throws(SchedulerError) {
        // The end of the pause is kept: until then nobody could expect the job to succeed.
        let now = timeSource.now()
        try await setPause(job: job, until: engine.glance(at: job)?.pausedUntil.map { min($0, now) })
    }

    private func setPause(job: String, until: Timestamp?) async throws(SchedulerError) {
        guard engine.isKnown(job) else { throw unknownJob(job) }
        // What is due by now is judged by the old state.
        await perform(engine.wake(at: timeSource.now(), uptime: timeSource.uptime()))
        try await asking { [ledger] () async throws(LedgerError) in try await ledger.setPause(job: job, until: until) }
        engine.setPause(job: job, until: until)
        observer.paused(job: job, until: until)
        countJobs()
        wakeUp()
    }

    /// Asks a run to end; the run's record tells when it has.
    package func cancel(runID: RunID) async throws(SchedulerError) {
        let (isFound, actions) = engine.cancelRun(runID, at: timeSource.now(), uptime: timeSource.uptime())
        guard isFound else {
            _ = try await run(id: runID)
            throw .notRunningHere(runID)
        }
        await perform(actions)
        wakeUp()
    }
}
