package import HearthTelemetry

/// From "claimed" to "recorded".
extension SchedulerState {
    /// Acts on the ledger's answer to a claim.
    mutating func settle(
        _ claim: ClaimRequest, _ outcome: ClaimOutcome, of index: Int, firstStart: Duration?, sentAt: Duration, at now: Timestamp,
        uptime: Duration, _ actions: inout [SchedulerAction]
    ) {
        switch outcome {
        case .won(let fence):
            actions.append(.note(.claimed(isWon: true)))
            if isStopping { return giveBack(claim, state: .cancelled, errorType: CancelReason.shutdown.rawValue, at: now, &actions) }
            if isTooLate(claim, of: index, at: now) {
                giveBack(claim, state: .skippedMisfire, errorType: SkipReason.misfire.rawValue, at: now, &actions)
                actions.append(.note(.skipped(job: claim.job, reason: .misfire, count: 1)))
                return
            }
            if hasEnded(leaseAskedAt: sentAt, uptime: uptime) {
                // The answer took longer than the lease lives; another replica may hold the job by now.
                return giveBack(claim, state: .lostLease, errorType: CancelReason.lostLease.rawValue, at: now, &actions)
            }
            let run = ActiveRun(job: index, claim: claim, fence: fence, phase: .running, firstStart: firstStart)
            start(run, sentAt: sentAt, at: now, uptime: uptime, &actions)
        case .duplicate:
            // The caller asks again for what it has; nobody competed.
            break
        case .taken, .overlapping:
            actions.append(.note(.claimed(isWon: false)))
        case .waiting:
            actions.append(.note(.claimed(isWon: true)))
            wait(ActiveRun(job: index, claim: claim, phase: .waiting, firstStart: firstStart), at: now, uptime: uptime, &actions)
            trust(claim.runID, until: trustedUntil(sentAt: sentAt))
        }
    }

    private mutating func start(
        _ waiting: ActiveRun, sentAt: Duration?, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]
    ) {
        var run = waiting
        let rules = jobs[run.job].rules
        let id = run.claim.runID
        let isDue = now >= run.claim.dueAt || !run.claim.trigger.isScheduled
        run.phase = isDue ? .running : .held
        guard isDue else {
            runs[id] = run
            if let lease, run.claim.dueAt - now > lease {
                // Others have clocks too: one of them takes the occurrence up when it is due.
                return endUnstarted(id, state: .cancelled, errorType: CancelReason.clockStep.rawValue, at: now, uptime: uptime, &actions)
            }
            jobs[run.job].running.append(id)
            trust(id, until: sentAt.flatMap(trustedUntil(sentAt:)))
            deadlines.insert(DeadlineEntry(at: uptime + (run.claim.dueAt - now), event: .heldStart(id)))
            return
        }
        run.startedAt = now
        run.startedUptime = uptime
        run.firstStart = run.firstStart ?? uptime
        let timeoutAt = uptime + rules.timeout
        deadlines.insert(DeadlineEntry(at: timeoutAt, event: .runTimeout(id)))
        if let deadline = rules.deadline, let firstStart = run.firstStart {
            deadlines.insert(DeadlineEntry(at: firstStart + deadline, event: .occurrenceDeadline(id)))
        }
        runs[id] = run
        trust(id, until: sentAt.flatMap(trustedUntil(sentAt:)))
        jobs[run.job].running.append(id)
        actions.append(
            .start(
                StartOrder(
                    runID: id, job: rules.name, trigger: run.claim.trigger, scheduledFor: run.claim.scheduledFor,
                    attempt: run.claim.attempt, fence: run.fence, timeoutAt: timeoutAt, lateness: now - run.claim.dueAt)))
    }

    /// Looks again at a run that waits for its time to come a second time.
    mutating func startHeld(_ id: RunID, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard let run = runs[id], run.phase == .held else { return }
        jobs[run.job].running.removeAll { $0 == id }
        // The lease of a held run is renewed like that of any other; its end stands as it was.
        start(run, sentAt: nil, at: now, uptime: uptime, &actions)
    }

    /// The task of a run ended.
    package mutating func ended(_ id: RunID, with ending: RunEnding, at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        guard var run = runs[id] else { return [] }
        var completion = completion(of: run, at: now, uptime: uptime)
        switch (ending, run.phase) {
        case (.returned(let result), _):
            // Done is done, even if the run was asked to stop.
            completion.state = .succeeded
            completion.result = result
        case (.threw, .cancelling(let reason)):
            // What a cancelled job says of itself is about the cancellation at best; the reason is what people look for.
            completion.state = reason.state
            completion.errorType = reason.rawValue
            completion.errorMessage = reason.message
        case (.threw(let type, let message, let isRetryable, let after), .running),
            (.threw(let type, let message, let isRetryable, let after), .waiting),
            (.threw(let type, let message, let isRetryable, let after), .held):
            completion.state = type == FenceRejection.code ? .fenceRejected : .failed
            completion.errorType = type
            completion.errorMessage = message
            run.retry = isRetryable ? after : nil
        case (.threw, .finishing):
            return []
        }
        if case .finishing = run.phase { return [] }
        run.phase = .finishing(completion)
        runs[id] = run
        return [.finish(completion)]
    }

    /// The end of a run is on record; `accepted` is false if its claim had passed to somebody else.
    package mutating func recorded(_ id: RunID, accepted: Bool, at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        guard let run = runs.removeValue(forKey: id), case .finishing(let completion) = run.phase else { return [] }
        var actions: [SchedulerAction] = []
        jobs[run.job].running.removeAll { $0 == id }
        var end = completion
        if !accepted { end.state = .fenceRejected }
        // By the ledger, or before that by the store that the run wrote to.
        if end.state == .fenceRejected { actions.append(.note(.fenceRejected(job: end.job))) }
        actions.append(.note(.finished(end)))
        if accepted, let after = run.retry { planRetry(of: run, notBefore: after, at: now, uptime: uptime, &actions) }
        if let waiting = jobs[run.job].waiting { acquire(waiting, &actions) }
        if jobs[run.job].isCatchingUp { arm(run.job, &actions) }
        admitCrowd(at: now, &actions)
        return actions
    }

    func completion(of run: ActiveRun, at now: Timestamp, uptime: Duration) -> RunCompletion {
        RunCompletion(
            runID: run.claim.runID, job: run.claim.job, scheduledFor: run.claim.scheduledFor, trigger: run.claim.trigger,
            attempt: run.claim.attempt, state: .running, startedAt: run.startedAt, finishedAt: now,
            lateness: run.startedAt.map { $0 - run.claim.dueAt }, duration: run.startedUptime.map { uptime - $0 })
    }

    // MARK: Ending early

    mutating func cancel(_ id: RunID, reason: CancelReason, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard var run = runs[id] else { return }
        if run.phase == .held {
            return endUnstarted(id, state: reason.state, errorType: reason.rawValue, at: now, uptime: uptime, &actions)
        }
        guard run.phase == .running else { return }
        run.phase = .cancelling(reason)
        runs[id] = run
        deadlines.insert(DeadlineEntry(at: uptime + limits.cancelGrace, event: .graceEnd(id)))
        actions.append(.cancel(id))
    }

    /// Records a task that ignores its cancellation as ended and frees its place; its fence is revoked so that its writes fail.
    mutating func giveUp(_ id: RunID, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard var run = runs[id], case .cancelling(let reason) = run.phase else { return }
        var completion = completion(of: run, at: now, uptime: uptime)
        completion.state = reason.state
        completion.errorType = reason == .timeout || reason == .deadline ? "timed_out_unresponsive" : "\(reason.rawValue)_unresponsive"
        completion.errorMessage =
            "The job did not react to its cancellation within \(limits.cancelGrace); its writes are refused from now on."
        completion.revokesFence = true
        run.phase = .finishing(completion)
        runs[id] = run
        actions.append(.finish(completion))
    }

    // MARK: Waiting runs

    private mutating func wait(_ run: ActiveRun, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        let id = run.claim.runID
        runs[id] = run
        runs[id]?.waitingSince = uptime
        jobs[run.job].waiting = id
        if run.claim.overlap == .replace {
            for running in jobs[run.job].running { cancel(running, reason: .replaced, at: now, uptime: uptime, &actions) }
        }
        // What runs here asks for the place when it ends; what runs on another replica has to be looked after.
        if jobs[run.job].running.isEmpty { acquire(id, &actions) } else { planLook(at: id, after: limits.cancelGrace, uptime: uptime) }
    }

    private mutating func planLook(at id: RunID, after pause: Duration, uptime: Duration) {
        runs[id]?.plannedLook &+= 1
        guard let look = runs[id]?.plannedLook else { return }
        deadlines.insert(DeadlineEntry(at: uptime + pause, event: .waitingRun(id, look: look)))
    }

    /// Asks for the place of a waiting run, unless that is being done.
    mutating func acquire(_ id: RunID, _ actions: inout [SchedulerAction]) {
        guard let run = runs[id], run.phase == .waiting, !run.isAcquiring else { return }
        runs[id]?.isAcquiring = true
        actions.append(.acquire(id))
    }

    /// The ledger's answer to an acquisition; nil if it failed.
    package mutating func acquired(
        _ id: RunID, outcome: ClaimOutcome?, sentAt: Duration? = nil, at now: Timestamp, uptime: Duration
    ) -> [SchedulerAction] {
        guard var run = runs[id] else { return [] }
        runs[id]?.isAcquiring = false
        guard run.phase == .waiting else { return [] }
        var actions: [SchedulerAction] = []
        switch outcome {
        case .won where hasEnded(leaseAskedAt: sentAt ?? uptime, uptime: uptime):
            endUnstarted(id, state: .lostLease, errorType: CancelReason.lostLease.rawValue, at: now, uptime: uptime, &actions)
        case .won(let fence):
            jobs[run.job].waiting = nil
            run.fence = fence
            run.isAcquiring = false
            start(run, sentAt: sentAt ?? uptime, at: now, uptime: uptime, &actions)
        case .waiting, .overlapping, nil:
            planLook(at: id, after: limits.ledgerRetry, uptime: uptime)
        case .taken, .duplicate:
            jobs[run.job].waiting = nil
            runs[id] = nil
        }
        return actions
    }

    mutating func passWaiting(_ id: RunID, look: UInt32, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        guard let run = runs[id], run.phase == .waiting, run.plannedLook == look else { return }
        let waited = run.waitingSince.map { uptime - $0 } ?? .zero
        guard run.claim.overlap == .replace, waited >= limits.cancelGrace else { return acquire(id, &actions) }
        endUnstarted(id, state: .skippedOverlap, errorType: "replace_timeout", at: now, uptime: uptime, &actions)
        actions.append(.note(.skipped(job: run.claim.job, reason: .overlap, count: 1)))
    }

    mutating func endUnstarted(
        _ id: RunID, state: RunState, errorType: String, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]
    ) {
        guard var run = runs[id], run.phase == .waiting || run.phase == .held else { return }
        if jobs[run.job].waiting == id { jobs[run.job].waiting = nil }
        var completion = completion(of: run, at: now, uptime: uptime)
        completion.state = state
        completion.errorType = errorType
        run.phase = .finishing(completion)
        runs[id] = run
        actions.append(.finish(completion))
    }
}
