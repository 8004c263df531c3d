import HearthTestKit
import Testing

@Suite("Limits of credentials, from outside", .serialized, .timeLimit(.minutes(5)))
struct RateLimitTests {
    private static func headers(_ name: String) -> [String: String] { ["X-API-Key": "\(name)-key-0123456789"] }

    private static let keys = ["HEARTH_API_KEYS": ["shop", "other", "free"].map { "\($0)=\($0)-key-0123456789" }.joined(separator: ",")]

    @Test("A credential that asks too often is told when to come back, in the form of the surface; others and scrapes are untouched")
    func rates() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "limits: {requestsPerSecond: 0.01, burst: 3, credentials: [free=]}\ncache: {lookupDeadline: 5s}\n",
            environment: Self.keys)
        for left in [2, 1, 0] {
            let reply = try await hearth.ask("Do you sell gift cards?", language: "en", headers: Self.headers("shop"))
            #expect(reply.status == 200 && reply.json["cached"].bool == (left < 2))
            #expect(reply.header("RateLimit-Policy") == #""rate";q=3;w=300"#)
            #expect(reply.header("RateLimit")?.hasPrefix(#""rate";r=\#(left);t="#) == true, "\(reply.header("RateLimit") ?? "none")")
        }
        // Not even a hit, and nothing that anybody has to be asked for.
        for path in ["/api/v1/cache/health", "/api/v1/jobs"] {
            #expect(try await hearth.client.get(path, headers: Self.headers("shop")).status == 429)
        }
        let refused = try await hearth.ask("Do you sell gift cards?", language: "en", headers: Self.headers("shop"))
        #expect(refused.status == 429 && refused.json["error"].text == "rate_limited")
        #expect(refused.header("Retry-After").flatMap { Int($0) }.map { (1...120).contains($0) } == true)
        #expect(refused.header("RateLimit")?.hasPrefix(#""rate";r=0;t="#) == true)
        let chat = try await hearth.chat("Do you sell gift cards?", headers: Self.headers("shop"))
        #expect(chat.status == 429 && chat.json["error"]["code"].text == "rate_limited" && chat.json["error"]["message"].text != nil)
        for name in ["other", "free", "free", "free", "free", "free"] {
            let reply = try await hearth.ask("Do you sell gift cards?", language: "en", headers: Self.headers(name))
            #expect(reply.status == 200)
            #expect((reply.header("RateLimit") == nil) == (name == "free"))
        }
        #expect(try await hearth.client.get("/healthz").status == 200)
        let metrics = try await hearth.metrics(headers: Self.headers("shop"))
        #expect(metrics.value("hearth_limits_refusals_total", ["limit": "rate"]) == 4)
        #expect(metrics.value("hearth_http_rejections_total", ["reason": "rate_limited"]) == 4)
        #expect(metrics.value("hearth_limits_callers") == 2)
        #expect(metrics.value("hearth_limits_callers_limit") == 10_000)
    }

    @Test("A credential has as many requests in progress as it may, streams to their end")
    func concurrency() async throws {
        let stage = try await Stage(latencyMilliseconds: 3000)
        let hearth = try await stage.start(settings: "limits: {concurrency: 1}\n", environment: Self.keys)
        async let first = hearth.chat("Who is first?", streamed: true, headers: Self.headers("shop"))
        try await Deadline.until("the first is in progress") {
            try await hearth.metrics(headers: Self.headers("shop")).value("hearth_upstream_requests_in_flight") ?? 0 > 0
        }
        let second = try await hearth.ask("Who is second?", language: "en", headers: Self.headers("shop"))
        #expect(second.status == 429 && second.header("Retry-After") == "1")
        #expect(second.header("RateLimit-Policy") == #""concurrency";q=1;qu="concurrent-requests""#)
        #expect(try await hearth.ask("Who is second?", language: "en", headers: Self.headers("other")).status == 200)
        #expect(try await first.isWholeStream)
        #expect(try await hearth.ask("Who is second?", language: "en", headers: Self.headers("shop")).status == 200)
        let metrics = try await hearth.metrics(headers: Self.headers("shop"))
        #expect(metrics.value("hearth_limits_refusals_total", ["limit": "concurrency"]) == 1)
    }

    @Test("Replicas that share a Redis grant the rate together, and each by itself while that is away")
    func shared() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage()
        var replicas: [RunningHearth] = []
        for number in 1...3 {
            replicas.append(
                try await stage.start(
                    settings: "limits: {requestsPerSecond: 0.01, burst: 4}\ncache: {lookupDeadline: 5s}\n",
                    environment: Self.keys.merging(
                        ["REDIS_URL": redis.url, "HEARTH_DATA_DIR": stage.folder.path + "/data\(number)"]) { $1 }))
        }
        for replica in replicas {
            try await Deadline.until("Redis is used") {
                try await replica.metrics(headers: Self.headers("other")).value("hearth_cache_coherence_live") == 1
            }
        }
        func granted(_ name: String) async throws -> Int {
            try await withThrowingTaskGroup(of: Int.self) { [replicas] group in
                for number in 0..<30 {
                    group.addTask {
                        try await replicas[number % 3].ask("Is number \(number) free?", language: "en", headers: Self.headers(name)).status
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 == 200 ? 1 : 0 }
            }
        }
        #expect(try await granted("shop") == 4)
        #expect(
            try await replicas[0].metrics(headers: Self.headers("other")).value("hearth_limits_shared_checks_total", ["outcome": "ok"]) ?? 0
                > 0)
        await redis.stop()
        #expect(try await granted("other") == 12)
        #expect(
            try await replicas[0].metrics(headers: Self.headers("free")).value("hearth_limits_shared_checks_total", ["outcome": "error"])
                ?? 0
                > 0)
    }
}
