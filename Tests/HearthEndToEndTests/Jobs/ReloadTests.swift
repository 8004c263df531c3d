import HearthTestKit
import Synchronization
import Testing

@Suite("Jobs of a running service are changed", .serialized, .timeLimit(.minutes(10)))
struct ReloadTests {
    private static func settings(probes: String, more: String = "") -> String {
        "jobs:\n  warm-cache: {schedule: \"@manual\"}\n  probe-stores: {schedule: \"\(probes)\"}\n\(more)"
    }

    @Test("SIGHUP takes over changed jobs, refuses a faulty configuration whole, and names what needs a restart")
    func reload() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.settings(probes: "@every 1h"))
        func schedule() async throws -> String? { try await hearth.client.get("/api/v1/jobs/probe-stores").json["schedule"].text }
        #expect(try await schedule() == "@every 1h")

        try stage.write("hearth.yaml", Self.settings(probes: "@every 30m", more: "  prune-cache: {enabled: false}\nlog:\n  level: debug\n"))
        hearth.program.send(signal: 1)
        try await Deadline.until("the schedule is taken over") { try await schedule() == "@every 30m" }
        #expect(try await hearth.client.get("/api/v1/jobs/prune-cache").json["state"].text == "disabled")
        try await Deadline.until("the rest is named") {
            hearth.program.errors.contains("changed settings take effect at the next start") && hearth.program.errors.contains("log.level")
        }
        #expect(try await hearth.metrics().value("hearth_config_last_reload_successful") == 1)

        try stage.write("hearth.yaml", Self.settings(probes: "5/15 * * * *", more: "  prune-cache: {timezone: Europe/Athns}\n"))
        hearth.program.send(signal: 1)
        try await Deadline.until("the failure is counted") { try await hearth.metrics().value("hearth_config_last_reload_successful") == 0 }
        #expect(try await schedule() == "@every 30m")
        #expect(hearth.program.errors.contains("5-59/15") && hearth.program.errors.contains("Europe/Athens"), "all faults at once")
        #expect(try await hearth.client.get("/healthz").status == 200)
    }

    @Test("A configuration with faulty schedules, zones and job names does not start; all faults are listed with the corrected spelling")
    func refusal() async throws {
        let refused = try await Stage().refusal(
            settings: """
                jobs:
                  probe-stores: {schedule: "22-2 * * * *", timezone: Europe/Athns}
                  prune-cache: {schedule: ["0 3 31 2 *", "0 0 */2 * 1", "@dayly"]}
                  prune-cahce: {enabled: false}
                """)
        #expect(refused.status == 2)
        for part in ["22-59,0-2", "Europe/Athens", "never fires", "+1", "@daily", "prune-cache?", "5 faults"] where part != "5 faults" {
            #expect(refused.errors.contains(part), "\(part) is not in \(refused.errors)")
        }
        #expect(refused.errors.contains("has 6 faults"))
    }

    @Test("A dead-man's switch hears starts, successes and failures with the run's id; a dead one delays nothing")
    func pings() async throws {
        let received = Mutex<[(line: String, body: String)]>([])
        let server = try await ScriptedServer.start { request in
            let line = request.head.split(separator: "\r\n").first.map { String($0) } ?? ""
            received.withLock { $0.append((line, String(decoding: request.body, as: UTF8.self))) }
            return [.answer(type: "text/plain", "OK")]
        }
        let stage = try await Stage()
        try stage.write("common-queries.json", "not JSON")
        let dead = try await ScriptedServer.start { _ in [.stall] }
        let hearth = try await stage.start(
            settings: """
                jobs:
                  warm-cache: {schedule: "@manual", pingURL: "\(server.url)/secret-uuid"}
                  probe-stores: {schedule: "@every 1h", pingURL: "\(server.url)/other"}
                  retain-statistics: {pingURL: "\(dead.url)/x"}
                """)
        let failed = try await hearth.client.post("/api/v1/jobs/warm-cache/run").json["runId"].text ?? ""
        let good = try await hearth.client.post("/api/v1/jobs/probe-stores/run").json["runId"].text ?? ""
        try await Deadline.until("four pings have come") { received.withLock { $0.count } >= 4 }
        let lines = received.withLock { $0.map(\.line) }
        #expect(
            lines.filter { $0.contains("/secret-uuid") } == [
                "POST /secret-uuid/start?rid=\(failed) HTTP/1.1", "POST /secret-uuid/fail?rid=\(failed) HTTP/1.1",
            ])
        #expect(lines.filter { $0.contains("/other") } == ["POST /other/start?rid=\(good) HTTP/1.1", "POST /other?rid=\(good) HTTP/1.1"])
        let bodies = received.withLock { $0.map(\.body) }
        #expect(bodies.contains { $0.contains("succeeded") && $0.contains("duration_ms: ") })
        let silent = try await hearth.client.post("/api/v1/jobs/retain-statistics/run").json["runId"].text ?? ""
        try await Deadline.until("the run ends although its switch says nothing", within: .seconds(5)) {
            try await hearth.client.get("/api/v1/jobs/runs/\(silent)").json["outcome"].text == "success"
        }
        try await Deadline.until("all pings that came are counted") {
            try await hearth.metrics().value("hearth_job_pings_total", ["outcome": "sent"]) == 4
        }
        let shown = try await stage.run(["config", "show"]).output
        #expect(!shown.contains("secret-uuid") && !hearth.program.errors.contains("secret-uuid"))
        // The silent switch does not keep the service from ending.
        hearth.program.send(signal: 15)
        #expect(try await hearth.program.waitForEnd(within: .seconds(20)) == .init(status: 0))
    }
}
