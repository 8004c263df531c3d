import HearthDrivers
import HearthTestKit
import Testing

@Suite("Warming and refreshing", .serialized, .timeLimit(.minutes(3)))
struct WarmingTests {
    private static let settings = """
        cache:
          lookupDeadline: 5s
          jitterShare: 0
          lifetime: {general: 1s, services: 5m}
          staleWhileRevalidateShare: {general: 0}
        jobs:
          warm-cache: {schedule: "@manual"}
          refresh-popular: {schedule: "@manual"}
        """

    private static func question(_ text: String, category: String) -> String {
        #"{"query": "\#(text)", "language": "en", "category": "\#(category)"}"#
    }

    @Test(
        "A provider that fails leaves what is kept as it is, and once it is well again both give new answers",
        arguments: [
            #""status": 500"#, #""status": 429"#, #""mode": "html""#, #""mode": "empty""#, #""mode": "refusal""#, #""mode": "length""#,
        ])
    func failingProvider(behaviour: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: Self.settings, environment: ["HEARTH_UPSTREAM_TIMEOUT": "2s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "1s"])
        let expiring = Self.question("Do you repair umbrellas?", category: "general")
        let popular = Self.question("Do you offer haircuts for children?", category: "services")
        func ask(_ body: String) async throws -> JSONNode { try await hearth.client.post("/api/v1/cache/query", body).json }
        func warm() async throws -> JSONNode { try await hearth.client.post("/api/v1/cache/warm", #"{"queries": [\#(expiring)]}"#).json }
        func entry(_ answer: JSONNode) async throws -> JSONNode {
            try await hearth.client.get("/api/v1/cache/entries/\(answer["cacheKey"].text ?? "")").json
        }
        func refreshed(by key: String) async throws -> JSONNode {
            let run = try await hearth.client.send(.post, "/api/v1/jobs/refresh-popular/run", headers: ["Idempotency-Key": key]).json
            return try await Deadline.value("the run has ended") {
                let run = try await hearth.client.get("/api/v1/jobs/runs/\(run["runId"].text ?? "")").json
                return run["state"].text == "succeeded" ? run["result"] : nil
            }
        }
        let first = try await ask(expiring)
        var second = try await ask(popular)
        for _ in 0..<3 { second = try await ask(popular) }
        try await Deadline.until("the hits are in the store") { try await entry(second)["hits"].integer == 3 }
        let (before, popularBefore) = (try await entry(first), try await entry(second))

        try await stage.provider.behave(behaviour)
        let failed = try await Deadline.value("the answer expires") {
            let report = try await warm()
            return report["skipped"].integer == 0 ? report : nil
        }
        #expect(failed["processed"].integer == 1 && failed["failed"].integer == 1 && failed["cached"].integer == 0)
        let counts = try await refreshed(by: "failing")
        #expect(counts["due"].integer == 1 && counts["failed"].integer == 1 && counts["refreshed"].integer == 0, "\(counts)")
        for (now, then) in [(try await entry(first), before), (try await entry(second), popularBefore)] {
            for field in ["response", "storedAt", "confidence", "hits"] { #expect(now[field] == then[field], "\(field)") }
        }
        let kept = try await ask(popular)
        #expect(kept["cached"].bool == true && kept["response"] == second["response"])

        try await stage.provider.behave(#""status": 0, "mode": "normal""#)
        // A provider that asked for a pause is given it.
        let well = try await Deadline.value("it is warmed again", within: .seconds(20)) {
            let report = try await warm()
            return report["cached"].integer == 1 ? report : nil
        }
        #expect(well["failed"].integer == 0)
        #expect(try await refreshed(by: "well")["refreshed"].integer == 1)
        #expect(try await entry(first)["storedAt"].text != before["storedAt"].text)
        #expect(try await entry(second)["storedAt"].text != popularBefore["storedAt"].text)
    }
}
