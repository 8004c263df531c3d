package import HearthTelemetry

/// From "due" to "accounted for".
extension SchedulerState {
    /// Accounts for everything of one job that became due.
    mutating func dispatch(_ index: Int, at now: Timestamp, _ actions: inout [SchedulerAction]) {
        let job = jobs[index]
        guard job.isScheduling, !isStopping, job.request == nil, let first = job.next else { return }
        guard runs.count + openClaims < limits.concurrentRuns else {
            crowd.append(index)
            return
        }
        let horizon = Timestamp(milliseconds: now.milliseconds - job.jitterOffset)
        guard first.instant <= horizon else { return arm(index, &actions) }
        var request = AccountRequest(
            job: job.rules.name, timezone: job.rules.timetable.timezone, schedule: job.scheduleText, configHash: job.configHash,
            basis: job.cursor, through: first.instant)
        if let second = job.rules.timetable.next(after: first.instant), second.instant <= horizon {
            missed(of: job, from: first, through: horizon, at: now, into: &request)
        } else {
            single(first, of: job, at: now, into: &request)
        }
        guard let through = request.through else { return }
        jobs[index].isCatchingUp = job.rules.timetable.next(after: through).map { $0.instant <= horizon } ?? false
        jobs[index].cursor = through
        // A newer occurrence takes the place of attempts of an older one.
        if request.claim != nil { jobs[index].pending = nil }
        send(request, of: index, &actions)
    }

    private mutating func single(_ firing: Firing, of job: ScheduledJob, at now: Timestamp, into request: inout AccountRequest) {
        if let reason = refusal(of: firing, of: job, at: now) {
            request.skips = [skip(firing, of: job, reason: reason, at: now)]
        } else {
            request.claim = claim(firing, of: job, at: now)
        }
    }

    /// Why one occurrence cannot run, judged by pause and lateness alone.
    private func refusal(of firing: Firing, of job: ScheduledJob, at now: Timestamp) -> SkipReason? {
        let dueAt = Timestamp(milliseconds: firing.instant.milliseconds + job.jitterOffset)
        if job.isPaused(at: dueAt) { return .paused }
        let lateness = now - dueAt
        if lateness <= limits.tolerance { return nil }
        if job.rules.catchUp == .none { return .misfire }
        return lateness <= allowedLateness(of: job, at: firing.instant) ? nil : .misfire
    }

    private func allowedLateness(of job: ScheduledJob, at instant: Timestamp) -> Duration {
        max(limits.tolerance, job.rules.startDeadline(from: instant))
    }

    /// Sorts several due occurrences into at most one claim and any number of skips.
    private mutating func missed(
        of job: ScheduledJob, from first: Firing, through horizon: Timestamp, at now: Timestamp, into request: inout AccountRequest
    ) {
        let recent = newest(of: job, through: horizon, downTo: first.instant)
        guard let oldestRecent = recent.last, let latest = recent.first else { return single(first, of: job, at: now, into: &request) }
        var eligible = recent.filter { refusal(of: $0, of: job, at: now) == nil }
        let withinDeadline = eligible.count
        switch job.rules.catchUp {
        case .none, .latest: eligible = eligible.first == latest ? [latest] : []
        case .all(let maximum): eligible = Array(eligible.prefix(max(1, maximum)))
        }
        let target = eligible.last
        var skips: [SkippedOccurrence] = []
        if oldestRecent.instant > first.instant {
            skips.append(summary(of: job, from: first, before: oldestRecent, at: now))
        }
        let hasLimit = if case .all = job.rules.catchUp { true } else { false }
        for firing in recent.reversed() {
            if let target, firing.instant >= target.instant { break }
            let refused = refusal(of: firing, of: job, at: now)
            let reason = refused ?? (hasLimit && withinDeadline > eligible.count ? .catchUpLimit : .misfire)
            skips.append(skip(firing, of: job, reason: reason, at: now))
        }
        request.skips = skips
        request.through = target?.instant ?? latest.instant
        guard let target else { return }
        var claim = claim(target, of: job, at: now)
        let missed = skips.filter { $0.reason == .misfire || $0.reason == .catchUpLimit }
        claim.missedCount = missed.reduce(0) { $0 + $1.count }
        claim.missedCountIsLowerBound = missed.contains { $0.countIsLowerBound }
        claim.missedFrom = missed.first.map { $0.missedFrom ?? $0.scheduledFor }
        request.claim = claim
    }

    /// All due occurrences as missed: rows of their own for the newest, one for the rest.
    mutating func missedSkips(
        of job: ScheduledJob, from first: Firing, through horizon: Timestamp, at now: Timestamp
    ) -> [SkippedOccurrence] {
        let recent = newest(of: job, through: horizon, downTo: first.instant)
        var skips: [SkippedOccurrence] = []
        if let oldest = recent.last, oldest.instant > first.instant { skips.append(summary(of: job, from: first, before: oldest, at: now)) }
        for firing in recent.reversed() {
            skips.append(skip(firing, of: job, reason: refusal(of: firing, of: job, at: now) ?? .misfire, at: now))
        }
        return skips
    }

    /// The newest due occurrences, newest first: one that may run and as many as get rows of their own.
    private func newest(of job: ScheduledJob, through horizon: Timestamp, downTo first: Timestamp) -> [Firing] {
        var newest: [Firing] = []
        var before = horizon + .milliseconds(1)
        let wanted = if case .all(let maximum) = job.rules.catchUp { max(limits.skipRows, maximum) } else { limits.skipRows }
        while newest.count <= wanted, let firing = job.rules.timetable.previous(before: before), firing.instant >= first {
            newest.append(firing)
            before = firing.instant
        }
        return newest
    }

    /// One row for all occurrences older than those with rows of their own.
    private mutating func summary(
        of job: ScheduledJob, from first: Firing, before oldestRecent: Firing, at now: Timestamp
    ) -> SkippedOccurrence {
        let last = job.rules.timetable.previous(before: oldestRecent.instant) ?? first
        var count = 1
        var cursor = first.instant
        while count < limits.countedOccurrences, cursor < last.instant, let following = job.rules.timetable.next(after: cursor) {
            count += 1
            cursor = following.instant
        }
        let dueAt = Timestamp(milliseconds: last.instant.milliseconds + job.jitterOffset)
        var summary = skip(last, of: job, reason: job.isPaused(at: dueAt) ? .paused : .misfire, at: now)
        summary.missedCount = count
        summary.missedFrom = first.instant
        summary.countIsLowerBound = cursor < last.instant
        return summary
    }

    mutating func skip(_ firing: Firing, of job: ScheduledJob, reason: SkipReason, at now: Timestamp) -> SkippedOccurrence {
        SkippedOccurrence(
            runID: ids.next(at: now), scheduledFor: firing.instant,
            dueAt: Timestamp(milliseconds: firing.instant.milliseconds + job.jitterOffset), reason: reason, localLabel: firing.localLabel,
            dstKind: firing.dstKind)
    }

    private mutating func claim(_ firing: Firing, of job: ScheduledJob, at now: Timestamp) -> ClaimRequest {
        let dueAt = Timestamp(milliseconds: firing.instant.milliseconds + job.jitterOffset)
        return ClaimRequest(
            runID: ids.next(at: now), job: job.rules.name, trigger: now - dueAt <= limits.tolerance ? .cron : .catchUp,
            scheduledFor: firing.instant, dueAt: dueAt, overlap: job.rules.overlap, localLabel: firing.localLabel,
            timezone: job.rules.timetable.timezone, schedule: job.scheduleText, dstKind: firing.dstKind, configHash: job.configHash)
    }

    // MARK: The ledger's answers

    mutating func send(_ request: AccountRequest, of index: Int, _ actions: inout [SchedulerAction]) {
        jobs[index].request = request
        jobs[index].generation &+= 1
        if request.claim != nil { openClaims += 1 }
        actions.append(.account(request))
    }

    /// The ledger recorded a request about a job's schedule, or failed to (nil).
    ///
    /// - Parameter sentAt: the monotonic clock before the ledger was asked, from which leases count; nil is now
    package mutating func accounted(
        _ request: AccountRequest, answer: AccountAnswer?, sentAt: Duration? = nil, at now: Timestamp, uptime: Duration
    ) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        guard let index = indexes[request.job], jobs[index].request == request else {
            // The job was removed or changed meanwhile; a run that was won must not stay open.
            if let claim = request.claim, case .won = answer?.claim {
                giveBack(claim, state: .skippedMisfire, errorType: "job_removed", at: now, &actions)
            }
            return actions
        }
        guard let answer else {
            actions.append(.note(.claimFailed(job: request.job)))
            let pause = limits.ledgerRetry * (1 << min(5, jobs[index].failedRequests))
            jobs[index].failedRequests += 1
            deadlines.insert(DeadlineEntry(at: uptime + min(pause, limits.ledgerRetryCeiling), event: .ledgerRetry(job: index)))
            return actions
        }
        jobs[index].request = nil
        jobs[index].failedRequests = 0
        if request.claim != nil { openClaims -= 1 }
        if let basis = answer.staleBasis {
            jobs[index].cursor = basis
        } else {
            note(answer, of: request.job, &actions)
            if let claim = request.claim, let outcome = answer.claim {
                settle(claim, outcome, of: index, firstStart: nil, sentAt: sentAt ?? uptime, at: now, uptime: uptime, &actions)
            }
        }
        arm(index, &actions)
        admitCrowd(at: now, &actions)
        return actions
    }

    func note(_ answer: AccountAnswer, of job: String, _ actions: inout [SchedulerAction]) {
        for reason in SkipReason.allCases {
            guard let count = answer.skipped[reason], count > 0 else { continue }
            actions.append(.note(.skipped(job: job, reason: reason, count: count)))
        }
    }

    mutating func repeatRequest(of index: Int, _ actions: inout [SchedulerAction]) {
        guard let request = jobs[index].request, !isStopping else { return }
        actions.append(.account(request))
    }

    /// Looks again at jobs that found all places taken.
    mutating func admitCrowd(at now: Timestamp, _ actions: inout [SchedulerAction]) {
        while runs.count + openClaims < limits.concurrentRuns, let index = crowd.removeFirst() {
            dispatch(index, at: now, &actions)
        }
    }

    /// Ends a claim that was won but will not be used.
    func giveBack(_ claim: ClaimRequest, state: RunState, errorType: String, at now: Timestamp, _ actions: inout [SchedulerAction]) {
        actions.append(
            .finish(
                RunCompletion(
                    runID: claim.runID, job: claim.job, scheduledFor: claim.scheduledFor, trigger: claim.trigger, attempt: claim.attempt,
                    state: state, finishedAt: now, errorType: errorType,
                    errorMessage: "The claim was answered when the run could no longer start.")))
    }

    /// Whether a claim is answered so late that its occurrence counts as missed.
    func isTooLate(_ claim: ClaimRequest, of index: Int, at now: Timestamp) -> Bool {
        guard claim.trigger == .cron || claim.trigger == .catchUp else { return false }
        return now - claim.dueAt > allowedLateness(of: jobs[index], at: claim.scheduledFor) + limits.tolerance
    }
}
