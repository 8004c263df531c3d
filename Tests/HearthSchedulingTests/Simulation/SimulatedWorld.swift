import GRDB
import HearthTelemetry

@testable import HearthScheduling

/// Several replicas of the engine on one ledger under a virtual clock: messages are delayed and lost, processes pause, crash and restart, clocks
/// are wrong and step. Everything follows from the seed.
///
/// A replica does what the service does, but each call to the ledger is two messages, so that whatever may happen at an `await` happens
/// between them.
final class SimulatedWorld {
    /// What is true of the whole world until it heals.
    struct Weather {
        var lossShare: Double
        var longestDelay: Int64
        var crashesPerMinute: Double
        var pausesPerMinute: Double
        var clockStepsPerMinute: Double
        var partitionsPerMinute: Double
        var stopsPerMinute: Double

        init(using random: inout SplitMix64) {
            func chance(_ most: Double) -> Double { Bool.random(using: &random) ? Double.random(in: 0...most, using: &random) : 0 }
            lossShare = chance(0.3)
            longestDelay = Int64.random(in: 5...4000, using: &random)
            crashesPerMinute = chance(0.5)
            pausesPerMinute = chance(0.5)
            clockStepsPerMinute = chance(0.3)
            partitionsPerMinute = chance(0.3)
            stopsPerMinute = chance(0.3)
        }

        static func calm(using random: inout SplitMix64) -> Weather {
            var weather = Weather(using: &random)
            weather.lossShare = 0
            weather.longestDelay = 20
            weather.crashesPerMinute = 0
            weather.pausesPerMinute = 0
            weather.clockStepsPerMinute = 0
            weather.partitionsPerMinute = 0
            weather.stopsPerMinute = 0
            return weather
        }
    }

    enum Event {
        case wake(Int)
        case atLedger(LedgerCall)
        case answer(LedgerAnswer)
        case taskStep(RunID)
        case sinkAnswer(RunID, accepted: Bool)
        case cancelAll
        case end
        case restart
        case mischief
    }

    private struct Entry: Comparable, Sendable {
        var at: Int64
        var number: Int

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    /// Milliseconds of the true time; also the ledger's clock.
    private(set) var time: Int64 = 1_790_000_000_000
    let start: Int64
    let jobs: [JobRules]
    let database: DatabaseQueue
    var random: SplitMix64
    private(set) var weather: Weather
    private(set) var replicas: [SimulatedReplica] = []
    private(set) var violations: [String] = []
    private(set) var eventsHandled = 0
    private let ledgerClock: ManualTimeSource
    private var queue = QuaternaryHeap<Entry>()
    private var events: [Int: (replica: Int, life: Int, event: Event)] = [:]
    private var nextNumber = 0
    private var holders = 0
    /// The highest fence that wrote into the sink, by job.
    private var highestFence: [String: Int64] = [:]

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        start = time
        ledgerClock = ManualTimeSource(now: Timestamp(milliseconds: time))
        weather = Weather(using: &random)
        jobs = try SimulatedJobs.make(using: &random)
        database = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        LedgerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        for index in 0..<Int.random(in: 1...5, using: &random) {
            replicas.append(SimulatedReplica(index: index, wallOffset: Int64.random(in: -4000...4000, using: &random), world: self))
        }
    }

    func makeLedger() -> SQLiteRunLedger {
        holders += 1
        return SQLiteRunLedger(
            database: database, holder: "holder-\(holders)", leaseDuration: .seconds(30), clock: { [ledgerClock] in ledgerClock.now() })
    }

    /// Storms for a while, heals, comes to rest, and looks whether every occurrence is accounted for.
    func run(stormSeconds: Int64, calmSeconds: Int64) throws {
        for replica in replicas {
            schedule(.restart, for: replica.index, after: Int64.random(in: 0...2000, using: &random))
            schedule(.mischief, for: replica.index, after: 1000)
        }
        try advance(to: start + stormSeconds * 1000)
        weather = .calm(using: &random)
        for replica in replicas { replica.heal() }
        try advance(to: time + calmSeconds * 1000)
        try checkRest()
    }

    private func advance(to end: Int64) throws {
        while let entry = queue.first, entry.at <= end, violations.isEmpty {
            _ = queue.removeFirst()
            guard let (index, life, event) = events.removeValue(forKey: entry.number) else { continue }
            let replica = replicas[index]
            move(to: entry.at)
            // A message for a process that died is for nobody.
            guard life == replica.life || life < 0 else { continue }
            if let pausedUntil = replica.pausedUntil, pausedUntil > time, !event.isOutsideProcess {
                enqueue(event, index, life, at: pausedUntil + Int64.random(in: 0...5, using: &random))
                continue
            }
            eventsHandled += 1
            if eventsHandled > 500_000 { return violate("it does not come to rest: \(event)") }
            try replica.handle(event)
        }
        if violations.isEmpty { move(to: end) }
    }

    private func move(to time: Int64) {
        ledgerClock.advance(by: .milliseconds(time - self.time))
        self.time = time
    }

    // MARK: What replicas ask for

    func schedule(_ event: Event, for replica: Int, after delay: Int64) {
        let life = event.isOutsideProcess ? -1 : replicas[replica].life
        enqueue(event, replica, life, at: time + delay)
    }

    private func enqueue(_ event: Event, _ replica: Int, _ life: Int, at moment: Int64) {
        nextNumber += 1
        events[nextNumber] = (replica, life, event)
        queue.insert(Entry(at: moment, number: nextNumber))
    }

    func chance(_ share: Double) -> Bool { share > 0 && Double.random(in: 0..<1, using: &random) < share }

    func delay() -> Int64 { 1 + Int64.random(in: 0...weather.longestDelay, using: &random) }

    func violate(_ text: String) {
        violations.append("at \(Timestamp(milliseconds: time)): \(text)")
    }

    // MARK: Invariants

    /// A run of a job that does not overlap itself starts while another replica still trusts in its own.
    func checkHolders(of job: String, by starter: SimulatedReplica) {
        for other in replicas where other !== starter && other.trusts(job) {
            violate("replica \(starter.index) starts \(job) while replica \(other.index) trusts in its claim")
        }
    }

    /// Writes as a job's transaction does: compares the fence, then writes. False if refused.
    func writeToSink(job: String, fence: Int64, overlaps: Bool) throws -> Bool {
        do {
            try database.write { db in try LedgerSchema.require(JobFence(job: job, number: fence), in: db) }
        } catch is FenceRejection {
            return false
        }
        if !overlaps, fence < highestFence[job] ?? 0 { violate("\(job) wrote with fence \(fence) after \(highestFence[job] ?? 0)") }
        highestFence[job] = max(fence, highestFence[job] ?? 0)
        return true
    }

    /// Looks at the rows after each claim.
    func checkClaim(_ claim: ClaimRequest) throws {
        let (others, valid) = try database.read { db in
            (
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM job_run WHERE job = ? AND scheduled_for = ? AND run_id <> ? AND state IN ('running', 'succeeded')
                        AND trigger IN ('cron', 'catch_up', 'retry')
                        """, arguments: [claim.job, claim.scheduledFor.milliseconds, claim.runID.description]) ?? 0,
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM job_run WHERE job = ? AND state = 'running' AND lease_until >= ?",
                    arguments: [claim.job, time]) ?? 0
            )
        }
        if others > 0 { violate("\(claim.job) \(claim.scheduledFor) was claimed again while it ran or after it had succeeded") }
        if claim.overlap != .allow, valid > 1 { violate("\(claim.job) is held \(valid) times") }
    }

    private func checkRest() throws {
        for job in jobs where violations.isEmpty {
            let rows = try database.read { db in
                try Row.fetchAll(db, sql: "SELECT * FROM job_run WHERE job = ? AND trigger <> 'manual'", arguments: [job.name])
            }
            let since = try database.read { db in
                try Int64.fetchOne(db, sql: "SELECT schedule_since FROM job_state WHERE job = ?", arguments: [job.name]) ?? 0
            }
            check(job, rows: rows, since: Timestamp(milliseconds: since))
        }
    }

    /// Every expected occurrence has rows of its own or lies in one summary, and the newest state of each is final.
    private func check(_ job: JobRules, rows: [Row], since: Timestamp) {
        var states: [Int64: [String]] = [:]
        var summaries: [ClosedRange<Int64>] = []
        for row in rows {
            let (instant, missed): (Int64, Int) = (row["scheduled_for"], row["missed_count"])
            let state: String = row["state"]
            states[instant, default: []].append(state)
            let isOld = instant < time - 400_000
            if isOld, RunState(rawValue: state)?.isFinal != true {
                violate("\(job.name) \(Timestamp(milliseconds: instant)) is still \(state)")
            }
            if missed > 0, state.hasPrefix("skipped"), let from: Int64 = row["missed_from"] { summaries.append(from...instant) }
        }
        let settled = Timestamp(milliseconds: time - 400_000)
        var cursor = since
        while let firing = job.timetable.next(after: cursor), firing.instant < settled {
            cursor = firing.instant
            let instant = firing.instant.milliseconds
            let covering = summaries.count { $0.contains(instant) }
            let own = (states[instant] ?? []).count - summaries.count { $0.upperBound == instant }
            if covering == 0, own == 0 { violate("\(job.name) \(firing.instant) has no record") }
            if covering > 1 { violate("\(job.name) \(firing.instant) lies in \(covering) summaries") }
            if covering > 0, own > 0 { violate("\(job.name) \(firing.instant) has a row and lies in a summary") }
            if (states[instant] ?? []).count(where: { $0 == "succeeded" }) > 1 { violate("\(job.name) \(firing.instant) succeeded twice") }
        }
    }
}

extension SimulatedWorld.Event {
    /// Happens to a process and not in it, so that neither its pause nor its death keeps it from happening.
    fileprivate var isOutsideProcess: Bool {
        switch self {
        case .restart, .mischief, .atLedger: true
        case .wake, .answer, .taskStep, .sinkAnswer, .cancelAll, .end: false
        }
    }
}

/// A few jobs with random rules.
enum SimulatedJobs {
    static func make(using random: inout SplitMix64) throws -> [JobRules] {
        let schedules = ["* * * * *", "@every 45s", "*/2 * * * *", "@every 70s", "*/3 * * * *"]
        return try (0..<Int.random(in: 1...3, using: &random)).map { number in
            var rules = JobRules(
                name: "job-\(number)", timetable: Timetable([try Schedule.parse(schedules.randomElement(using: &random) ?? "* * * * *")]))
            rules.overlap = OverlapPolicy.allCases.randomElement(using: &random) ?? .skip
            rules.catchUp = [.none, .latest, .all(maximum: 3)].randomElement(using: &random) ?? .latest
            rules.startDeadline = [nil, .zero, .seconds(120)].randomElement(using: &random) ?? nil
            rules.jitter = [.zero, .seconds(10)].randomElement(using: &random) ?? .zero
            rules.timeout = .seconds(Int.random(in: 10...120, using: &random))
            rules.deadline = [nil, .seconds(150)].randomElement(using: &random) ?? nil
            rules.retry = RetryPolicy(attempts: Int.random(in: 1...3, using: &random))
            return rules
        }
    }
}
