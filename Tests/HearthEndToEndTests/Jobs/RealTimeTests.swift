import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Jobs in real time", .timeLimit(.minutes(10)))
struct RealTimeTests {
    private static let everySecond = """
        jobs:
          warm-cache: {schedule: "@manual"}
          probe-stores: {schedule: "* * * * * *", seconds: true, overlap: allow}
          retain-statistics: {schedule: "* * * * * *", seconds: true, catchUp: none}
        """

    /// `HEARTH_TEST_LONG=1` looks for a minute.
    private static var seconds: Int { ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 10 : 60 }

    @Test("A job of every second runs once every second and never early")
    func everySecond() async throws {
        // Two seconds that are due at once are both run, so that a busy machine makes none of them a missed one.
        let settings = Self.everySecond.replacing("overlap: allow", with: "overlap: allow, catchUp: \"all:60\"")
        let hearth = try await Stage().start(settings: settings)
        let from = Timestamp(seconds: SystemTimeSource().now().seconds + 1)
        let to = from + .seconds(Self.seconds - 1)
        let runs = try await Deadline.value("all have run", within: .seconds(Self.seconds + 60)) { () -> [JSONNode]? in
            let path = "/api/v1/jobs/probe-stores/runs?limit=1000&from=\(from)&to=\(to)"
            let runs = try await hearth.client.get(path).json["runs"].items
            return runs.count { $0["finishedAt"].text != nil } >= Self.seconds ? runs : nil
        }
        let scheduled = runs.compactMap { $0["scheduledAt"].text }.sorted()
        #expect(scheduled == (0..<Self.seconds).map { (from + .seconds($0)).description })
        let others = runs.filter { $0["outcome"].text != "success" || $0["attempt"].integer != 1 }
        #expect(others.isEmpty, "\(others)")
        #expect(runs.allSatisfy { ($0["latenessMs"].integer ?? -1) >= 0 }, "none began before its time")
        #expect(try await hearth.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0)
    }

    @Test("A process that stood still for ten seconds ends in what the catch-up policy says, with every second on record")
    func stopped() async throws {
        let hearth = try await Stage().start(settings: Self.everySecond)
        func records(_ job: String) async throws -> [JSONNode] {
            try await hearth.client.get("/api/v1/jobs/\(job)/runs?limit=1000").json["runs"].items
        }
        try await Deadline.until("both jobs run") {
            let counts = try await [records("probe-stores").count, records("retain-statistics").count]
            return counts.allSatisfy { $0 >= 2 }
        }
        let stopped = SystemTimeSource().now()
        hearth.program.send(signal: 19)
        // How long the process stands still.
        try await Task.sleep(for: .seconds(10))
        hearth.program.send(signal: 18)
        let resumed = SystemTimeSource().now()
        let stoodStill = Int((resumed - stopped) / .seconds(1))
        try await Deadline.until("runs go on") {
            try await records("probe-stores").count { run in
                run["startedAt"].text.flatMap { Timestamp(iso8601: $0) }.map { $0 > resumed + .seconds(2) } ?? false
            } >= 1
        }
        for job in ["probe-stores", "retain-statistics"] {
            let runs = try await records(job)
            let instants = runs.compactMap { $0["scheduledAt"].text.flatMap { Timestamp(iso8601: $0) } }.sorted()
            let first = try #require(instants.first)
            #expect(instants == (0..<instants.count).map { first + .seconds($0) }, "every second of \(job) once")
            let missed = runs.count { $0["outcome"].text == "missed" }
            #expect(abs(missed - stoodStill) <= 2, "\(job) missed \(missed) of \(stoodStill) seconds")
        }
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_scheduler_unaccounted_occurrences") == 0)
        #expect(metrics.value("hearth_job_skips_total", ["job_name": "probe-stores", "reason": "misfire"]) ?? 0 >= 8)
    }
}
