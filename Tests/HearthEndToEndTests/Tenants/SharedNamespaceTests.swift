import HearthDrivers
import HearthTestKit
import Synchronization
import Testing

@Suite("Tenants that share their answers", .serialized, .timeLimit(.minutes(10)))
struct SharedNamespaceTests {
    private static func headers(_ tenant: String) -> [String: String] { ["X-API-Key": "0123456789abcdef-\(tenant)"] }

    private static let tenants = ["acme", "globex", "other", "default"]
    private static let keys = tenants.map { "\($0)@\($0)=0123456789abcdef-\($0)" }.joined(separator: ",")

    private static func start(
        _ stage: Stage, _ cache: String = "", more: String = "", environment: [String: String] = [:]
    ) async throws -> RunningHearth {
        let settings = """
            cache:
              lookupDeadline: 5s
              sharedNamespaces: ["salons=acme globex"]
            \(cache)
            jobs:
              warm-cache: {schedule: "@manual"}
              probe-stores: {schedule: "@manual"}
            \(more)
            """
        return try await stage.start(settings: settings, environment: environment.merging(["HEARTH_API_KEYS": keys]) { $1 })
    }

    private static func protection(floor: Int = 60) -> String {
        """
          sharedMinimumLatency: \(floor)ms
          sharedJitter: 20ms
          hideCacheHeaders: true
        """
    }

    private static func ask(_ hearth: RunningHearth, _ question: String, by tenant: String) async throws -> WebClient.Reply {
        try await hearth.ask(question, language: "en", headers: headers(tenant))
    }

    @Test("What one asked is given to the other, and to nobody else; each is counted for himself")
    func sharing() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage)
        let question = "Do you sell gift cards?"
        let cached = try await ["acme", "globex", "other", "default"].asyncMap {
            try await Self.ask(hearth, question, by: $0).json["cached"].bool
        }
        #expect(cached == [false, true, false, false])
        #expect(try await stage.provider.calls == 3)
        for (tenant, hits) in [("acme", 0), ("globex", 1), ("other", 0)] {
            let metrics = try await hearth.client.get("/api/v1/cache/statistics", headers: Self.headers(tenant)).json["metrics"]
            #expect(metrics["totalRequests"].integer == 1 && metrics["cacheHits"].integer == hits, "\(tenant)")
        }
    }

    @Test("Single answers of a shared namespace are the operator's to read, write and remove")
    func administration() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage)
        let key = try await Self.ask(hearth, "Do you sell gift cards?", by: "acme").json["cacheKey"].text ?? ""
        let entries = #"{"entries": [{"query": "Do you sell gift cards?", "language": "en", "response": "Poison.", "confidence": 1}]}"#
        let warming = #"{"queries": [{"query": "Do you sell gift cards?", "language": "en", "response": "Poison."}]}"#
        let requests: [(HTTPClientRequest.Method, String, String)] = [
            (.get, "/api/v1/cache/entries/\(key)", ""), (.delete, "/api/v1/cache/entries/\(key)", ""),
            (.put, "/api/v1/cache/entries", entries), (.post, "/api/v1/cache/warm", warming),
            (.delete, "/api/v1/cache/invalidate?all=true", ""), (.get, "/api/v1/cache/invalidations", ""),
            (.post, "/api/v1/cache/maintenance", ""), (.post, "/api/v1/cache/explain", #"{"query": "Do you sell gift cards?"}"#),
        ]
        for (method, path, body) in requests {
            let reply = try await hearth.client.send(method, path, body: Array(body.utf8), headers: Self.headers("globex"))
            #expect(reply.status == 403 && reply.json["error"].text == "forbidden", "\(path) \(reply.text)")
        }
        #expect(
            try await hearth.client.get("/api/v1/cache/health", headers: Self.headers("globex")).json["cacheMetrics"]["totalEntries"]
                .integer == 0)
        let answer = try await Self.ask(hearth, "Do you sell gift cards?", by: "globex").json
        #expect(answer["cached"].bool == true && answer["response"].text != "Poison.")
        let removed = try await hearth.client.send(
            .delete, "/api/v1/cache/invalidate?all=true&tenant=acme", headers: Self.headers("default"))
        #expect(removed.json["invalidated"].integer == 1)
        #expect(try await Self.ask(hearth, "Do you sell gift cards?", by: "globex").json["cached"].bool == false)
    }

    @Test("No tenant alone votes a shared answer out of use, however often and in whose name he votes")
    func votes() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage)
        let key = try await Self.ask(hearth, "Do you sell gift cards?", by: "acme").json["cacheKey"].text ?? ""
        func judge(_ tenant: String, _ customer: Int) async throws -> JSONNode {
            let body = #"{"cacheKey": "\#(key)", "helpful": false, "customerId": "c\#(customer)"}"#
            return try await hearth.client.post("/api/v1/cache/feedback", body, headers: Self.headers(tenant)).json
        }
        let once = try await judge("globex", 0)["confidence"].number
        for number in 1..<20 {
            let judged = try await judge("globex", number)
            #expect(judged["confidence"].number == once && judged["served"].bool == true)
        }
        let both = try await judge("acme", 0)["confidence"].number
        #expect(both ?? 1 < once ?? 0)
        #expect(
            try await hearth.client.post(
                "/api/v1/cache/feedback", #"{"cacheKey": "\#(key)", "helpful": false}"#, headers: Self.headers("other")
            ).status == 404)
        #expect(try await Self.ask(hearth, "Do you sell gift cards?", by: "acme").json["cached"].bool == true)
    }

    @Test("A stream of a protected namespace that the provider cuts is told as the provider's failure, and as nothing else")
    func cutStream() async throws {
        let words =
            #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Yes"},"finish_reason":null}]}"#
            + "\n\n"
        let provider = try await ScriptedServer.start { _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + words), .close]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(stage, Self.protection(), environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let reply = try await hearth.client.post(
            "/v1/chat/completions", ChatBody.question("Do you sell soap?", streamed: true), headers: Self.headers("acme"))
        #expect(reply.status == 502, "\(reply.text)")
        #expect(reply.json["error"]["type"].text == "server_error" && reply.header("Cache-Status") == nil)
        #expect(!reply.text.contains("Yes"))
    }

    @Test("In a protected namespace nothing in an answer tells a hit from a miss, and what would say it outright is refused")
    func hiding() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage, Self.protection())
        let chat = #"{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Do you sell soap?"}]}"#
        let stream = chat.replacing(#""messages""#, with: #""stream": true, "messages""#)
        let ways = [
            ("/api/v1/cache/query", RunningHearth.body("Do you sell gift cards?", language: "en")), ("/v1/chat/completions", chat),
            ("/v1/chat/completions", stream.replacing("soap", with: "combs")),
            ("/v1/embeddings", #"{"model": "text-embedding-3-small", "input": "Do you sell wigs?"}"#),
            ("/api/v1/ai/intent", #"{"message": "Please book me a haircut tomorrow at five"}"#),
        ]
        for (path, body) in ways {
            let replies = try await ["acme", "globex"].asyncMap { try await hearth.client.post(path, body, headers: Self.headers($0)) }
            for reply in replies {
                #expect(reply.status == 200, "\(path) \(reply.text)")
                for name in ["Age", "Cache-Status", "Server-Timing", "X-Hearth-Cost-USD", "X-Hearth-Saved-USD"] {
                    #expect(reply.header(name) == nil, "\(path) \(name)")
                }
                for name in ["responseTime", "source", "cacheKey", "cached", "storedAt", "expiresAt", "cost", "saved"] {
                    #expect(!reply.text.contains("\"\(name)\""), "\(path) \(name)")
                }
            }
            #expect(Self.withoutNames(replies[0]) == Self.withoutNames(replies[1]), "\(path)")
        }
        for directive in ["only-if-cached", "only-if-cached, max-stale=9"] {
            for question in ["Do you sell gift cards?", "Was this ever asked?"] {
                let reply = try await hearth.ask(
                    question, language: "en", headers: Self.headers("globex").merging(["Cache-Control": directive]) { $1 })
                #expect(reply.status == 504 && reply.json["error"].text == "not_cached")
            }
        }
        let probes: [(HTTPClientRequest.Method, String, String)] = [
            (.post, "/api/v1/cache/lookup", #"{"items": [{"query": "Do you sell gift cards?"}]}"#),
            (.post, "/api/v1/cache/explain", #"{"query": "Do you sell gift cards?"}"#), (.get, "/api/v1/cache/statistics", ""),
            (.get, "/api/v1/cache/top-queries", ""),
            (.post, "/api/v1/cache/feedback", #"{"cacheKey": "en:\#(String(repeating: "0", count: 64))", "helpful": true}"#),
        ]
        for (method, path, body) in probes {
            #expect(
                try await hearth.client.send(method, path, body: Array(body.utf8), headers: Self.headers("globex")).status == 403, "\(path)"
            )
        }
        // Those who share nothing are told as ever.
        #expect(try await Self.ask(hearth, "Do you sell gift cards?", by: "other").json["cached"].bool == false)
        #expect(try await stage.provider.calls == 5, "each was asked for once, and once more for the one who shares nothing")

        try await stage.provider.behave(#""status": 400"#)
        for (path, body) in ways {
            let began = ContinuousClock.now
            let reply = try await hearth.client.post(
                path, body.replacing("Do you", with: "Do they").replacing("book me", with: "book us"), headers: Self.headers("acme"))
            #expect(reply.status >= 400 && reply.header("Cache-Status") == nil, "\(path) \(reply.status)")
            #expect(ContinuousClock.now - began >= .milliseconds(59), "\(path)")
        }
    }

    @Test("Who follows the calls of a tenant whose budget is used up asks for himself, however many of them there are")
    func budgetsOfOthers() async throws {
        // Budgets are asked for slowly, so that the calls of both tenants meet.
        let redis = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: redis.port)
        let stage = try await Stage()
        let hearth = try await Self.start(
            stage, more: "budgets: {tenants: [acme=tokens:1]}",
            environment: ["REDIS_URL": redis.url.replacing(":\(redis.port)/", with: ":\(proxy.port)/")])
        proxy.set(.init(latency: .milliseconds(150) ... .milliseconds(150)), [.toClient])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                // Mostly acme's call is the first; the second, for who is left, is globex's own.
                for tenant in ["acme", "globex"] {
                    group.addTask {
                        let reply = try await Self.ask(hearth, "Is there parking for \(number + 2) cars?", by: tenant)
                        #expect(reply.status == 200 || tenant == "acme", "\(reply.text)")
                    }
                }
                // The second call for a question is one of acme's again, nearly always.
                for tenant in Array(repeating: "acme", count: 12) + ["globex"] {
                    group.addTask {
                        let reply = try await hearth.chat(
                            "Is there parking for \(number + 2) cars?", streamed: number % 2 == 0, headers: Self.headers(tenant))
                        // The other may have the answer that was kept meanwhile.
                        #expect(reply.status == 200 || tenant == "acme", "\(reply.text)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// An answer without the names and moments that every one has of its own.
    private static func withoutNames(_ reply: WebClient.Reply) -> String {
        reply.text.replacing(/"id":\s*"[^"]*"/, with: "").replacing(/"created":\s*\d+/, with: "")
    }

    // MARK: Time

    /// Milliseconds of hits on what another tenant has asked and of questions that nobody has, in mixed order.
    private static func times(_ hearth: RunningHearth, count: Int) async throws -> (hits: [Double], misses: [Double]) {
        for start in stride(from: 0, to: count, by: 100) {
            let entries = (start..<min(start + 100, count)).map {
                #"{"query": "Do you sell item number \#($0)?", "language": "en", "response": "Yes, we do sell it.", "confidence": 0.9}"#
            }
            let reply = try await hearth.client.send(
                .put, "/api/v1/cache/entries?tenant=acme", body: Array(#"{"entries": [\#(entries.joined(separator: ","))]}"#.utf8),
                headers: headers("default"))
            #expect(reply.json["results"].items.count { $0["status"].text == "stored" } == entries.count)
        }
        let questions = Questions(count: count)
        return try await withThrowingTaskGroup(of: (hits: [Double], misses: [Double]).self) { group in
            for _ in 0..<4 { group.addTask { try await answerTimes(of: questions, hearth) } }
            return try await group.reduce(into: (hits: [], misses: [])) {
                $0.hits += $1.hits
                $0.misses += $1.misses
            }
        }
    }

    private static func answerTimes(of questions: Questions, _ hearth: RunningHearth) async throws -> (hits: [Double], misses: [Double]) {
        var times = (hits: [Double](), misses: [Double]())
        while let (number, isHit) = questions.next() {
            let started = ContinuousClock.now
            let reply = try await ask(hearth, "Do you sell item number \(number)?", by: "globex")
            let elapsed = started.duration(to: .now) / .milliseconds(1)
            #expect(reply.status == 200)
            if isHit { times.hits.append(elapsed) } else { times.misses.append(elapsed) }
        }
        return times
    }

    @Test("The times of hits and misses in a protected namespace are of one distribution, by the test of Kolmogorov and Smirnov")
    func timing() async throws {
        let count = 200
        let open = try await Self.times(try await Self.start(try await Stage()), count: count)
        // Only misses that are faster than the floor are hidden by it, and on a busy machine they take longer.
        let slowMiss = open.misses.sorted().dropFirst(open.misses.count * 95 / 100).first ?? 0
        let floor = max(60, Int(3 * slowMiss))
        let protected = try await Self.times(try await Self.start(try await Stage(), Self.protection(floor: floor)), count: count)
        let least = Double(floor)
        #expect(protected.hits.min() ?? 0 >= least && protected.misses.min() ?? 0 >= least)
        // Two samples of one distribution differ by more with a probability of one in a thousand.
        let limit = 1.95 * (2.0 / Double(count)).squareRoot()
        let (differenceOpen, differenceProtected) = (
            KolmogorovSmirnov.difference(open.hits, open.misses), KolmogorovSmirnov.difference(protected.hits, protected.misses)
        )
        print("KS of hits and misses: \(differenceOpen) without protection, \(differenceProtected) with it; limit \(limit)")
        #expect(differenceOpen > limit * 2, "the test sees what is to be hidden")
        #expect(differenceProtected <= limit)
    }
}

/// Questions that another tenant has asked and as many that nobody has, in mixed order.
private final class Questions: Sendable {
    private let rest: Mutex<[(number: Int, isHit: Bool)]>

    init(count: Int) {
        rest = Mutex((0..<(2 * count)).map { ($0, $0 < count) }.shuffled())
    }

    func next() -> (number: Int, isHit: Bool)? { rest.withLock { $0.popLast() } }
}

extension Array {
    /// One after the other.
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
