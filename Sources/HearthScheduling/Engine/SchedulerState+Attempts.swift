package import HearthTelemetry

/// Further attempts of an occurrence, and leases.
extension SchedulerState {
    /// Plans the next attempt of a failed run, if its policy has one left and no newer occurrence comes first.
    ///
    /// - Parameter pause: how long another attempt cannot help; the random pause comes after it.
    mutating func planRetry(
        of run: ActiveRun, notBefore pause: Duration, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]
    ) {
        let rules = jobs[run.job].rules
        guard run.claim.attempt < rules.retry.attempts, !isStopping else { return }
        var pause = max(.zero, pause) + retryPause(after: run.claim.attempt, rules.retry)
        if run.claim.trigger.isScheduled, let next = jobs[run.job].next {
            let untilNext = Timestamp(milliseconds: next.instant.milliseconds + jobs[run.job].jitterOffset) - now
            pause = max(.zero, min(pause, untilNext))
        }
        if let deadline = rules.deadline, let firstStart = run.firstStart, uptime + pause >= firstStart + deadline { return }
        var claim = run.claim
        claim.attempt += 1
        claim.retryOf = run.claim.runID
        claim.idempotencyKey = nil
        claim.missedCount = 0
        claim.missedFrom = nil
        if claim.trigger.isScheduled { claim.trigger = .retry }
        plan(claim, of: run.job, after: pause, firstStart: run.firstStart, uptime: uptime, &actions)
    }

    /// Full jitter: anything between nothing and the doubled base.
    private mutating func retryPause(after attempt: Int, _ policy: RetryPolicy) -> Duration {
        let doubled = policy.base * (1 << min(20, attempt - 1))
        let limit = max(0, min(doubled, policy.ceiling).wholeMilliseconds)
        return .milliseconds(Int64.random(in: 0...limit, using: &random))
    }

    private mutating func plan(
        _ claim: ClaimRequest, of index: Int, after pause: Duration, firstStart: Duration?, uptime: Duration,
        _ actions: inout [SchedulerAction]
    ) {
        jobs[index].attemptGeneration &+= 1
        let generation = jobs[index].attemptGeneration
        jobs[index].pending = ScheduledJob.PendingAttempt(claim: claim, firstStart: firstStart, generation: generation)
        deadlines.insert(DeadlineEntry(at: uptime + pause, event: .attempt(job: index, generation: generation)))
        actions.append(.note(.retryScheduled(job: claim.job, attempt: claim.attempt, after: pause)))
    }

    mutating func startRetry(
        of index: Int, generation: UInt32, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]
    ) {
        guard !isStopping, var pending = jobs[index].pending, pending.generation == generation else { return }
        guard jobs[index].request == nil else {
            deadlines.insert(DeadlineEntry(at: uptime + limits.ledgerRetry, event: .attempt(job: index, generation: generation)))
            return
        }
        if let next = jobs[index].next, jobs[index].rules.isEnabled, pending.claim.trigger == .retry,
            next.instant.milliseconds + jobs[index].jitterOffset <= now.milliseconds
        {
            // The next occurrence is due in this very wake and takes its place.
            jobs[index].pending = nil
            return
        }
        jobs[index].pending = nil
        // The ledger knows a claim by its run: one that it may have keeps its name.
        if !pending.mayBeOnRecord {
            pending.claim.runID = ids.next(at: now)
            pending.claim.dueAt = now
        }
        if let firstStart = pending.firstStart { firstStarts[pending.claim.runID] = firstStart }
        let job = jobs[index]
        // Without a basis the request does not move the schedule; its answer comes to ``detachedAnswered(_:answer:sentAt:at:uptime:)``.
        actions.append(
            .account(
                AccountRequest(
                    job: job.rules.name, timezone: pending.claim.timezone, schedule: pending.claim.schedule, configHash: job.configHash,
                    claim: pending.claim)))
    }

    /// The ledger's answer to a claim outside the schedule: a start-up run, a manual one or another attempt. Nil if it failed.
    package mutating func detachedAnswered(
        _ request: AccountRequest, answer: AccountAnswer?, sentAt: Duration? = nil, at now: Timestamp, uptime: Duration
    ) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        guard let claim = request.claim else {
            if let answer { note(answer, of: request.job, &actions) }
            return actions
        }
        let firstStart = firstStarts.removeValue(forKey: claim.runID)
        guard let index = indexes[request.job] else {
            if case .won = answer?.claim { giveBack(claim, state: .cancelled, errorType: "job_removed", at: now, &actions) }
            return actions
        }
        guard let answer, let outcome = answer.claim else {
            actions.append(.note(.claimFailed(job: request.job)))
            // Manual triggers are answered with the failure; the others are tried again.
            if claim.trigger != .manual, !isStopping, jobs[index].pending == nil {
                plan(claim, of: index, after: limits.ledgerRetry, firstStart: firstStart, uptime: uptime, &actions)
                jobs[index].pending?.mayBeOnRecord = true
            }
            return actions
        }
        note(answer, of: request.job, &actions)
        settle(claim, outcome, of: index, firstStart: firstStart, sentAt: sentAt ?? uptime, at: now, uptime: uptime, &actions)
        return actions
    }

    /// Takes up runs of dead processes, and those that a service's end cut short, where their policy allows another attempt.
    package mutating func takeUp(_ interrupted: [InterruptedRun], at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        for run in interrupted where run.trigger.isScheduled {
            guard let index = indexes[run.job], jobs[index].isScheduling, jobs[index].pending == nil else { continue }
            let job = jobs[index]
            // Claimed by a clock that was ahead: not yet.
            guard run.dueAt <= now else { continue }
            // Older than what is accounted for means that a newer occurrence has come since.
            guard run.attempt < job.rules.retry.attempts, run.scheduledFor >= job.cursor,
                now - run.dueAt <= job.rules.startDeadline(from: run.scheduledFor)
            else { continue }
            let claim = ClaimRequest(
                runID: run.runID, job: run.job, trigger: .retry, scheduledFor: run.scheduledFor, dueAt: now, attempt: run.attempt + 1,
                overlap: job.rules.overlap, localLabel: run.localLabel, timezone: job.rules.timetable.timezone,
                schedule: job.scheduleText, dstKind: run.dstKind, configHash: job.configHash, retryOf: run.runID)
            plan(claim, of: index, after: .zero, firstStart: nil, uptime: uptime, &actions)
        }
        return actions
    }

    // MARK: Leases

    /// Until when a holder may trust a lease that was asked for at a moment of its monotonic clock; nil without leases.
    func trustedUntil(sentAt: Duration) -> Duration? { lease.map { sentAt + JobLease.trusted(of: $0) } }

    func hasEnded(leaseAskedAt sentAt: Duration, uptime: Duration) -> Bool { trustedUntil(sentAt: sentAt).map { $0 <= uptime } ?? false }

    mutating func renewIfDue(uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard let lease, let due = nextRenewal, due <= uptime, !jobs.isEmpty else { return }
        // Whatever becomes of the answers: one part of the ledger that gives none must not let the leases in the other end.
        nextRenewal = uptime + lease / 3
        let held = activeRuns
        // Without runs only those of dead holders are looked for.
        actions.append(held.isEmpty ? .recover : .renew(held))
    }

    /// The ledger extended the leases of some of the runs asked about; nil if it failed, which is tried again soon.
    ///
    /// - Parameter sentAt: the monotonic clock before the ledger was asked: trust in a lease counts from there
    package mutating func renewed(
        _ held: Set<RunID>?, of asked: [RunID], sentAt: Duration, at now: Timestamp, uptime: Duration
    ) -> [SchedulerAction] {
        guard let held else {
            planRenewal(at: uptime + limits.ledgerRetry)
            return []
        }
        var actions: [SchedulerAction] = []
        for id in asked {
            if held.contains(id) {
                trust(id, until: trustedUntil(sentAt: sentAt))
            } else {
                lose(id, at: now, uptime: uptime, &actions)
            }
        }
        actions.append(.recover)
        return actions
    }

    /// The ledger's list of interrupted runs; nil if it failed.
    package mutating func recovered(_ interrupted: [InterruptedRun]?, at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        if interrupted == nil { planRenewal(at: uptime + limits.ledgerRetry) }
        return takeUp(interrupted ?? [], at: now, uptime: uptime)
    }

    /// Never later than planned already.
    private mutating func planRenewal(at moment: Duration) {
        nextRenewal = nextRenewal.map { min($0, moment) }
    }

    mutating func trust(_ id: RunID, until promised: Duration?) {
        guard let promised, let run = runs[id] else { return }
        // Answers may come out of order.
        let end = max(promised, run.leaseEnd ?? promised)
        runs[id]?.leaseEnd = end
        deadlines.insert(DeadlineEntry(at: end, event: .leaseEnd(id)))
    }

    mutating func passLeaseEnd(of id: RunID, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard let end = runs[id]?.leaseEnd, end <= uptime else { return }
        lose(id, at: now, uptime: uptime, &actions)
    }

    /// A run whose claim has passed, or may have passed, to another replica.
    private mutating func lose(_ id: RunID, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard let run = runs[id] else { return }
        if run.phase == .waiting {
            // It was given up by the ledger; the occurrence goes on elsewhere.
            jobs[run.job].waiting = nil
            runs[id] = nil
        } else {
            cancel(id, reason: .lostLease, at: now, uptime: uptime, &actions)
        }
    }
}
