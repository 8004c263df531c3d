import HearthTelemetry
import HearthTestKit
import Testing

@Suite("The routes of jobs", .serialized, .timeLimit(.minutes(10)))
struct JobRouteTests {
    private static let idle = """
        cache:
          lookupDeadline: 5s
        jobs:
          warm-cache: {schedule: "@manual"}
          refresh-popular: {schedule: "0 0 1 1 *"}
          probe-stores: {schedule: "@every 1h"}
        """

    @Test("A job shows its next firings, its plan and its place in the timeline")
    func plans() async throws {
        let hearth = try await Stage().start(settings: Self.idle)
        let job = try await hearth.client.get("/api/v1/jobs/refresh-popular?next=3").json
        #expect(job["next"].items.map { $0["at"].text?.suffix(20) } == Array(repeating: "-01-01T00:00:00.000Z", count: 3))
        #expect(job["description"].text == "at 00:00 on day 1 of the month in January")
        #expect(job["attempts"].integer == 3 && job["startDeadlineMs"].integer == 3_600_000)
        let upcoming = try await hearth.client.get("/api/v1/jobs/upcoming?hours=24").json
        let probes = upcoming["jobs"].items.first { $0["job"].text == "probe-stores" }
        #expect(probes?["count"].integer == 24)
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/run").status == 202)
        try await Deadline.until("the run is recorded") {
            try await hearth.client.get("/api/v1/jobs/probe-stores/runs?trigger=manual&outcome=success").json["runs"].items.count == 1
        }
        let timeline = try await hearth.client.get("/api/v1/jobs/timeline?bins=48").json
        #expect(timeline["lanes"].items.count == 6 && timeline["binSeconds"].number == 3600)
        let lane = try #require(timeline["lanes"].items.first { $0["job"].text == "probe-stores" })
        #expect(lane["planned"].items.count == 24 && lane["runs"].items.contains { $0["trigger"].text == "manual" } == true)
        let bins = lane["bins"].items
        #expect(bins.reduce(0) { $0 + ($1["planned"].integer ?? 0) } == 24)
        #expect(bins.reduce(0) { $0 + ($1["success"].integer ?? 0) } >= 1)
    }

    @Test("An expression is explained; a faulty one is a 400 with the corrected spelling, and so is a faulty parameter")
    func explanation() async throws {
        let hearth = try await Stage().start(settings: Self.idle)
        let good = try await hearth.client.get(
            "/api/v1/jobs/explain?expression=30%202%20*%20*%20*&timezone=Europe/Athens&after=2026-03-28T12:00:00Z&count=2")
        #expect(good.status == 200)
        #expect(good.json["words"].text == "at 02:30" && good.json["satisfiable"].bool == true)
        #expect(good.json["next"].items.map { $0["local"].text } == ["2026-03-29T02:30:00+02:00", "2026-03-30T02:30:00+03:00"])
        let gap = try await hearth.client.get(
            "/api/v1/jobs/explain?expression=30%203%20*%20*%20*&timezone=Europe/Athens&after=2026-03-28T12:00:00Z"
        ).json
        #expect(gap["next"].items.first?["dstKind"].text == "gap_shifted" && gap["daylightEffects"].items.isEmpty == false)
        let faulty = try await hearth.client.get("/api/v1/jobs/explain?expression=5/15%20*%20*%20*%20*")
        #expect(faulty.status == 400 && faulty.json["message"].text?.contains("5-59/15") == true)
        let zone = try await hearth.client.get("/api/v1/jobs/explain?expression=0%203%20*%20*%20*&timezone=Europe/Athns")
        #expect(zone.status == 400 && zone.json["message"].text?.contains("Europe/Athens") == true)
        #expect(zone.json["details"].items.first?["field"].text == "timezone")
        for path in [
            "jobs/explain", "jobs/explain?expression=@daily&dialect=french", "jobs/upcoming?hours=0", "jobs/timeline?bins=1000",
            "jobs/timeline?from=2026-01-01T00:00:00Z&to=2026-05-01T00:00:00Z", "jobs/probe-stores/runs?outcom=success",
            "jobs/probe-stores/runs?trigger=cron&before=x&limit=0", "jobs/probe-stores?next=101",
        ] {
            let reply = try await hearth.client.get("/api/v1/\(path)")
            #expect(reply.status == 400 && reply.json["details"].items.isEmpty == false, "\(path): \(reply.text)")
        }
        let three = try await hearth.client.get("/api/v1/jobs/probe-stores/runs?trigger=cron&before=x&limit=0").json
        #expect(three["details"].items.count == 3, "all faults at once")
    }

    @Test("A run is cancelled; a manual trigger with the same key is one run; what must not overlap is a 409")
    func control() async throws {
        let stage = try await Stage(latencyMilliseconds: 20_000)
        try stage.write("common-queries.json", #"{"queries": [{"query": "Do you repair umbrellas?", "language": "en"}]}"#)
        let hearth = try await stage.start(settings: Self.idle)
        let first = try await hearth.client.post("/api/v1/jobs/warm-cache/run", headers: ["Idempotency-Key": "once"])
        let again = try await hearth.client.post("/api/v1/jobs/warm-cache/run", headers: ["Idempotency-Key": "once"])
        let id = try #require(first.json["runId"].text)
        #expect(first.status == 202 && again.status == 202 && again.json["runId"].text == id)
        #expect(try await hearth.client.post("/api/v1/jobs/warm-cache/run").status == 409)
        try await Deadline.until("the run asks the provider") { try await stage.provider.callsInFlight == 1 }
        #expect(try await hearth.client.post("/api/v1/jobs/runs/\(id)/cancel").status == 202)
        let ended = try await Deadline.value("the run has ended") {
            let run = try await hearth.client.get("/api/v1/jobs/runs/\(id)").json
            return run["finishedAt"].text == nil ? nil : run
        }
        #expect(ended["outcome"].text == "cancelled")
        #expect(try await hearth.client.post("/api/v1/jobs/runs/\(id)/cancel").status == 409)
        #expect(try await hearth.client.post("/api/v1/jobs/runs/019a9c2e-7f00-7abc-8def-0123456789ab/cancel").status == 404)
        #expect(try await hearth.client.post("/api/v1/jobs/warm-cach/run").json["message"].text?.contains("warm-cache") == true)
        let tooLong = String(repeating: "k", count: 201)
        #expect(try await hearth.client.post("/api/v1/jobs/warm-cache/run", headers: ["Idempotency-Key": tooLong]).status == 400)
    }

    @Test("A pause with an end ends by itself, and its occurrences are on record")
    func pause() async throws {
        let hearth = try await Stage().start(
            settings: "jobs:\n  probe-stores: {schedule: \"* * * * * *\", seconds: true}\n  warm-cache: {schedule: \"@manual\"}\n")
        let paused = try await hearth.client.post("/api/v1/jobs/probe-stores/pause?for=3s")
        #expect(paused.json["state"].text == "paused" && paused.json["pausedUntil"].text != nil)
        try await Deadline.until("the pause has ended and the job runs again") {
            let job = try await hearth.client.get("/api/v1/jobs/probe-stores").json
            let skipped = try await hearth.client.get("/api/v1/jobs/probe-stores/runs?outcome=skipped").json["runs"].items
            // On a busy machine a run may also have been skipped because the one before still ran.
            return job["state"].text == "enabled" && (2...4).contains(skipped.count { $0["state"].text == "skipped_paused" })
        }
        // When it ended is kept: alerts judge the job from there.
        let end = try await Self.pausedUntil(hearth)
        let now = Double(SystemTimeSource().now().milliseconds) / 1000
        #expect(end > now - 60 && end < now)
        for query in ["for=3s&until=2040-01-01T00:00:00Z", "until=2020-01-01T00:00:00Z", "for=soon"] {
            #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/pause?\(query)").status == 400, "\(query)")
        }
    }

    private static func pausedUntil(_ hearth: RunningHearth) async throws -> Double {
        try #require(
            try await hearth.metrics().value("hearth_job_paused_until_timestamp_seconds", ["job_name": "probe-stores"]))
    }

    @Test("The metrics tell until when a job is paused, and after that when it was resumed, also after a restart")
    func pauseInMetrics() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        #expect(try await Self.pausedUntil(hearth) == 0)
        let before = Double(SystemTimeSource().now().milliseconds) / 1000
        // Nothing was paused, so nothing was resumed.
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/resume").status < 300)
        #expect(try await Self.pausedUntil(hearth) == 0)
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/pause").status < 300)
        #expect(try await Self.pausedUntil(hearth) > before + 86_400 * 365)
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/resume").status < 300)
        let resumed = try await Self.pausedUntil(hearth)
        #expect(resumed >= before && resumed <= Double(SystemTimeSource().now().milliseconds) / 1000)
        #expect(try await hearth.client.get("/api/v1/jobs/probe-stores").json["pausedUntil"].text == nil)
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(try await Self.pausedUntil(try await stage.start(settings: Stage.quietSettings)) == resumed)
    }
}
