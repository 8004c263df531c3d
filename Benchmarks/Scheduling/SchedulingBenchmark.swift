import HearthScheduling
import HearthTelemetry
import Measuring

/// Measures what the scheduler does most: the next firing, parsing, and dispatching many jobs at once.
@main
enum SchedulingBenchmark {
    private static let searches: [(name: String, expression: String, zone: String, aim: Double)] = [
        ("next, UTC: 0 3 * * *", "0 3 * * *", "UTC", 80),
        ("next, UTC: */5 * * * *", "*/5 * * * *", "UTC", 80),
        ("next, UTC: 30 4 1,15 * +MON-FRI", "30 4 1,15 * +MON-FRI", "UTC", 80),
        ("next, Europe/Athens: 0 3 * * *", "0 3 * * *", "Europe/Athens", 200),
        ("next, America/New_York: */5 * * * *", "*/5 * * * *", "America/New_York", 200),
        ("next, Australia/Lord_Howe: 15 2 * * SUN", "15 2 * * SUN", "Australia/Lord_Howe", 200),
        ("next, UTC, 29 February on a Monday", "0 0 29 2 +1", "UTC", 3000),
        ("next, Europe/Athens, 29 February on a Monday", "0 0 29 2 +1", "Europe/Athens", 3000),
    ]

    /// With the argument `dispatch`, only that: for a profiler.
    static func main() async throws {
        print(Measurement.header)
        guard !CommandLine.arguments.contains("dispatch") else { return try dispatch() }
        for search in searches { try measureNext(search.name, search.expression, search.zone, aim: search.aim) }
        for expression in ["0 3 * * *", "0,30 8-18/2 1W,15,L JAN-JUN *"] {
            let cost = Measurement.of("parse: \(expression)") { keep((try? Schedule.parse(expression))?.isTimed ?? false) }
            print(cost.line(aim: 1000))
        }
        let rare = try Schedule.parse("0 0 31W 1,3,5 FRI#5")
        print(Measurement.of("satisfiability, exact: 0 0 31W 1,3,5 FRI#5") { keep(rare.isSatisfiable) }.line(aim: 20_000))
        try dispatch()
        try await lateness()
    }

    /// Walks from firing to firing, so that no call repeats the one before.
    private static func measureNext(_ name: String, _ expression: String, _ zone: String, aim: Double) throws {
        let schedule = try Schedule.parse(expression, timezone: zone)
        let start = Timestamp(seconds: 1_790_000_000)
        var cursor = start
        let measurement = Measurement.of(name) {
            guard let firing = schedule.next(after: cursor), firing.instant.seconds < 4_000_000_000 else {
                cursor = start
                return
            }
            cursor = firing.instant
        }
        keep(cursor > start)
        print(measurement.line(aim: aim))
    }

    /// 100,000 jobs of one minute: from "due" to 100,000 requests for the ledger.
    private static func dispatch() throws {
        let timetable = Timetable([try Schedule.parse("0 * * * *")])
        let start = Timestamp(seconds: 1_800_000_000)
        var limits = SchedulerState.Limits()
        limits.concurrentRuns = 1_000_000
        let rules = (0..<100_000).map { JobRules(name: "job-\($0)", timetable: timetable) }
        var rounds: [Double] = []
        for seed in 0..<5 {
            var engine = SchedulerState(limits: limits, seed: UInt64(seed))
            _ = engine.setJobs(rules, records: [:], at: start)
            let clock = SystemTimeSource()
            let begin = clock.uptime()
            let actions = engine.wake(at: start + .seconds(3600), uptime: .seconds(3600))
            rounds.append((clock.uptime() - begin).fractionalSeconds * 1e9)
            precondition(actions.count { if case .account = $0 { true } else { false } } == 100_000, "not all jobs were dispatched")
        }
        print(Measurement(name: "dispatch of 100,000 jobs due together", nanoseconds: rounds.sorted()[2], allocations: 0).line(aim: 1e8))
    }

    /// A job every second for 20 seconds in the real service with its history in SQLite.
    private static func lateness() async throws {
        print(try await LatenessRun.measure(seconds: 20))
    }

    /// Takes a value in a way the optimiser cannot see through, so that it does not leave out how the value was made.
    @inline(never)
    @_optimize(none)
    private static func keep(_ value: Bool) {}
}
