import HearthScheduling
import HearthTelemetry

/// An engine with clocks that stand still and a ledger that answers as told.
struct EngineBench {
    var engine: SchedulerState
    var now: Timestamp
    var uptime: Duration = .seconds(1000)
    /// Everything the engine wanted, in order.
    var actions: [SchedulerAction] = []
    /// The answer to every claim.
    var answer = ClaimOutcome.won(fence: 1)
    var renewsLeases = true
    var answersSearches = true
    /// Whether ends are recorded at once.
    var recordsEnds = true

    init(
        _ rules: [JobRules], at now: String, limits: SchedulerState.Limits = .init(), lease: Duration? = nil,
        records: [String: JobRecord] = [:]
    ) {
        engine = SchedulerState(limits: limits, lease: lease, seed: 1)
        self.now = moment(now)
        actions += engine.setJobs(rules, records: records, at: self.now)
    }

    mutating func advance(by duration: Duration) {
        now = now + duration
        uptime += duration
        wake()
    }

    /// Moves in steps to each moment at which the engine has something to do.
    mutating func run(for duration: Duration) {
        let end = uptime + duration
        while let pause = engine.nextWake(at: now, uptime: uptime), uptime + pause <= end {
            advance(by: pause)
        }
        advance(by: end - uptime)
    }

    mutating func wake() { perform(engine.wake(at: now, uptime: uptime)) }

    mutating func perform(_ new: [SchedulerAction]) {
        actions += new
        for action in new {
            switch action {
            case .account(let request):
                var reply = AccountAnswer()
                for skip in request.skips { reply.skipped[skip.reason, default: 0] += skip.count }
                if request.claim != nil { reply.claim = answer }
                perform(
                    request.basis == nil
                        ? engine.detachedAnswered(request, answer: reply, at: now, uptime: uptime)
                        : engine.accounted(request, answer: reply, at: now, uptime: uptime))
            case .finish(let completion):
                if recordsEnds { perform(engine.recorded(completion.runID, accepted: true, at: now, uptime: uptime)) }
            case .acquire(let run): perform(engine.acquired(run, outcome: .won(fence: 2), at: now, uptime: uptime))
            case .renew(let runs):
                perform(engine.renewed(renewsLeases ? Set(runs) : nil, of: runs, sentAt: uptime, at: now, uptime: uptime))
            case .recover: if answersSearches { perform(engine.recovered([], at: now, uptime: uptime)) }
            case .start, .cancel, .note: break
            }
        }
    }

    mutating func end(_ run: RunID, with ending: RunEnding = .returned(.done)) {
        perform(engine.ended(run, with: ending, at: now, uptime: uptime))
    }

    // MARK: What happened

    var starts: [StartOrder] { actions.compactMap { if case .start(let order) = $0 { order } else { nil } } }
    var skips: [SkippedOccurrence] {
        actions.flatMap { if case .account(let request) = $0 { request.skips } else { [SkippedOccurrence]() } }
    }
    var claims: [ClaimRequest] { actions.compactMap { if case .account(let request) = $0 { request.claim } else { nil } } }
    var completions: [RunCompletion] { actions.compactMap { if case .finish(let completion) = $0 { completion } else { nil } } }
    var cancels: [RunID] { actions.compactMap { if case .cancel(let run) = $0 { run } else { nil } } }
    var notes: [SchedulerNote] { actions.compactMap { if case .note(let note) = $0 { note } else { nil } } }
    var startTimes: [String] { starts.map { $0.scheduledFor.description } }
}

/// Rules of a job for tests: no jitter, no timeouts in the way.
func rules(_ name: String = "job", _ schedules: String..., change: (inout JobRules) -> Void = { _ in }) throws -> JobRules {
    var rules = JobRules(name: name, timetable: Timetable(try schedules.map { try Schedule.parse($0) }))
    rules.timeout = .seconds(86_400)
    change(&rules)
    return rules
}
