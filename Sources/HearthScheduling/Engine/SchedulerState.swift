package import HearthTelemetry

/// The scheduler as a pure value: facts and clock readings go in, actions come out.
///
/// Start, wake, stall, clock step and take-over are one case: every wake compares the last accounted occurrence with the clock and accounts for
/// all that became due. A job has at most one open conversation with the ledger about its schedule; until it is answered the job waits, and a
/// failed one is repeated unchanged. So no occurrence is forgotten and none is claimed twice.
package struct SchedulerState: Sendable {
    /// Bounds and tolerances.
    package struct Limits: Sendable, Equatable {
        /// Up to this lateness an occurrence counts as on time.
        package var tolerance = Duration.seconds(5)
        /// A wall clock that differs from the monotonic one by more made a step.
        package var clockStep = Duration.seconds(1)
        /// How long a cancelled task may take to end.
        package var cancelGrace = Duration.seconds(10)
        /// Skipped occurrences that get a row each, per event; the others share one.
        package var skipRows = 100
        /// Occurrences counted for a summary row.
        package var countedOccurrences = 1000
        /// Runs and open claims; occurrences beyond wait for a free place.
        package var concurrentRuns = 256
        /// The pauses between repeated ledger calls.
        package var ledgerRetry = Duration.seconds(1)
        package var ledgerRetryCeiling = Duration.seconds(30)

        package init() {}
    }

    var limits: Limits
    var jobs: [ScheduledJob] = []
    var indexes: [String: Int] = [:]
    var runs: [RunID: ActiveRun] = [:]
    /// Occurrences by the wall clock.
    var due = QuaternaryHeap<DueEntry>()
    /// Timeouts, graces and pauses by the monotonic clock.
    var deadlines = QuaternaryHeap<DeadlineEntry>()
    var ids: RunIDGenerator
    var random: SplitMix64
    var openClaims = 0
    /// Jobs that became due while all places were taken, first come first served.
    var crowd = WaitingLine()
    /// When the first attempt of an occurrence started, while a claim for a further attempt is open.
    var firstStarts: [RunID: Duration] = [:]
    /// How long a claim lives in the ledger without renewal; nil where claims end with the process.
    let lease: Duration?
    /// When leases are renewed and runs of dead holders are looked for next; nil without leases.
    var nextRenewal: Duration?
    package internal(set) var isStopping = false
    private var lastReading: (now: Timestamp, uptime: Duration)?

    /// - Parameters:
    ///   - lease: see ``RunLedger/leaseDuration``
    ///   - seed: for run ids and retry pauses; random in service, fixed in simulations
    package init(limits: Limits = Limits(), lease: Duration? = nil, seed: UInt64) {
        self.limits = limits
        self.lease = lease
        nextRenewal = lease == nil ? nil : .zero
        ids = RunIDGenerator(seed: seed)
        random = SplitMix64(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
    }

    // MARK: The main verb

    /// Does all that is due. Call it whenever ``nextWake(at:uptime:)`` has passed; calling it more often does no harm.
    package mutating func wake(at now: Timestamp, uptime: Duration) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        noticeClockStep(at: now, uptime: uptime, &actions)
        while let entry = deadlines.first, entry.at <= uptime {
            _ = deadlines.removeFirst()
            pass(entry, at: now, uptime: uptime, &actions)
        }
        while let entry = due.first, entry.at <= now.milliseconds {
            _ = due.removeFirst()
            guard jobs[entry.job].generation == entry.generation else { continue }
            dispatch(entry.job, at: now, &actions)
        }
        renewIfDue(uptime: uptime, &actions)
        return actions
    }

    /// How long nothing will be due; nil if nothing is planned at all.
    package func nextWake(at now: Timestamp, uptime: Duration) -> Duration? {
        let byWallClock = due.first.map { Timestamp(milliseconds: $0.at) - now }
        let byUptime = deadlines.first.map { $0.at - uptime }
        // Without jobs nothing is renewed, and the moment would stay due.
        let byLease = jobs.isEmpty ? nil : nextRenewal.map { $0 - uptime }
        guard let first = [byWallClock, byUptime, byLease].compactMap({ $0 }).min() else { return nil }
        return max(.zero, first)
    }

    private mutating func noticeClockStep(at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        defer { lastReading = (now, uptime) }
        guard let lastReading else { return }
        let step = (now - lastReading.now) - (uptime - lastReading.uptime)
        guard step > limits.clockStep || step < .zero - limits.clockStep else { return }
        actions.append(.note(.clockStep(isForward: step > .zero, by: step)))
        guard step < .zero else {
            for id in runs.keys.sorted() where runs[id]?.phase == .held { startHeld(id, at: now, uptime: uptime, &actions) }
            return
        }
        // Occurrences that lie ahead again are looked at again; the ledger knows which of them it has.
        for index in jobs.indices where jobs[index].cursor > now && jobs[index].isScheduling {
            jobs[index].cursor = now
            arm(index, &actions)
        }
    }

    private mutating func pass(_ entry: DeadlineEntry, at now: Timestamp, uptime: Duration, _ actions: inout [SchedulerAction]) {
        switch entry.event {
        case .runTimeout(let run): cancel(run, reason: .timeout, at: now, uptime: uptime, &actions)
        case .occurrenceDeadline(let run): cancel(run, reason: .deadline, at: now, uptime: uptime, &actions)
        case .leaseEnd(let run): passLeaseEnd(of: run, at: now, uptime: uptime, &actions)
        case .graceEnd(let run): giveUp(run, at: now, uptime: uptime, &actions)
        case .attempt(let job, let generation): startRetry(of: job, generation: generation, at: now, uptime: uptime, &actions)
        case .ledgerRetry(let job): repeatRequest(of: job, &actions)
        case .waitingRun(let run, let look): passWaiting(run, look: look, at: now, uptime: uptime, &actions)
        case .heldStart(let run): startHeld(run, at: now, uptime: uptime, &actions)
        }
    }

    // MARK: Entries

    mutating func arm(_ index: Int, _ actions: inout [SchedulerAction]) {
        jobs[index].generation &+= 1
        let job = jobs[index]
        guard job.isScheduling, !isStopping, job.request == nil else { return }
        guard let next = job.rules.timetable.next(after: job.cursor) else {
            if !job.isExhausted { actions.append(.note(.exhausted(job: job.rules.name))) }
            jobs[index].next = nil
            jobs[index].isExhausted = true
            actions.append(.note(.nextRun(job: job.rules.name, at: nil)))
            return
        }
        guard next.instant > job.cursor else {
            jobs[index].isFaulty = true
            jobs[index].next = nil
            actions.append(.note(.invariantViolated(job: job.rules.name)))
            return
        }
        jobs[index].next = next
        jobs[index].isExhausted = false
        let dueAt = next.instant.milliseconds + job.jitterOffset
        if !job.isHeldBack {
            due.insert(DueEntry(at: dueAt, job: index, generation: jobs[index].generation))
            if due.count > 1000 + 4 * jobs.count {
                due.filter { [jobs] in jobs[$0.job].generation == $0.generation }
            }
        }
        actions.append(.note(.nextRun(job: job.rules.name, at: Timestamp(milliseconds: dueAt))))
    }
}

/// First come, first served, with constant cost.
struct WaitingLine: Sendable {
    private var indexes: [Int] = []
    private var head = 0

    mutating func append(_ index: Int) { indexes.append(index) }

    mutating func removeFirst() -> Int? {
        guard head < indexes.count else { return nil }
        defer {
            head += 1
            if head == indexes.count {
                indexes.removeAll(keepingCapacity: true)
                head = 0
            }
        }
        return indexes[head]
    }

    mutating func removeAll() {
        indexes = []
        head = 0
    }
}

struct DueEntry: Comparable, Sendable {
    /// Milliseconds since the epoch.
    let at: Int64
    let job: Int
    /// The entry counts only while the job has the same number.
    let generation: UInt32

    static func < (left: DueEntry, right: DueEntry) -> Bool { (left.at, left.job) < (right.at, right.job) }
}

struct DeadlineEntry: Comparable, Sendable {
    enum Event: Sendable, Equatable {
        case runTimeout(RunID)
        case occurrenceDeadline(RunID)
        case leaseEnd(RunID)
        case graceEnd(RunID)
        case attempt(job: Int, generation: UInt32)
        case ledgerRetry(job: Int)
        case waitingRun(RunID, look: UInt32)
        case heldStart(RunID)
    }

    /// On the monotonic clock.
    let at: Duration
    let event: Event

    static func < (left: DeadlineEntry, right: DeadlineEntry) -> Bool { left.at < right.at }
    static func == (left: DeadlineEntry, right: DeadlineEntry) -> Bool { left.at == right.at && left.event == right.event }
}
