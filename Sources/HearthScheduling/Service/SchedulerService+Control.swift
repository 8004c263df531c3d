package import HearthTelemetry
import Logging
import Synchronization

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
        let (answer, sentAt) = try await claimByHand(request)
        await perform(engine.detachedAnswered(request, answer: answer, sentAt: sentAt, at: timeSource.now(), uptime: timeSource.uptime()))
        wakeUp()
        switch answer?.claim {
        case .won, .waiting, .taken, nil: return claim.runID
        case .duplicate(let run): return run
        case .overlapping: throw .alreadyRunning(job: job)
        }
    }

    /// Asks a second time where the first answer is lost: the claim may be on record, and the ledger knows it by its run. Otherwise its
    /// key would be answered with a run that nobody starts.
    private func claimByHand(_ request: AccountRequest) async throws(SchedulerError) -> (AccountAnswer?, sentAt: Duration) {
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
        pauseChanges[job, default: 0] += 1
        engine.setPause(job: job, until: until)
        observer.paused(job: job, until: until)
        countJobs()
        wakeUp()
    }

    /// Takes over what other replicas have written about shared jobs: pauses, and how their last runs ended.
    package func takeOverRecords(of shared: Set<String>, from ledger: any RunLedger) async {
        guard isStarted, !isStopRequested.load(ordering: .relaxed) else { return }
        let before = pauseChanges
        do throws(LedgerError) {
            let known = try await ledger.records().values.filter { shared.contains($0.job) }
            // What is due by now is judged by the old state.
            let hasNewPause = known.contains { isNews($0, since: before) }
            if hasNewPause { await perform(engine.wake(at: timeSource.now(), uptime: timeSource.uptime())) }
            for record in known {
                takeOverEnds(record)
                guard isNews(record, since: before) else { continue }
                engine.setPause(job: record.job, until: record.pausedUntil)
                observer.paused(job: record.job, until: record.pausedUntil)
            }
            guard hasNewPause else { return }
            countJobs()
            wakeUp()
        } catch {
            logger.debug("Pauses by other replicas could not be looked for", metadata: ["error": "\(error)"])
        }
    }

    /// Whether a record tells of a pause that is not known here and was not changed here since it was read.
    private func isNews(_ record: JobRecord, since before: [String: Int]) -> Bool {
        guard let glance = engine.glance(at: record.job), before[record.job] == pauseChanges[record.job] else { return false }
        return glance.pausedUntil != record.pausedUntil
    }

    private func takeOverEnds(_ record: JobRecord) {
        guard let end = record.lastCompletionAt, let known = records[record.job] else { return }
        guard known.lastCompletionAt.map({ $0 < end }) ?? true else { return }
        records[record.job]?.lastCompletionAt = end
        records[record.job]?.lastSuccessAt = record.lastSuccessAt
        records[record.job]?.consecutiveFailures = record.consecutiveFailures
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
