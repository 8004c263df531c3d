import GRDB
import HearthTelemetry

@testable import HearthScheduling

/// A call to the ledger on its way.
struct LedgerCall {
    enum Content {
        case account(AccountRequest)
        case acquire(RunID)
        case finish(RunCompletion)
        case renew([RunID])
        case recover
    }

    var content: Content
    var ledger: SQLiteRunLedger
    var life: Int
    /// The caller's clocks when it sent the call.
    var now: Timestamp
    var sentAt: Duration
}

/// The answer on its way back; every content is nil or false when the call or the answer was lost.
enum LedgerAnswer {
    case account(AccountRequest, AccountAnswer?, sentAt: Duration)
    case acquire(RunID, ClaimOutcome?, sentAt: Duration)
    case finish(RunCompletion, accepted: Bool?)
    case renew(Set<RunID>?, of: [RunID], sentAt: Duration)
    case recover([InterruptedRun]?)
}

/// One process: an engine, its clocks, and the tasks of its runs.
final class SimulatedReplica {
    private struct Job {
        var order: StartOrder
        var overlaps: Bool
        var stepsLeft: Int
        /// It ends by itself with this.
        var ending: RunEnding
        var obeysCancellation: Bool
        var isCancelled = false
        var isWriting = false
    }

    /// A call that gets no answer fails after so many milliseconds.
    private static let timeout: Int64 = 5000

    let index: Int
    /// Raised by each start, so that messages for earlier lives are recognised. Even numbers: it does not run.
    private(set) var life = 0
    private(set) var pausedUntil: Int64?
    private var wallOffset: Int64
    private var bootedAt: Int64 = 0
    private var partitionedUntil: Int64 = 0
    private var engine = SchedulerState(seed: 0)
    private var ledger: SQLiteRunLedger?
    private var tasks: [RunID: Job] = [:]
    private var isStopping = false
    private var plannedWake = 0
    private unowned let world: SimulatedWorld

    init(index: Int, wallOffset: Int64, world: SimulatedWorld) {
        self.index = index
        self.wallOffset = wallOffset
        self.world = world
    }

    private var isAlive: Bool { life % 2 == 1 }
    private var now: Timestamp { Timestamp(milliseconds: world.time + wallOffset) }
    private var uptime: Duration { .milliseconds(world.time - bootedAt) }

    /// Whether a task of the job goes on in the belief that it holds the job.
    func trusts(_ job: String) -> Bool {
        guard isAlive, pausedUntil.map({ $0 <= world.time }) ?? true else { return false }
        return tasks.contains { id, task in
            task.order.job == job && !task.overlaps && !task.isCancelled && engine.runs[id]?.phase == .running
                && (engine.runs[id]?.leaseEnd.map { $0 > uptime } ?? true)
        }
    }

    /// The storm is over: it runs, is connected, and its clock is right.
    func heal() {
        pausedUntil = nil
        partitionedUntil = 0
        wallOffset = max(-50, min(50, wallOffset))
        if !isAlive { world.schedule(.restart, for: index, after: 1000) }
    }

    func handle(_ event: SimulatedWorld.Event) throws {
        switch event {
        case .restart: try restart()
        case .mischief: makeMischief()
        case .atLedger(let call): try apply(call)
        case .wake(let number):
            // Only the last planned one counts.
            guard number == plannedWake else { return }
            perform(engine.wake(at: now, uptime: uptime))
            planWake()
        case .answer(let answer):
            perform(take(answer))
            planWake()
        case .taskStep(let run): try step(run)
        case .sinkAnswer(let run, let accepted):
            tasks[run]?.isWriting = false
            if !accepted { endTask(run, with: .threw(type: FenceRejection.code, message: "refused", isRetryable: false)) }
        case .cancelAll: perform(engine.cancelAll(at: now, uptime: uptime))
        case .end: die()
        }
    }

    // MARK: Life

    private func restart() throws {
        guard !isAlive else { return }
        guard world.time >= partitionedUntil else { return world.schedule(.restart, for: index, after: 1000) }
        life += 1
        bootedAt = world.time - 1_000_000
        isStopping = false
        let ledger = world.makeLedger()
        self.ledger = ledger
        engine = SchedulerState(lease: ledger.leaseDuration, seed: world.random.next())
        let registrations = world.jobs.map { JobRegistration(rules: $0) }
        let records = try world.database.write { db in try SQLiteRunLedger.register(registrations, at: now, in: db) }
        perform(engine.setJobs(world.jobs, records: records, at: now))
        planWake()
    }

    private func die() {
        guard isAlive else { return }
        life += 1
        tasks = [:]
        pausedUntil = nil
        world.schedule(.restart, for: index, after: Int64.random(in: 100...60_000, using: &world.random))
    }

    private func makeMischief() {
        world.schedule(.mischief, for: index, after: 1000)
        guard isAlive else { return }
        let weather = world.weather
        if world.chance(weather.crashesPerMinute / 60) { return die() }
        if world.chance(weather.pausesPerMinute / 60) {
            pausedUntil = world.time + Int64.random(in: 100...100_000, using: &world.random)
        }
        if world.chance(weather.clockStepsPerMinute / 60) {
            let steps: [Int64] = [-3_600_000, -600_000, -20_000, -4000, 4000, 20_000, 600_000, 3_600_000]
            // Back again more often than not, so that clocks do not wander off for good.
            wallOffset = abs(wallOffset) > 10_000 ? 0 : steps.randomElement(using: &world.random) ?? 0
        }
        if world.chance(weather.partitionsPerMinute / 60) {
            partitionedUntil = world.time + Int64.random(in: 100...90_000, using: &world.random)
        }
        if world.chance(weather.stopsPerMinute / 60), !isStopping {
            isStopping = true
            perform(engine.stop(at: now, uptime: uptime))
            world.schedule(.cancelAll, for: index, after: 25_000)
            world.schedule(.end, for: index, after: 37_000)
        }
    }

    private func planWake() {
        guard isAlive, let pause = engine.nextWake(at: now, uptime: uptime) else { return }
        let milliseconds = min(max(1, pause.wholeMilliseconds), 30_000)
        plannedWake += 1
        world.schedule(.wake(plannedWake), for: index, after: milliseconds + Int64.random(in: 0...3, using: &world.random))
    }

    // MARK: Actions

    private func perform(_ actions: [SchedulerAction]) {
        for action in actions {
            switch action {
            case .account(let request): send(.account(request))
            case .acquire(let run): send(.acquire(run))
            case .finish(let completion): send(.finish(completion))
            case .renew(let runs): send(.renew(runs))
            case .recover: send(.recover)
            case .start(let order): startTask(order)
            case .cancel(let run): cancelTask(run)
            case .note(.invariantViolated(let job)): world.violate("the next firing of \(job) was not later than the last")
            case .note: break
            }
        }
    }

    private func send(_ content: LedgerCall.Content) {
        guard let ledger else { return }
        let call = LedgerCall(content: content, ledger: ledger, life: life, now: now, sentAt: uptime)
        let isLost = world.time < partitionedUntil || world.chance(world.weather.lossShare / 2)
        if isLost {
            world.schedule(.answer(failure(of: call)), for: index, after: Self.timeout)
        } else {
            world.schedule(.atLedger(call), for: index, after: world.delay())
        }
    }

    private func failure(of call: LedgerCall) -> LedgerAnswer {
        switch call.content {
        case .account(let request): .account(request, nil, sentAt: call.sentAt)
        case .acquire(let run): .acquire(run, nil, sentAt: call.sentAt)
        case .finish(let completion): .finish(completion, accepted: nil)
        case .renew(let runs): .renew(nil, of: runs, sentAt: call.sentAt)
        case .recover: .recover(nil)
        }
    }

    /// The ledger does what it was asked, even if the caller has died since.
    private func apply(_ call: LedgerCall) throws {
        let answer = try world.database.write { db -> LedgerAnswer in
            let occurrences = SQLiteOccurrences(ledger: call.ledger, now: call.now, in: db)
            switch call.content {
            case .account(let request): return .account(request, try occurrences.account(request), sentAt: call.sentAt)
            case .acquire(let run): return .acquire(run, try occurrences.acquire(run), sentAt: call.sentAt)
            case .finish(let completion):
                return .finish(completion, accepted: try SQLiteRunLedger.finish(completion, holder: call.ledger.holder, in: db))
            case .renew(let runs): return .renew(try call.ledger.renew(runs, in: db), of: runs, sentAt: call.sentAt)
            case .recover: return .recover(try call.ledger.recover(at: call.now, in: db))
            }
        }
        if case .account(let request, let reply, _) = answer, let claim = request.claim, case .won = reply?.claim, claim.trigger.isScheduled
        {
            try world.checkClaim(claim)
        }
        guard call.life == life else { return }
        let isLost = world.time < partitionedUntil || world.chance(world.weather.lossShare / 2)
        world.schedule(.answer(isLost ? failure(of: call) : answer), for: index, after: isLost ? Self.timeout : world.delay())
    }

    private func take(_ answer: LedgerAnswer) -> [SchedulerAction] {
        switch answer {
        case .account(let request, let reply, let sentAt):
            return request.basis == nil
                ? engine.detachedAnswered(request, answer: reply, sentAt: sentAt, at: now, uptime: uptime)
                : engine.accounted(request, answer: reply, sentAt: sentAt, at: now, uptime: uptime)
        case .acquire(let run, let outcome, let sentAt):
            return engine.acquired(run, outcome: outcome, sentAt: sentAt, at: now, uptime: uptime)
        case .finish(let completion, let accepted):
            guard let accepted else {
                send(.finish(completion))
                return []
            }
            return engine.recorded(completion.runID, accepted: accepted, at: now, uptime: uptime)
        case .renew(let held, let asked, let sentAt):
            return engine.renewed(held, of: asked, sentAt: sentAt, at: now, uptime: uptime)
        case .recover(let interrupted):
            return engine.recovered(interrupted, at: now, uptime: uptime)
        }
    }

    // MARK: Tasks

    private func startTask(_ order: StartOrder) {
        guard let rules = world.jobs.first(where: { $0.name == order.job }) else { return }
        if order.trigger == .cron || order.trigger == .catchUp, now < order.scheduledFor + rules.jitterOffset {
            world.violate("\(order.job) \(order.scheduledFor) started at \(now), which is early")
        }
        let overlaps = rules.overlap == .allow
        if !overlaps { world.checkHolders(of: order.job, by: self) }
        let ending: RunEnding =
            switch Int.random(in: 0..<10, using: &world.random) {
            case 0, 1: .threw(type: "flaky", message: "again", isRetryable: true)
            case 2: .threw(type: "broken", message: "never again", isRetryable: false)
            default: .returned(.done)
            }
        tasks[order.runID] = Job(
            order: order, overlaps: overlaps, stepsLeft: Int.random(in: 1...6, using: &world.random), ending: ending,
            obeysCancellation: !world.chance(0.2))
        world.schedule(.taskStep(order.runID), for: index, after: Int64.random(in: 1...20_000, using: &world.random))
    }

    private func cancelTask(_ run: RunID) {
        tasks[run]?.isCancelled = true
        guard tasks[run]?.obeysCancellation == true else { return }
        tasks[run]?.stepsLeft = 0
        world.schedule(.taskStep(run), for: index, after: Int64.random(in: 1...1000, using: &world.random))
    }

    private func step(_ run: RunID) throws {
        guard let task = tasks[run], !task.isWriting else { return }
        guard task.stepsLeft > 0 else {
            let isCut = task.isCancelled && task.obeysCancellation
            return endTask(run, with: isCut ? .threw(type: "CancellationError", message: "", isRetryable: false) : task.ending)
        }
        tasks[run]?.stepsLeft -= 1
        world.schedule(.taskStep(run), for: index, after: Int64.random(in: 1...20_000, using: &world.random))
        // A job that runs beside itself has no fence of its own.
        guard !task.overlaps, world.time >= partitionedUntil else { return }
        let accepted = try world.writeToSink(job: task.order.job, fence: task.order.fence, overlaps: task.overlaps)
        world.schedule(.sinkAnswer(run, accepted: accepted), for: index, after: world.delay())
    }

    private func endTask(_ run: RunID, with ending: RunEnding) {
        guard tasks.removeValue(forKey: run) != nil else { return }
        perform(engine.ended(run, with: ending, at: now, uptime: uptime))
        planWake()
    }
}
