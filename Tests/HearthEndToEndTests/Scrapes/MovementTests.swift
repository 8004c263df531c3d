import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Every metric of the catalogue is fed", .serialized, .timeLimit(.minutes(10)))
struct MovementTests {
    private static let settings = """
        cache:
          lookupDeadline: 5s
          jitterShare: 0
          memoryBytes: 1MiB
          lifetime: {location: 1s, availability: 3s}
          staleWhileRevalidateShare: {location: 1}
          staleIfError: {location: 30d}
        log: {level: trace}
        gateway: {longestHold: 0s}
        """

    @Test("After a walk through the service every child that can move has moved; the others are listed with their reasons")
    func everythingMoves() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: Self.settings,
            environment: ["HEARTH_UPSTREAM_TIMEOUT": "8s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "1s", "HEARTH_METRICS_PROTOBUF": "native"])
        var children = MetricChildren()
        children.note(try await hearth.metrics())
        try await answers(hearth, stage)
        children.note(try await hearth.metrics())
        try await upkeep(hearth)
        children.note(try await hearth.metrics())
        try await failures(hearth, stage)
        for type in [
            "application/openmetrics-text", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        ] {
            _ = try await hearth.client.get("/metrics", headers: ["Accept": type])
        }
        children.note(try await hearth.metrics())
        let listed = UnmovedMetrics.reasons.map(\.child)
        let unmoved = children.exposed.subtracting(children.moved).filter { child in !listed.contains { child.hasPrefix($0) } }.sorted()
        #expect(unmoved.isEmpty, "\(unmoved.joined(separator: "\n"))")
        let names = Set(children.exposed.map { String($0.prefix { $0 != "{" }) })
        let missing = MetricCatalogue.all.map(\.name).filter { name in !names.contains(name) && !listed.contains { name.hasPrefix($0) } }
        #expect(missing.isEmpty, "never exposed: \(missing)")
        // Whatever Hearth has nothing for does not move; when it does, the entry has to go.
        for case (let child, .absent(let reason)) in UnmovedMetrics.reasons {
            // The breaker of a store that has none says that it is closed.
            let wrongly = children.moved.filter { $0.hasPrefix(child) && !$0.hasSuffix("state=closed}") }
            #expect(wrongly.isEmpty, "\(reason), but \(wrongly) moved")
        }
    }

    @Test("The tests that move the others are there")
    func otherTestsExist() {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        for case (let child, .elsewhere(let path)) in UnmovedMetrics.reasons {
            #expect(FileManager.default.fileExists(atPath: tests.appendingPathComponent(path).path), "\(child): \(path)")
        }
    }

    /// Misses, hits, answers past their time, bypasses, refusals of every kind, entries too large for memory and too many for it.
    private func answers(_ hearth: RunningHearth, _ stage: Stage) async throws {
        for category in ResponseCategory.allCases.map(\.rawValue) {
            let body = #"{"query": "A question about \#(category)?", "language": "en", "category": "\#(category)"}"#
            for _ in 0..<2 { #expect(try await hearth.client.post("/api/v1/cache/query", body).status == 200) }
        }
        for streamed in [true, false] {
            #expect(try await hearth.chat("A question through the gateway?", streamed: streamed).status == 200)
        }
        _ = try await hearth.client.post("/v1/embeddings", #"{"model": "text-embedding-3-small", "input": "A text"}"#)
        _ = try await hearth.ask("A question about hours?", headers: ["Cache-Control": "no-cache"])
        _ = try await hearth.ask("A question about nothing?", headers: ["Cache-Control": "no-store"])
        // Many callers with one question share one call, which is under way until they have come.
        try await stage.provider.behave(#""latencyMilliseconds": 2000"#)
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await hearth.ask("What do you all want to know?") } }
            try await group.waitForAll()
        }
        try await stage.provider.behave(#""latencyMilliseconds": 5"#)
        try await Deadline.until("an answer is served past its time, and renewed in the background") {
            _ = try await hearth.client.post(
                "/api/v1/cache/query", #"{"query": "A question about location?", "language": "en", "category": "location"}"#)
            let samples = try await hearth.metrics()
            return samples.value("hearth_cache_requests_total", ["result": "stale"]) ?? 0 > 0
                && samples.value("hearth_cost_usd_total", ["purpose": "refresh"]) ?? 0 > 0
        }
        for number in 0..<40 {
            // The shards have 64 KiB each; an entry takes more than twice its text.
            let text = String(repeating: "word ", count: number == 0 ? 12_000 : 4000)
            _ = try await put(#"{"query": "Put number \#(number)?", "language": "en", "response": "\#(text)", "confidence": 0.9}"#, hearth)
        }
        _ = try await put(
            #"{"query": "Too large?", "language": "en", "response": "\#(String(repeating: "x", count: 70_000))", "confidence": 0.9}"#,
            hearth)
        _ = try await put(#"{"query": "Too unsure?", "language": "en", "response": "Perhaps.", "confidence": 0.2}"#, hearth)
        try await Deadline.until("statistics are stored") {
            try await hearth.client.get("/api/v1/cache/statistics").status == 200
        }
    }

    private func put(_ entry: String, _ hearth: RunningHearth) async throws -> WebClient.Reply {
        try await hearth.client.send(.put, "/api/v1/cache/entries", body: Array(#"{"entries": [\#(entry)]}"#.utf8))
    }

    /// Every job, warming, maintenance and every kind of invalidation.
    private func upkeep(_ hearth: RunningHearth) async throws {
        for job in ["aggregate-statistics", "prune-cache", "warm-cache", "refresh-popular", "retain-statistics", "probe-stores"] {
            #expect(try await hearth.client.post("/api/v1/jobs/\(job)/run").status < 300, "\(job)")
        }
        _ = try await hearth.client.post(
            "/api/v1/cache/warm", #"{"queries": [{"query": "Is this warmed?", "language": "en"}]}"#)
        // The one about availability; to ask again would keep it.
        try await Deadline.until("an entry is past its time, and maintenance removes it") {
            _ = try await hearth.client.post("/api/v1/cache/maintenance")
            let samples = try await hearth.metrics()
            return samples.value("hearth_cache_evictions_total", ["store": "sqlite", "reason": "expired"]) ?? 0 > 0
        }
        let put = try await put(#"{"query": "To be removed?", "language": "en", "response": "Yes.", "confidence": 0.9}"#, hearth).json
        let key = put["results"][0]["cacheKey"].text ?? ""
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/entries/\(key)").status == 200)
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?category=hours").status == 200)
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true").status == 200)
        try FileManager.default.removeItem(atPath: hearth.commonQueriesPath)
        _ = try await hearth.client.post("/api/v1/jobs/warm-cache/run")
        try await Deadline.until("all runs have ended") {
            let samples = try await hearth.metrics()
            return samples.value("hearth_job_runs_total", ["outcome": "failure"]) ?? 0 > 0
                && samples.value("hearth_job_runs_total", ["outcome": "success"]) ?? 0 >= 6
        }
    }

    /// Every way in which the provider fails, at last the outage that opens the breaker.
    private func failures(_ hearth: RunningHearth, _ stage: Stage) async throws {
        try await stage.provider.behave(#""status": 503, "latencyMilliseconds": 2000"#)
        try await withThrowingTaskGroup { group in
            for _ in 0..<5 { group.addTask { _ = try await hearth.ask("Who fails for all of us?") } }
            try await group.waitForAll()
        }
        for (number, behavior) in [
            #""status": 401, "latencyMilliseconds": 5"#, #""status": 400"#, #""status": 429, "retryAfter": "0""#,
            #""status": 0, "mode": "html""#, #""mode": "refusal""#, #""mode": "length""#, #""mode": "normal", "status": 503"#,
            #""status": 0, "latencyMilliseconds": 20000"#,
        ].enumerated() {
            try await stage.provider.behave(behavior)
            _ = try await hearth.ask("What goes wrong with number \(number)?")
        }
        try await stage.provider.die()
        for number in 0..<8 { _ = try await hearth.ask("Are you there, number \(number)?") }
    }
}
