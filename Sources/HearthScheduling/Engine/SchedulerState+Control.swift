package import HearthTelemetry

/// What people and the service itself ask of the engine.
extension SchedulerState {
    // MARK: The job table

    /// Replaces the job table. Unchanged schedules keep their place, so nothing that is due is lost; call ``wake(at:uptime:)`` before, so that
    /// what is due under an old schedule is accounted for.
    ///
    /// - Parameter records: what the ledger knows; a job without a record starts at `now`
    package mutating func setJobs(_ rules: [JobRules], records: [String: JobRecord], at now: Timestamp) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        let names = Set(rules.map(\.name))
        for index in jobs.indices where !names.contains(jobs[index].rules.name) && !jobs[index].isRemoved {
            declareRest(of: index, at: now, &actions)
            jobs[index].isRemoved = true
            jobs[index].generation &+= 1
            jobs[index].pending = nil
            if jobs[index].request?.claim != nil { openClaims -= 1 }
            jobs[index].request = nil
            indexes[jobs[index].rules.name] = nil
            actions.append(.note(.nextRun(job: jobs[index].rules.name, at: nil)))
        }
        var vacant = jobs.indices.filter { jobs[$0].isRemoved && jobs[$0].running.isEmpty && jobs[$0].waiting == nil }
        for rules in rules {
            if let index = indexes[rules.name] {
                update(index, to: rules, at: now, &actions)
            } else {
                insert(rules, record: records[rules.name], into: vacant.popLast(), at: now, &actions)
            }
        }
        return actions
    }

    private mutating func insert(
        _ rules: JobRules, record: JobRecord?, into vacant: Int?, at now: Timestamp, _ actions: inout [SchedulerAction]
    ) {
        var cursor = now
        if let record {
            cursor = max(record.scheduleSince, record.lastAccountedFor ?? record.scheduleSince)
            // A record from the future means that the clock was wrong then: the ledger's rows decide.
            cursor = min(cursor, now)
        }
        let job = ScheduledJob(rules: rules, cursor: cursor, pausedUntil: record?.pausedUntil)
        let index = vacant ?? jobs.count
        if vacant != nil {
            // Entries of the former owner must not be taken for the new one's.
            let (generation, attemptGeneration) = (jobs[index].generation, jobs[index].attemptGeneration)
            jobs[index] = job
            jobs[index].generation = generation
            jobs[index].attemptGeneration = attemptGeneration
        } else {
            jobs.append(job)
        }
        indexes[rules.name] = index
        arm(index, &actions)
    }

    private mutating func update(_ index: Int, to rules: JobRules, at now: Timestamp, _ actions: inout [SchedulerAction]) {
        let old = jobs[index]
        guard old.rules != rules else { return }
        let isSameSchedule = old.rules.timetable == rules.timetable && old.rules.isEnabled == rules.isEnabled
        if !isSameSchedule { declareRest(of: index, at: now, &actions) }
        var job = ScheduledJob(rules: rules, cursor: isSameSchedule ? old.cursor : max(now, old.cursor), pausedUntil: old.pausedUntil)
        job.generation = old.generation
        job.request = old.request
        job.failedRequests = old.failedRequests
        job.pending = old.pending
        job.attemptGeneration = old.attemptGeneration
        job.waiting = old.waiting
        job.running = old.running
        jobs[index] = job
        arm(index, &actions)
    }

    /// Records as missed what a schedule that ends now still owes: occurrences that were due and have not been sent to the ledger.
    private mutating func declareRest(of index: Int, at now: Timestamp, _ actions: inout [SchedulerAction]) {
        let job = jobs[index]
        let horizon = Timestamp(milliseconds: now.milliseconds - job.jitterOffset)
        guard job.isScheduling, let first = job.rules.timetable.next(after: job.cursor), first.instant <= horizon else { return }
        var request = AccountRequest(
            job: job.rules.name, timezone: job.rules.timetable.timezone, schedule: job.scheduleText, configHash: job.configHash)
        request.skips = missedSkips(of: job, from: first, through: horizon, at: now)
        actions.append(.account(request))
    }

    // MARK: Operators

    /// A claim for a run by hand; send it to the ledger and hand the answer to ``detachedAnswered(_:answer:sentAt:at:uptime:)``.
    ///
    /// Nil if there is no such job.
    package mutating func manualRequest(
        job name: String, idempotencyKey: String?, actor: String?, at now: Timestamp
    ) -> AccountRequest? {
        outsideRequest(job: name, trigger: .manual, idempotencyKey: idempotencyKey, actor: actor, at: now)
    }

    /// The claims of all start-up jobs, once per process.
    package mutating func startupRequests(at now: Timestamp) -> [AccountRequest] {
        let names = jobs.filter { $0.rules.isEnabled && !$0.isRemoved && $0.rules.timetable.runsAtStartup }.map(\.rules.name)
        return names.compactMap { outsideRequest(job: $0, trigger: .startup, idempotencyKey: nil, actor: nil, at: now) }
    }

    private mutating func outsideRequest(
        job name: String, trigger: RunTrigger, idempotencyKey: String?, actor: String?, at now: Timestamp
    ) -> AccountRequest? {
        guard let index = indexes[name], !isStopping else { return nil }
        let job = jobs[index]
        let claim = ClaimRequest(
            runID: ids.next(at: now), job: name, trigger: trigger, scheduledFor: now, dueAt: now, overlap: job.rules.overlap,
            timezone: job.rules.timetable.timezone, schedule: job.scheduleText, configHash: job.configHash,
            idempotencyKey: idempotencyKey, actor: actor)
        return AccountRequest(
            job: name, timezone: job.rules.timetable.timezone, schedule: job.scheduleText, configHash: job.configHash, claim: claim)
    }

    /// Nil resumes. The schedule goes on either way; paused occurrences are recorded as skipped.
    package mutating func setPause(job name: String, until: Timestamp?) {
        guard let index = indexes[name] else { return }
        jobs[index].pausedUntil = until
    }

    /// False if the run is not active here.
    package mutating func cancelRun(_ id: RunID, at now: Timestamp, uptime: Duration) -> (found: Bool, actions: [SchedulerAction]) {
        guard let run = runs[id] else { return (false, []) }
        var actions: [SchedulerAction] = []
        if run.phase == .waiting || run.phase == .held {
            endUnstarted(id, state: .cancelled, errorType: CancelReason.operator.rawValue, at: now, uptime: uptime, &actions)
        } else {
            cancel(id, reason: .operator, at: now, uptime: uptime, &actions)
        }
        return (true, actions)
    }

    // MARK: Shutdown

    /// Claims nothing more; waiting runs are given back.
    package mutating func stop(at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        isStopping = true
        crowd.removeAll()
        var actions: [SchedulerAction] = []
        for index in jobs.indices { jobs[index].pending = nil }
        for id in runs.keys.sorted() where runs[id]?.phase == .waiting || runs[id]?.phase == .held {
            endUnstarted(id, state: .cancelled, errorType: CancelReason.shutdown.rawValue, at: now, uptime: uptime, &actions)
        }
        return actions
    }

    /// Asks all runs to end because the service does.
    package mutating func cancelAll(at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        for id in runs.keys.sorted() { cancel(id, reason: .shutdown, at: now, uptime: uptime, &actions) }
        return actions
    }

    // MARK: Looking in

    package var activeRuns: [RunID] { runs.keys.sorted() }
    package var hasActiveRuns: Bool { !runs.isEmpty }

    package func isKnown(_ job: String) -> Bool { indexes[job] != nil }
    package var jobNames: [String] { indexes.keys.sorted() }

    /// What the engine knows of a job now.
    package func glance(at job: String) -> JobGlance? {
        guard let index = indexes[job] else { return nil }
        let job = jobs[index]
        return JobGlance(
            rules: job.rules, nextFiring: job.isScheduling ? job.next : nil,
            nextDueAt: job.isScheduling ? job.next.map { Timestamp(milliseconds: $0.instant.milliseconds + job.jitterOffset) } : nil,
            accountedThrough: job.request?.basis ?? job.cursor, runningRuns: job.running.sorted(), waitingRun: job.waiting,
            oldestStart: job.running.compactMap { runs[$0]?.startedAt }.min(), pausedUntil: job.pausedUntil,
            isExhausted: job.isExhausted, isFaulty: job.isFaulty)
    }
}

/// A job as the engine sees it at a moment.
package struct JobGlance: Sendable {
    package var rules: JobRules
    package var nextFiring: Firing?
    /// The next firing with its jitter.
    package var nextDueAt: Timestamp?
    /// All occurrences up to here have been recorded.
    package var accountedThrough: Timestamp
    package var runningRuns: [RunID]
    package var waitingRun: RunID?
    package var oldestStart: Timestamp?
    package var pausedUntil: Timestamp?
    package var isExhausted: Bool
    package var isFaulty: Bool
}

extension SchedulerState {
    /// A request that records occurrences of the past as missed.
    package mutating func declaration(of firings: [Firing], job name: String, at now: Timestamp) -> AccountRequest? {
        guard let index = indexes[name] else { return nil }
        let job = jobs[index]
        var request = AccountRequest(
            job: name, timezone: job.rules.timetable.timezone, schedule: job.scheduleText, configHash: job.configHash)
        request.skips = firings.map { skip($0, of: job, reason: .misfire, at: now) }
        return request
    }
}
