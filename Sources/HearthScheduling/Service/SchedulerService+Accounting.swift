import HearthTelemetry
import Logging

/// Telling observers, and making sure that every expected occurrence is on record.
extension SchedulerService {
    func report(_ note: SchedulerNote) {
        switch note {
        case .clockStep(let isForward, let step):
            observer.clockStep(isForward: isForward)
            logger.info("The wall clock made a step", metadata: ["step_ms": "\(step.wholeMilliseconds)"])
        case .skipped(let job, let reason, let count):
            observer.skipped(job: job, reason: reason, count: count)
            logger.debug("Occurrences were skipped", metadata: ["job_name": "\(job)", "reason": "\(reason.rawValue)", "count": "\(count)"])
        case .claimed(let isWon):
            observer.claimed(isWon ? .won : .lost)
        case .claimFailed:
            observer.claimed(.error)
        case .nextRun(let job, let instant):
            observer.nextRun(job: job, at: instant)
        case .exhausted(let job):
            logger.info("The schedule has no further occurrence", metadata: ["job_name": "\(job)"])
        case .invariantViolated(let job):
            observer.unaccounted(job: job, count: 1)
            logger.info("The job is disabled: its next firing was not later than its last one", metadata: ["job_name": "\(job)"])
        case .retryScheduled(let job, let attempt, let pause):
            logger.info(
                "Another attempt is planned",
                metadata: ["job_name": "\(job)", "attempt": "\(attempt)", "after_ms": "\(pause.wholeMilliseconds)"])
        case .finished(let completion):
            reportEnd(of: completion)
        case .fenceRejected(let job):
            observer.fenceRejected(job: job)
        }
    }

    private func reportEnd(of completion: RunCompletion) {
        switch completion.state.outcome {
        case .success:
            records[completion.job]?.lastSuccessAt = completion.finishedAt
            records[completion.job]?.lastCompletionAt = completion.finishedAt
            records[completion.job]?.consecutiveFailures = 0
        case .failure, .timeout:
            records[completion.job]?.lastCompletionAt = completion.finishedAt
            records[completion.job]?.consecutiveFailures += 1
        case .waiting, .running, .cancelled, .skipped, .missed: break
        }
        observer.runFinished(completion)
        reportProgress(of: completion.job)
        var metadata: Logger.Metadata = [
            "job_name": "\(completion.job)", "run_id": "\(completion.runID)",
            "trace_id": "\(completion.runID.traceID)", "state": "\(completion.state.rawValue)",
            "duration_ms": "\(completion.duration?.wholeMilliseconds ?? 0)",
        ]
        if let error = completion.errorMessage { metadata["error"] = "\(error)" }
        logger.log(level: completion.state == .succeeded ? .debug : .info, "A job run ended", metadata: metadata)
    }

    func reportProgress(of job: String) {
        let glance = engine.glance(at: job)
        observer.runsInProgress(job: job, count: glance?.runningRuns.count ?? 0, oldestStart: glance?.oldestStart)
    }

    var isReconciliationDue: Bool {
        !isReconciling && (reconciledAt.map { timeSource.uptime() - $0 >= settings.reconciliation } ?? true)
    }

    func reconcileIfDue() async {
        guard isReconciliationDue else { return }
        reconciledAt = timeSource.uptime()
        isReconciling = true
        defer { isReconciling = false }
        countJobs()
        let names = engine.jobNames
        guard !names.isEmpty else { return }
        // A long table is gone through in turns.
        for step in 0..<min(settings.reconciledJobs, names.count) {
            await reconcile(names[(reconciledJobs + step) % names.count])
        }
        reconciledJobs = (reconciledJobs + settings.reconciledJobs) % names.count
        await pruneIfDue()
    }

    /// Deletes old runs that only this replica has, in short transactions; what replicas share is up to the job that keeps stores small.
    private func pruneIfDue() async {
        guard prunedAt.map({ timeSource.uptime() - $0 >= settings.pruning }) ?? true else { return }
        do throws(LedgerError) {
            var removed = 0
            repeat {
                removed = try await ledger.pruneOwn(RunRetention(), at: timeSource.now(), limit: settings.prunedRuns)
            } while removed == settings.prunedRuns && !engine.isStopping
            prunedAt = timeSource.uptime()
        } catch {
            logger.debug("Old runs could not be removed", metadata: ["error": "\(error)"])
        }
    }

    /// Compares the last day, at most 1,000 occurrences, with the ledger; what is missing there is declared missed, so that it has a state.
    func reconcile(_ job: String) async {
        guard let glance = engine.glance(at: job), glance.rules.timetable.isTimed, glance.rules.isEnabled, let record = records[job] else {
            return
        }
        let now = timeSource.now()
        let from = max(record.scheduleSince, now - .seconds(86_400))
        var holes: [Firing] = []
        do throws(LedgerError) {
            let accounted = try await ledger.accounted(job: job, from: from, through: glance.accountedThrough)
            var before = glance.accountedThrough + .milliseconds(1)
            for _ in 0..<settings.limits.countedOccurrences {
                guard let firing = glance.rules.timetable.previous(before: before), firing.instant > from else { break }
                if !accounted.contains(firing.instant) { holes.append(firing) }
                before = firing.instant
            }
            if !holes.isEmpty {
                logger.info(
                    "Occurrences without a record are declared missed", metadata: ["job_name": "\(job)", "count": "\(holes.count)"])
                let answer = try await ledger.account([engine.declaration(of: holes, job: job, at: now)].compactMap(\.self), at: now)
                for (reason, count) in answer.first?.skipped ?? [:] { observer.skipped(job: job, reason: reason, count: count) }
            }
        } catch {
            observer.unaccounted(job: job, count: holes.count + overdue(glance, at: now))
            return
        }
        observer.unaccounted(job: job, count: overdue(glance, at: now))
    }

    /// Occurrences that should have been recorded long ago and are not: the loop hangs or the ledger cannot be written.
    private func overdue(_ glance: JobGlance, at now: Timestamp) -> Int {
        let limit = now - settings.longestSleep * 2 - glance.rules.jitterOffset
        var count = 0
        var cursor = glance.accountedThrough
        while count < settings.limits.countedOccurrences, let firing = glance.rules.timetable.next(after: cursor), firing.instant <= limit {
            count += 1
            cursor = firing.instant
        }
        return count
    }
}
