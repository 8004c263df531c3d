import HearthDrivers
import HearthTestKit
import Testing

@Suite("Maintenance on demand", .serialized, .timeLimit(.minutes(10)))
struct MaintenanceTests {
    @Test("What it removed is in its answer and in the metrics; of many at once those that come too late get 409")
    func oneAtATime() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let entries = (0..<100).map {
            #"{"query": "Is seat \#($0) free?", "language": "en", "response": "Yes, seat \#($0) is free.", "confidence": 0.9, "category": "general"}"#
        }
        let body = #"{"entries": [\#(entries.joined(separator: ","))]}"#
        #expect(try await hearth.client.send(.put, "/api/v1/cache/entries", body: Array(body.utf8)).status == 200)
        try await Deadline.until("the entries are in the store") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 100
        }
        let key = try await hearth.ask("Is seat 7 free?", language: "en").json["cacheKey"].text ?? ""
        for _ in 0..<12 { _ = try await hearth.client.post("/api/v1/cache/feedback", #"{"cacheKey": "\#(key)", "helpful": false}"#) }
        let replies = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<16 { group.addTask { try await hearth.client.post("/api/v1/cache/maintenance", #"{"compactMemory": true}"#) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let done = replies.filter { $0.status == 200 }
        #expect(!done.isEmpty && replies.allSatisfy { $0.status == 200 || $0.status == 409 })
        for refused in replies where refused.status == 409 {
            #expect(refused.json["error"].text == "conflict" && refused.header("Retry-After") == "5")
        }
        #expect(done.reduce(0) { $0 + ($1.json["lowQualityRemoved"].integer ?? 0) } == 1)
        #expect(done.reduce(0) { $0 + ($1.json["memorySaved"].integer ?? 0) } > 0)
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_cache_pruned_entries_total", ["rule": "low_quality"]) == 1)
        #expect(
            samples.value("hearth_cache_pruned_bytes_total") == done.reduce(0) { $0 + ($1.json["memorySaved"].number ?? 0) })
    }
}
