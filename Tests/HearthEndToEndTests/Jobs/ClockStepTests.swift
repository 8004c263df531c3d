import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("A wall clock that is set while the service runs", .timeLimit(.minutes(10)))
struct ClockStepTests {
    private static let settings = """
        cache:
          lookupDeadline: 5s
        jobs:
          warm-cache: {schedule: "@manual"}
          probe-stores: {schedule: "* * * * * *", seconds: true}
          retain-statistics: {schedule: "0 0 * * * *", seconds: true, catchUp: latest, startDeadline: 59m}
        """

    private static func runs(_ hearth: RunningHearth, _ job: String, _ more: String = "") async throws -> [JSONNode] {
        try await hearth.client.get("/api/v1/jobs/\(job)/runs?limit=1000\(more)").json["runs"].items
    }

    private static func steps(_ hearth: RunningHearth, _ direction: String) async throws -> Double {
        try await hearth.metrics().value("hearth_scheduler_clock_steps_total", ["direction": direction]) ?? -1
    }

    private static func instant(_ run: JSONNode, _ field: String) -> Timestamp? { run[field].text.flatMap { Timestamp(iso8601: $0) } }

    @Test("An hour and a day forward, an hour and ten minutes back: each step is counted, and no firing is early, doubled or forgotten")
    func steps() async throws {
        let clock = try ShiftedClock()
        let hearth = try await Stage().start(settings: Self.settings, environment: try clock.environment())
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        var (forward, backward) = (0.0, 0.0)
        var shift = Duration.zero
        for next in [Duration.seconds(3600), .zero, .seconds(86_400), .seconds(85_800)] {
            let isForward = next > shift
            shift = next
            try clock.set(shift)
            if isForward { forward += 1 } else { backward += 1 }
            try await Deadline.until("the step is noticed") {
                let counted = try await (Self.steps(hearth, "forward"), Self.steps(hearth, "backward"))
                return counted == (forward, backward)
            }
            if isForward {
                let now = SystemTimeSource().now() + shift
                try await Deadline.until("the job runs by the new clock") {
                    try await Self.runs(hearth, "probe-stores", "&outcome=success")
                        .contains { Self.instant($0, "scheduledAt").map { $0 > now } == true }
                }
            }
            #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").status == 200)
        }
        try await check(hearth)
        #expect(try await hearth.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    private func check(_ hearth: RunningHearth) async throws {
        let successes = try await Self.runs(hearth, "probe-stores", "&outcome=success")
        let scheduled = successes.compactMap { $0["scheduledAt"].text }
        #expect(Set(scheduled).count == scheduled.count && scheduled.count >= 2, "none twice: \(scheduled)")
        #expect(successes.allSatisfy { ($0["latenessMs"].integer ?? -1) >= 0 }, "none early: \(successes)")
        // What the first step passed over, hour by hour: the newest was caught up once, and of the day all others are on record as missed.
        let hours = try await Self.runs(hearth, "retain-statistics")
        let instants = hours.compactMap { Self.instant($0, "scheduledAt") }
        let (first, last) = (try #require(instants.min()), try #require(instants.max()))
        #expect(instants.sorted() == (0...Int((last - first) / .seconds(3600))).map { first + .seconds($0 * 3600) }, "\(instants)")
        #expect(hours.allSatisfy { ["success", "missed"].contains($0["outcome"].text) }, "\(hours)")
        // And one more where an hour begins while the test runs.
        #expect((2...3).contains(hours.count { $0["outcome"].text == "success" }), "one for each step forward: \(hours)")
    }

    /// Timers stand still while a machine sleeps, and its wall clock goes on.
    @Test("As after two hours of a machine's sleep: what was due is on record, the newest hour is caught up once, and jobs go on")
    func sleep() async throws {
        let clock = try ShiftedClock()
        let hearth = try await Stage().start(settings: Self.settings, environment: try clock.environment())
        try await Deadline.until("jobs run") { try await !Self.runs(hearth, "probe-stores", "&outcome=success").isEmpty }
        hearth.program.send(signal: SIGSTOP)
        try clock.set(.seconds(7200))
        hearth.program.send(signal: SIGCONT)
        let awake = SystemTimeSource().now() + .seconds(7200)
        try await Deadline.until("the job runs by the new clock") {
            try await Self.runs(hearth, "probe-stores", "&outcome=success")
                .contains { Self.instant($0, "scheduledAt").map { $0 > awake } == true }
        }
        #expect(try await Self.steps(hearth, "forward") == 1)
        let hours = try await Deadline.value("the hours are on record") {
            let hours = try await Self.runs(hearth, "retain-statistics")
            return hours.count >= 2 && hours.allSatisfy { ["success", "missed"].contains($0["outcome"].text) } ? hours : nil
        }
        let instants = hours.compactMap { Self.instant($0, "scheduledAt") }.sorted()
        let first = try #require(instants.first)
        #expect(instants == instants.indices.map { first + .seconds($0 * 3600) }, "each hour once: \(instants)")
        #expect(hours.count { $0["outcome"].text == "success" } >= 1, "\(hours)")
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_scheduler_unaccounted_occurrences") == 0)
        #expect(metrics.value("hearth_job_skips_total", ["job_name": "probe-stores", "reason": "misfire"]) ?? 0 > 0)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test(
        "A clock without a battery, of the last second of 32 bits, of the next century: answers and jobs go on",
        arguments: [10, 2_147_483_646, 4_102_444_799])
    func farAway(seconds: Int64) async throws {
        let now = SystemTimeSource().now()
        let clock = try ShiftedClock(shift: Timestamp(seconds: seconds) - now)
        let hearth = try await Stage().start(settings: Self.settings, environment: try clock.environment())
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").status == 200)
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        let first = try await Deadline.value("two jobs have run") {
            let runs = try await Self.runs(hearth, "probe-stores", "&outcome=success")
            return runs.count >= 2 ? runs.last : nil
        }
        let scheduled = try #require(Self.instant(first, "scheduledAt"))
        #expect(scheduled >= Timestamp(seconds: seconds) && scheduled < Timestamp(seconds: seconds + 120))
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 2)
        #expect(try await hearth.terminate() == .init(status: 0))
    }
}
