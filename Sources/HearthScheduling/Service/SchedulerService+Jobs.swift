import HearthTelemetry

/// The job table and what people ask about it.
extension SchedulerService {
    /// Replaces the job table while running: added, changed and removed jobs take effect at once, and nothing that is due is lost.
    package func setJobs(_ jobs: [JobDefinition]) async throws(SchedulerError) {
        await perform(engine.wake(at: timeSource.now(), uptime: timeSource.uptime()))
        try await register(jobs)
        wakeUp()
    }

    /// Makes the jobs known to a ledger that has lost them, such as one in a file that was made anew; what is planned stays as it is.
    package func registerAgain() async throws(SchedulerError) {
        guard !definitions.isEmpty else { return }
        try await register(Array(definitions.values))
        wakeUp()
    }

    func register(_ jobs: [JobDefinition]) async throws(SchedulerError) {
        try check(jobs)
        let now = timeSource.now()
        let known: [String: JobRecord]
        do throws(LedgerError) {
            known = try await ledger.register(jobs.map { JobRegistration(rules: $0.rules) }, at: now)
        } catch {
            throw .ledger(error)
        }
        let removed = Set(definitions.keys).subtracting(jobs.map(\.name))
        records = known
        definitions = Dictionary(jobs.map { ($0.name, $0) }) { first, _ in first }
        for name in removed.sorted() { observer.jobRemoved(name) }
        for job in jobs {
            guard let record = known[job.name] else { continue }
            observer.jobRegistered(
                RegisteredJob(
                    job: job.name, registeredAt: record.registeredAt,
                    interval: job.rules.isEnabled ? job.rules.timetable.expectedInterval(from: now) : nil,
                    timeout: job.rules.timeout, lastSuccess: record.lastSuccessAt, lastCompletion: record.lastCompletionAt,
                    pausedUntil: record.pausedUntil))
            observer.unaccounted(job: job.name, count: 0)
            if record.hasConfigMismatch { observer.configMismatch(job: job.name) }
        }
        await perform(engine.setJobs(jobs.map(\.rules), records: known, at: now))
        countJobs()
    }

    private func check(_ jobs: [JobDefinition]) throws(SchedulerError) {
        var names = Set<String>()
        for job in jobs {
            guard names.insert(job.name).inserted else { throw .duplicateJob(job.name) }
            guard JobRules.isValid(name: job.name) else {
                throw .invalidJob(
                    job.name,
                    reason: "a name is up to 64 lower-case letters, digits and hyphens, and not one of "
                        + "\(JobRules.reservedNames.sorted().joined(separator: ", ")), which are addresses of the interface.")
            }
            guard !job.rules.timetable.schedules.isEmpty else { throw .invalidJob(job.name, reason: "it has no schedule; use @manual.") }
            guard !job.rules.timetable.schedules.contains(where: \.isReboot) else {
                throw .invalidJob(job.name, reason: "@reboot is about the machine, which a service does not see; use @startup.")
            }
        }
    }

    func countJobs() {
        let now = timeSource.now()
        let enabled = definitions.values.filter(\.rules.isEnabled)
        let paused = enabled.filter { engine.glance(at: $0.name)?.pausedUntil.map { now < $0 } ?? false }
        observer.jobsCounted(enabled: enabled.count, paused: paused.count)
    }

    // MARK: Questions

    /// All jobs by name.
    package func jobs() async throws(SchedulerError) -> [JobStatus] {
        var statuses: [JobStatus] = []
        for name in engine.jobNames { statuses.append(try await status(of: name)) }
        return statuses
    }

    /// The names of all jobs, without asking the ledger.
    package var jobNames: [String] { engine.jobNames }

    package func job(_ name: String) async throws(SchedulerError) -> JobStatus {
        guard engine.isKnown(name) else { throw unknownJob(name) }
        return try await status(of: name)
    }

    private func status(of name: String) async throws(SchedulerError) -> JobStatus {
        let started = RunOutcome.allCases.filter { $0 != .waiting && $0 != .skipped && $0 != .missed }
        let last = try await asking { [ledger] () async throws(LedgerError) in
            try await ledger.runs(RunQuery(job: name, limit: 1, outcomes: started))
        }
        guard let glance = engine.glance(at: name) else { throw unknownJob(name) }
        return JobStatus(glance: glance, record: records[name], lastRun: last.first, now: timeSource.now())
    }

    /// The next firings of a job, without jitter, in order; none of a job that is disabled.
    package func firings(of name: String, count: Int) throws(SchedulerError) -> [Firing] {
        guard let glance = engine.glance(at: name) else { throw unknownJob(name) }
        guard glance.nextFiring != nil else { return [] }
        return glance.rules.timetable.firings(after: max(timeSource.now(), glance.accountedThrough), count: count)
    }

    /// Newest first. Runs are listed for jobs that are no longer configured too, as long as they are remembered.
    package func runs(_ query: RunQuery) async throws(SchedulerError) -> [RunRecord] {
        let runs = try await asking { [ledger] () async throws(LedgerError) in try await ledger.runs(query) }
        if runs.isEmpty, let job = query.job, !engine.isKnown(job) {
            let any = try await asking { [ledger] () async throws(LedgerError) in try await ledger.runs(RunQuery(job: job, limit: 1)) }
            guard !any.isEmpty else { throw unknownJob(job) }
        }
        return runs
    }

    package func runs(
        job: String, limit: Int = 50, before: RunID? = nil, outcome: RunOutcome? = nil
    ) async throws(SchedulerError) -> [RunRecord] {
        try await runs(RunQuery(job: job, limit: limit, before: before, outcomes: outcome.map { [$0] } ?? []))
    }

    package func run(id: RunID) async throws(SchedulerError) -> RunRecord {
        guard let run = try await asking({ [ledger] () async throws(LedgerError) in try await ledger.run(id) }) else {
            throw .unknownRun(id.description)
        }
        return run
    }

    /// What is planned from now on, by job. At most `limit` firings are listed per job; all of them, up to 10,000, are counted into bins.
    package func upcoming(within window: Duration, limit: Int = 96, bins: Int = 96) -> [UpcomingRuns] {
        let now = timeSource.now()
        return engine.jobNames.compactMap { name in
            guard let glance = engine.glance(at: name), glance.nextFiring != nil else { return nil }
            return UpcomingRuns(
                rules: glance.rules, from: max(now, glance.accountedThrough), through: now + window, limit: limit, bins: bins)
        }
    }

    func asking<Value: Sendable>(
        _ question: @Sendable () async throws(LedgerError) -> Value
    ) async throws(SchedulerError) -> Value {
        do throws(LedgerError) {
            return try await question()
        } catch {
            throw .ledger(error)
        }
    }

    func unknownJob(_ name: String) -> SchedulerError {
        .unknownJob(name, nearest: NearestName.find(name, in: engine.jobNames))
    }
}
