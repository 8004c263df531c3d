import HearthTestKit
import Testing

/// A call to the provider costs 0.002 USD here.
@Suite("Budgets of tenants, from outside", .serialized, .timeLimit(.minutes(6)))
struct BudgetTests {
    private static func headers(_ tenant: String) -> [String: String] { ["X-API-Key": "\(tenant)-key-0123456789"] }

    private static let keys = [
        "HEARTH_API_KEYS": ["acme", "globex", "default"].map { "\($0)@\($0)=\($0)-key-0123456789" }.joined(separator: ",")
    ]

    @Test("A tenant over its budget has its hits; its misses are refused in the form of the surface; another is untouched")
    func beside() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "budgets: {tenants: [acme=usd:0.004]}\ncache: {lookupDeadline: 5s}\n", environment: Self.keys)
        for question in ["Do you sell soap?", "Do you sell combs?"] {
            #expect(try await hearth.ask(question, language: "en", headers: Self.headers("acme")).status == 200)
        }
        let refused = try await hearth.ask("Do you sell wigs?", language: "en", headers: Self.headers("acme"))
        #expect(refused.status == 429 && refused.json["error"].text == "budget_exhausted")
        #expect(refused.header("Retry-After").flatMap { Int($0) }.map { (1...120).contains($0) } == true)
        for streamed in [true, false] {
            let chat = try await hearth.chat("Do you sell wigs?", streamed: streamed, headers: Self.headers("acme"))
            #expect(chat.status == 429 && chat.header("x-should-retry") == "false")
            #expect(chat.json["error"]["code"].text == "budget_exhausted" && chat.json["error"]["type"].text == "insufficient_quota")
        }
        for (path, body) in [
            ("/v1/embeddings", #"{"model": "text-embedding-3-small", "input": "wigs"}"#),
            ("/api/v1/ai/intent", #"{"message": "Please book me a haircut tomorrow at five"}"#),
        ] {
            #expect(try await hearth.client.post(path, body, headers: Self.headers("acme")).status == 429, "\(path)")
        }
        // The operator's list for this tenant waits, too.
        let warmed = try await hearth.client.post(
            "/api/v1/cache/warm", #"{"queries": [{"query": "Do you sell hats?", "language": "en"}]}"#, headers: Self.headers("acme"))
        #expect(warmed.json["cached"].integer == 0)
        #expect(try await stage.provider.calls == 2)
        for _ in 0..<3 {
            #expect(try await hearth.ask("Do you sell soap?", language: "en", headers: Self.headers("acme")).json["cached"].bool == true)
        }
        for number in 0..<4 {
            let reply = try await hearth.ask("Is there room for \(number + 2) people?", language: "en", headers: Self.headers("globex"))
            #expect(reply.status == 200)
        }
        let metrics = try await hearth.metrics(headers: Self.headers("default"))
        #expect(metrics.value("hearth_limits_refusals_total", ["limit": "budget_usd"]) == 6)
        #expect(metrics.value("hearth_budget_exhausted_tenants") == 1)
        #expect(metrics.value("hearth_budget_tenants") == 1)
        #expect(metrics.value("hearth_budget_reserved_usd") == 0)

        // What was spent is not forgotten by a restart.
        #expect(try await hearth.terminate() == .init(status: 0))
        let again = try await stage.start(environment: Self.keys)
        #expect(try await again.ask("Do you sell wigs?", language: "en", headers: Self.headers("acme")).status == 429)
        #expect(try await again.ask("Do you sell soap?", language: "en", headers: Self.headers("acme")).json["cached"].bool == true)
    }

    @Test("A hundred calls at once with a budget for one are one call, and a caller who wants much is refused before it is asked for")
    func atOnce() async throws {
        let stage = try await Stage(latencyMilliseconds: 200)
        let hearth = try await stage.start(
            settings: "budgets: {usdPerDay: 0.003, tokensPerDay: 5000}\ncache: {lookupDeadline: 5s}\n", environment: Self.keys)
        for more in [#", "max_tokens": 1000000"#, #", "n": 128"#, #", "max_completion_tokens": 100, "n": 128"#] {
            let greedy = try await hearth.chat("Tell me everything", more: more, headers: Self.headers("globex"))
            #expect(greedy.status == 429 && greedy.json["error"]["code"].text == "budget_exhausted", "\(more)")
        }
        #expect(try await Self.granted([hearth], "acme", of: 100, bypassing: true) == 1)
        #expect(try await stage.provider.calls == 1)
        #expect(
            try await hearth.metrics(headers: Self.headers("default")).value("hearth_limits_refusals_total", ["limit": "budget_tokens"])
                == 3)
    }

    @Test("Three replicas on one Redis have one budget; while Redis is away each has no more than was left")
    func shared() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage(latencyMilliseconds: 100)
        var replicas: [RunningHearth] = []
        for number in 1...3 {
            replicas.append(
                try await stage.start(
                    settings: "budgets: {usdPerDay: 0.002, tenants: [globex=usd:0.006]}\ncache: {lookupDeadline: 5s}\n",
                    environment: Self.keys.merging(
                        ["REDIS_URL": redis.url, "HEARTH_DATA_DIR": stage.folder.path + "/data\(number)"]) { $1 }))
        }
        for replica in replicas {
            try await Deadline.until("Redis is used") {
                try await replica.metrics(headers: Self.headers("default")).value("hearth_cache_coherence_live") == 1
            }
        }
        #expect(try await Self.granted(replicas, "acme", of: 100) == 1)
        #expect(try await stage.provider.calls == 1)
        // Each replica hears that one of three calls was made.
        #expect(try await replicas[0].ask("Is this the first?", language: "en", headers: Self.headers("globex")).status == 200)
        await redis.stop()
        // The first knows that two are left; the others know of nothing, and have three each.
        #expect(try await Self.granted(replicas, "globex", of: 60) == 8)
        #expect(try await stage.provider.calls == 10)
        #expect(try await Self.granted(replicas, "acme", of: 30) <= 1)
    }

    /// How many of so many different questions are answered.
    private static func granted(
        _ replicas: [RunningHearth], _ tenant: String, of count: Int, bypassing: Bool = false
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                let headers = headers(tenant).merging(bypassing ? ["Cache-Control": "no-cache"] : [:]) { $1 }
                group.addTask {
                    try await replicas[number % replicas.count].ask(
                        "Is there parking for \(number + 2) cars?", language: "en", headers: headers
                    )
                    .status
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 == 200 ? 1 : 0 }
        }
    }
}
