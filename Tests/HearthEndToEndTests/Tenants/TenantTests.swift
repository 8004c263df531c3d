import HearthDrivers
import HearthTestKit
import Testing

@Suite("Two tenants that know nothing of each other", .serialized, .timeLimit(.minutes(10)))
struct TenantTests {
    /// Whose requests, as the key says it.
    private enum Asker: String, CaseIterable {
        case acme
        case globex
        /// Of the tenant `default`, which is the operator's.
        case operators = "default"

        var key: String { "0123456789abcdef-\(rawValue)" }
        var headers: [String: String] { ["Authorization": "Bearer \(key)"] }
    }

    private static let keys = Asker.allCases.map { "\($0.rawValue)@\($0.rawValue)=\($0.key)" }.joined(separator: ",")
    private static let question = "Do you sell gift cards?"
    /// What only acme asks.
    private static let secret = "Do you deliver to Zanzibar?"

    private struct Cast {
        let stage: Stage
        let hearth: RunningHearth

        func ask(_ question: String, by asker: Asker, headers: [String: String] = [:]) async throws -> WebClient.Reply {
            try await hearth.ask(question, language: "en", headers: asker.headers.merging(headers) { $1 })
        }

        func get(_ path: String, by asker: Asker) async throws -> WebClient.Reply {
            try await hearth.client.get(path, headers: asker.headers)
        }

        func send(_ method: HTTPClientRequest.Method, _ path: String, _ body: String = "", by asker: Asker) async throws -> WebClient.Reply
        {
            try await hearth.client.send(method, path, body: Array(body.utf8), headers: asker.headers)
        }

        /// How many requests and hits the statistics of today show.
        func counts(_ asker: Asker, _ query: String = "") async throws -> [Int?] {
            let metrics = try await get("/api/v1/cache/statistics\(query)", by: asker).json["metrics"]
            return [metrics["totalRequests"].integer, metrics["cacheHits"].integer]
        }
    }

    private static func cast(settings: String? = nil, environment: [String: String] = [:]) async throws -> Cast {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: settings, environment: ["HEARTH_API_KEYS": keys].merging(environment) { $1 })
        return Cast(stage: stage, hearth: hearth)
    }

    @Test("The same question of both is asked and kept twice, in every way of asking")
    func twoCalls() async throws {
        let cast = try await Self.cast()
        var cacheKeys: Set<String> = []
        for asker in [Asker.acme, .globex] {
            for isCached in [false, true, true] {
                let reply = try await cast.ask(Self.question, by: asker)
                #expect(reply.json["cached"].bool == isCached, "\(asker)")
                cacheKeys.insert(reply.json["cacheKey"].text ?? "")
            }
        }
        #expect(cacheKeys.count == 2)
        #expect(try await cast.stage.provider.calls == 2)
        let ways = [
            ("/v1/chat/completions", #"{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Do you sell soap?"}]}"#),
            (
                "/v1/chat/completions",
                #"{"model": "gpt-4o-mini", "stream": true, "messages": [{"role": "user", "content": "Do you sell combs?"}]}"#
            ),
            ("/v1/embeddings", #"{"model": "text-embedding-3-small", "input": "Do you sell wigs?"}"#),
            ("/api/v1/ai/intent", #"{"message": "Please book me a haircut tomorrow at five"}"#),
        ]
        for (path, body) in ways {
            for asker in [Asker.acme, .globex] {
                for isHit in [false, true] {
                    let status = try await cast.send(.post, path, body, by: asker).header("Cache-Status") ?? ""
                    #expect(status.contains("hit") == isHit, "\(path) \(asker) \(status)")
                }
            }
        }
        for asker in [Asker.acme, .globex] {
            try await Deadline.until("\(asker)'s answers are written") {
                try await cast.get("/api/v1/cache/health", by: asker).json["cacheMetrics"]["totalEntries"].integer == 5
            }
        }
        #expect(try await cast.counts(.acme) == [11, 6])
        #expect(try await cast.counts(.operators) == [22, 12])
    }

    @Test("Identical questions of both at the same time are two calls, each shared within its tenant")
    func flights() async throws {
        let stage = try await Stage(latencyMilliseconds: 400)
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": Self.keys])
        try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                let asker = number % 2 == 0 ? Asker.acme : .globex
                group.addTask { try await hearth.ask(Self.question, language: "en", headers: asker.headers).json["cacheKey"].text }
            }
            var keys: [String: Int] = [:]
            for try await key in group { keys[key ?? "", default: 0] += 1 }
            #expect(keys.values.sorted() == [10, 10])
        }
        #expect(try await stage.provider.calls == 2)
    }

    @Test("One's key is as unknown to the other as a key of nobody's, by every route that takes one")
    func foreignKeys() async throws {
        let cast = try await Self.cast()
        let key = try #require(try await cast.ask(Self.secret, by: .acme).json["cacheKey"].text)
        _ = try await cast.ask(Self.question, by: .globex)
        let unknown = "en:" + String(repeating: "0", count: 64)
        func bodies(_ method: HTTPClientRequest.Method, _ path: String, _ body: String = "") async throws -> [String] {
            var texts: [String] = []
            for name in [key, unknown] {
                let reply = try await cast.send(
                    method, path.replacing("KEY", with: name), body.replacing("KEY", with: name), by: .globex)
                let document = reply.json
                texts.append(
                    "\(reply.status) \(document["error"].text ?? "") \((document["message"].text ?? "").replacing(name, with: "KEY")) "
                        + "\(document["invalidated"].integer ?? -1)")
            }
            return texts
        }
        let probes: [(HTTPClientRequest.Method, String, String)] = [
            (.get, "/api/v1/cache/entries/KEY", ""), (.get, "/api/v1/cache/entries/KEY?tenant=acme", ""),
            (.post, "/api/v1/cache/feedback", #"{"cacheKey": "KEY", "helpful": false}"#),
            (.delete, "/api/v1/cache/invalidate?cacheKey=KEY&dryRun=true", ""),
            (.delete, "/api/v1/cache/invalidate?cacheKey=KEY&tenant=acme", ""), (.delete, "/api/v1/cache/invalidate?cacheKey=KEY", ""),
            (.delete, "/api/v1/cache/entries/KEY", ""), (.delete, "/api/v1/cache/entries/KEY?tenant=acme", ""),
        ]
        for (method, path, body) in probes {
            let answers = try await bodies(method, path, body)
            #expect(answers[0] == answers[1], "\(path)")
            #expect(answers[0].hasPrefix("404 not_found") || answers[0].hasSuffix(" 0"), "\(path) \(answers[0])")
        }
        let shown = try await cast.get("/api/v1/cache/entries/\(key)", by: .acme)
        #expect(shown.status == 200 && shown.json["votes"]["unhelpful"].integer == 0, "no vote came through")
        #expect(try await cast.ask(Self.secret, by: .acme).json["cached"].bool == true)
        // The operator may, by saying whose it is.
        #expect(try await cast.get("/api/v1/cache/entries/\(key)", by: .operators).status == 404)
        #expect(try await cast.get("/api/v1/cache/entries/\(key)?tenant=acme", by: .operators).status == 200)
        let removed = try await cast.send(.delete, "/api/v1/cache/entries/\(key)?tenant=acme", "", by: .operators)
        #expect(removed.status == 200 && removed.json["invalidated"].integer == 1, "\(removed.text)")
    }

    @Test("Nothing that one can read contains anything of the other, whatever it names")
    func listings() async throws {
        let cast = try await Self.cast()
        let key = try #require(try await cast.ask(Self.secret, by: .acme).json["cacheKey"].text)
        for _ in 0..<4 { _ = try await cast.ask(Self.secret, by: .acme) }
        _ = try await cast.send(.delete, "/api/v1/cache/invalidate?category=booking&tag=zanzibar", by: .acme)
        _ = try await cast.ask(Self.question, by: .globex)
        let pretences = ["", "tenant=acme", "tenant=*", "tenant=shared:acme"]
        var paths = [
            "/api/v1/cache/statistics", "/api/v1/cache/statistics?format=csv", "/api/v1/cache/top-queries",
            "/api/v1/cache/top-queries?kind=misses&limit=100", "/api/v1/cache/top-queries?order=savings&language=en",
            "/api/v1/cache/top-queries?order=recent&format=csv", "/api/v1/cache/invalidations?limit=1000", "/api/v1/cache/health",
            "/api/v1/jobs", "/api/v1/jobs/upcoming", "/api/v1/jobs/timeline", "/api/v1/jobs/prune-cache/runs", "/api/v1/inbox",
            "/admin/cache-analytics", "/v1/models", "/openapi.yaml", "/docs", "/healthz", "/readyz",
        ].flatMap { path in pretences.map { $0.isEmpty ? path : path + (path.contains("?") ? "&" : "?") + $0 } }
        paths.append("/api/v1/cache/top-queries?limit=-1")
        for path in paths {
            for headers in [[:], ["X-Tenant": "acme", "X-Forwarded-User": "acme", "X-Hearth-Tenant": "acme"]] {
                let reply = try await cast.hearth.client.get(path, headers: Asker.globex.headers.merging(headers) { $1 })
                let text = reply.text.lowercased()
                #expect(!text.contains("zanzibar") && !text.contains(key) && reply.status < 500, "\(path)")
            }
        }
        for pretence in ["", "?tenant=acme", "?tenant=default"] {
            #expect(try await cast.counts(.globex, pretence) == [1, 0], "\(pretence)")
        }
        #expect(try await cast.get("/api/v1/cache/top-queries?tenant=acme", by: .globex).json["queries"].items.count == 0)
        #expect(try await cast.get("/api/v1/cache/top-queries?tenant=acme&kind=misses", by: .globex).json["queries"].items.count == 1)
        #expect(try await cast.get("/api/v1/cache/invalidations", by: .globex).json["invalidations"].items.count == 0)
        let lookup = try await cast.send(
            .post, "/api/v1/cache/lookup", #"{"items": [{"query": "\#(Self.secret)", "language": "en"}]}"#, by: .globex)
        #expect(lookup.json["items"].items[0]["reason"].text == "never_stored")
        let explained = try await cast.send(.post, "/api/v1/cache/explain", #"{"query": "\#(Self.secret)", "language": "en"}"#, by: .globex)
        #expect(explained.json["reason"].text == "never_stored" && explained.json["entry"] == .null)
        for (method, path) in [
            (HTTPClientRequest.Method.get, "/api/v1/jobs"), (.post, "/api/v1/jobs/prune-cache/run"), (.get, "/admin/cache-analytics"),
        ] {
            #expect(try await cast.send(method, path, by: .globex).status == 403, "\(path)")
            #expect(try await cast.send(method, path, by: .operators).status < 300, "\(path)")
        }
        // The sum is the operator's, and the parts where he names them.
        #expect(try await cast.counts(.operators) == [7, 4])
        #expect(try await cast.counts(.operators, "?tenant=acme") == [5, 4])
        let top = try await cast.get("/api/v1/cache/top-queries", by: .operators).json["queries"].items
        #expect(top.map { $0["tenant"].text } == ["acme"])
        #expect(
            try await cast.get("/api/v1/cache/invalidations", by: .operators).json["invalidations"].items.map { $0["space"].text } == [
                "acme"
            ])
    }

    @Test("Each removes and tidies up its own, and the counts say nothing of the other")
    func removal() async throws {
        let cast = try await Self.cast()
        let entry =
            #"{"query": "Do you sell hats?", "language": "en", "response": "Yes.", "confidence": 0.9, "metadata": {"tags": ["vip"]}}"#
        for asker in Asker.allCases {
            let kept = try await cast.send(.put, "/api/v1/cache/entries?tenant=acme", #"{"entries": [\#(entry)]}"#, by: asker)
            #expect(kept.json["results"].items[0]["status"].text == "stored")
            let warmed = try await cast.send(
                .post, "/api/v1/cache/warm",
                #"{"queries": [{"query": "Are you open?", "language": "en", "response": "Yes.", "tenant": "acme"}]}"#,
                by: asker)
            #expect(warmed.json["cached"].integer == 1, "\(asker): \(warmed.text)")
        }
        for selection in ["tag=vip", "language=en", "category=hours", "all=true"] {
            let path = "/api/v1/cache/invalidate?\(selection)&dryRun=true"
            let counts = try await [cast.send(.delete, path, by: .globex), cast.send(.delete, path + "&tenant=acme", by: .globex)]
            #expect(counts[0].json["invalidated"].integer == counts[1].json["invalidated"].integer, "\(selection)")
            #expect(counts[0].json["invalidated"].integer ?? 9 <= 2, "\(selection)")
        }
        #expect(try await cast.send(.delete, "/api/v1/cache/invalidate?all=true", by: .globex).json["invalidated"].integer == 2)
        #expect(try await cast.ask("Do you sell hats?", by: .globex).json["cached"].bool == false)
        #expect(try await cast.ask("Do you sell hats?", by: .acme).json["cached"].bool == true)
        #expect(try await cast.send(.post, "/api/v1/cache/maintenance", by: .globex).json["expiredRemoved"].integer == 0)
        #expect(try await cast.send(.delete, "/api/v1/cache/invalidate?category=hours&tenant=*", by: .operators).status == 400)
        let everyone = try await cast.send(.delete, "/api/v1/cache/invalidate?all=true&tenant=*", by: .operators)
        #expect(everyone.json["invalidated"].integer ?? 0 >= 3)
        for asker in Asker.allCases { #expect(try await cast.ask("Are you open?", by: asker).json["cached"].bool == false) }
    }

    @Test("A customer is forgotten by the tenant whose customer he is, and by no other")
    func customers() async throws {
        let environment = ["HEARTH_STORE_QUERIES": "false", "HEARTH_CUSTOMER_KEY": "a key for the tests of customers"]
        let cast = try await Self.cast(environment: environment)
        func ask(_ asker: Asker, _ customer: String) async throws {
            let body = #"{"query": "\#(Self.question)", "language": "en", "customerId": "\#(customer)"}"#
            #expect(try await cast.send(.post, "/api/v1/cache/query", body, by: asker).status == 200)
        }
        for asker in [Asker.acme, .globex] { for customer in ["anna", "+49 170/1"] { try await ask(asker, customer) } }
        let key = try await cast.ask(Self.question, by: .acme).json["cacheKey"].text ?? ""
        func judge(_ customer: String) async throws -> Double? {
            let body = #"{"cacheKey": "\#(key)", "helpful": false, "customerId": "\#(customer)"}"#
            return try await cast.send(.post, "/api/v1/cache/feedback", body, by: .acme).json["confidence"].number
        }
        let once = try await judge("anna")
        for _ in 0..<5 { #expect(try await judge("anna") == once, "one vote of each") }
        func forget(_ customer: String, by asker: Asker) async throws -> [Int?] {
            let erased = try await cast.send(.delete, "/api/v1/customers/\(customer)", by: asker).json
            return [erased["patterns"].integer, erased["votes"].integer, erased["messages"].integer]
        }
        #expect(try await forget("anna", by: .operators) == [0, 0, 0])
        #expect(try await forget("anna?tenant=acme", by: .globex) == [1, 0, 0], "his own, whatever he names")
        #expect(try await forget("anna", by: .acme) == [1, 1, 0])
        #expect(try await forget("anna", by: .acme) == [0, 0, 0])
        #expect(try await forget("%2B49%20170%2F1?tenant=acme", by: .operators) == [1, 0, 0])
        // Three customers have asked acme, of whom two are forgotten: the text stays hidden.
        try await ask(.acme, "carla")
        let top = try await cast.get("/api/v1/cache/top-queries", by: .acme).json["queries"].items
        #expect(top.map { $0["hidden"].text } == ["fewer_than_three_customers"])
        for customer in ["dora", "emil"] { try await ask(.acme, customer) }
        #expect(try await cast.get("/api/v1/cache/top-queries", by: .acme).json["queries"].items[0]["normalizedQuery"].text != nil)
        #expect(try await cast.send(.delete, "/api/v1/customers/" + String(repeating: "x", count: 257), by: .acme).status == 400)
        for file in ["hearth.sqlite", "hearth.sqlite-wal"] {
            let bytes = cast.stage.bytes(file) ?? []
            #expect(!bytes.contains(subsequence: Array("anna".utf8)) && !bytes.contains(subsequence: Array(Self.question.utf8)), "\(file)")
        }
    }
}
