import Foundation
import HearthDrivers
import HearthTestKit
import Testing

@Suite("Embeddings through the gateway", .serialized, .timeLimit(.minutes(2)))
struct GatewayEmbeddingTests {
    private static func embed(_ hearth: RunningHearth, _ input: String, headers: [String: String] = [:]) async throws -> WebClient.Reply {
        try await hearth.client.post("/v1/embeddings", #"{"model":"text-embedding-3-small","input":\#(input)}"#, headers: headers)
    }

    @Test("Each input is kept by itself, and only what is missing is asked for")
    func perInput() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let direct = try await WebClient(baseURL: stage.provider.baseURL).post(
            "/embeddings", #"{"model":"text-embedding-3-small","input":["one","two","three"]}"#)
        let first = try await Self.embed(hearth, #"["one","two","one"]"#)
        #expect(first.status == 200 && first.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        #expect(first.json["data"].items.map { $0["index"].integer } == [0, 1, 2])
        #expect(first.json["data"][0]["embedding"] == first.json["data"][2]["embedding"])
        let second = try await Self.embed(hearth, #"["three","one","two"]"#)
        #expect(second.header("X-Hearth-Saved-USD") == "0.002000")
        let third = try await Self.embed(hearth, #"["one","two","three"]"#)
        #expect(third.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(third.header("X-Hearth-Saved-USD") == "0.004000")
        #expect(third.json["data"] == direct.json["data"])
        #expect(third.json["model"] == direct.json["model"])
        // Letter by letter.
        #expect(try await Self.embed(hearth, #""One""#).header("Cache-Status")?.contains("fwd=miss") == true)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["totalRequests"].integer == 4 && metrics["cacheHits"].integer == 1)
        #expect(metrics["aiApiCallsCost"].number.map { abs($0 - 0.006) < 1e-9 } == true)
    }

    @Test("The same inputs at the same time make one call, which ends when nobody waits for it any more")
    func shared() async throws {
        let stage = try await Stage(latencyMilliseconds: 1000)
        let hearth = try await stage.start()
        let replies = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<20 { group.addTask { try await Self.embed(hearth, #"["one","two"]"#) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies.allSatisfy { $0.status == 200 })
        #expect(try await stage.provider.embeddingCalls == 1)
        #expect(replies.count { $0.header("X-Hearth-Cost-USD") != "0.000000" } == 1)
        #expect(replies.count { $0.header("Cache-Status") == "hearth; fwd=miss; collapsed" } == 19)

        try await stage.provider.behave(#""latencyMilliseconds": 60000"#)
        let body = #"{"model":"text-embedding-3-small","input":"three"}"#
        let caller = try await RawConnection.open(port: hearth.port)
        try await caller.send(
            "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        try await Deadline.until("the provider is asked") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 1 }
        await caller.close()
        try await Deadline.until("the call is over", within: .seconds(15)) {
            try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0
        }
    }

    @Test("What was refused for a field of the first caller's own is asked once, and answered to the others")
    func refusedLeader() async throws {
        // The first is refused only when the others have had time to come.
        let provider = try await ScriptedServer.start { request in
            guard String(decoding: request.body, as: UTF8.self).contains("nonsense") else {
                return [.answer(#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m"}"#)]
            }
            return [.wait(.seconds(2)), .answer(status: 400, #"{"error":{"message":"Not like this.","type":"invalid_request_error"}}"#)]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        // The field is passed on, but is no part of what makes two requests the same.
        async let first = Self.embed(hearth, #""gloves","user":"nonsense""#)
        try await Deadline.until("the provider is asked") { provider.requests.count == 1 }
        let others = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 { group.addTask { try await Self.embed(hearth, #""gloves""#).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await first.status == 400)
        #expect(others == Array(repeating: 200, count: 5))
        #expect(provider.requests.count { String(decoding: $0.body, as: UTF8.self).contains("nonsense") } == 1)
    }

    @Test("A list that the provider has to see as a whole is kept as one, and asked for as one")
    func whole() async throws {
        let provider = try await ScriptedServer.start { request in
            let count = String(decoding: request.body, as: UTF8.self).components(separatedBy: "chunk").count - 1
            let data = (0..<count).map { #"{"object":"embedding","index":\#($0),"embedding":[0.5]}"# }.joined(separator: ",")
            return [.answer(#"{"object":"list","data":[\#(data)],"model":"m","usage":{"prompt_tokens":3,"total_tokens":3}}"#)]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        func ask(_ input: String) async throws -> WebClient.Reply {
            try await hearth.client.post("/v1/embeddings", #"{"model":"m","input":\#(input),"late":true}"#)
        }
        #expect(try await ask(#"["chunk a","chunk b","chunk a"]"#).status == 200)
        #expect(try await ask(#"["chunk a","chunk b","chunk a"]"#).header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(try await ask(#"["chunk a","chunk c"]"#).header("Cache-Status")?.contains("fwd=miss") == true)
        #expect(provider.requests.map { String(decoding: $0.body, as: UTF8.self).components(separatedBy: "chunk").count - 1 } == [3, 2])
    }

    @Test("Many long embeddings fit into an answer")
    func large() async throws {
        let vector = "[" + Array(repeating: "-0.0123456789", count: 1536).joined(separator: ",") + "]"
        let provider = try await ScriptedServer.start { _ in
            let data = (0..<300).map { #"{"object":"embedding","index":\#($0),"embedding":\#(vector)}"# }.joined(separator: ",")
            return [.answer(#"{"object":"list","data":[\#(data)],"model":"m","usage":{"prompt_tokens":300,"total_tokens":300}}"#)]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let inputs = (0..<300).map { "\"text \($0)\"" }.joined(separator: ",")
        let reply = try await hearth.client.post("/v1/embeddings", #"{"model":"m","input":[\#(inputs)]}"#)
        #expect(reply.status == 200 && reply.json["data"].items.count == 300)
    }

    @Test("The provider's refusals and failures come back in its form")
    func failures() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        #expect(try await Self.embed(hearth, "7").json["error"]["param"].text == "input")
        #expect(try await Self.embed(hearth, #""a""#, headers: ["Cache-Control": "only-if-cached"]).status == 504)
        try await stage.provider.behave(#""status": 400"#)
        let refused = try await Self.embed(hearth, #""a""#)
        #expect(refused.status == 400 && refused.json["error"]["message"].text == "Simulated failure.")
    }

    @Test("Embeddings past their time stand in for a failed call, if they do for every input of it")
    func staleIfError() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: GatewayStaleTests.settings(lifetime: "1s", staleShare: 0))
        let kept = try await Self.embed(hearth, #"["one","two"]"#)
        try await stage.provider.behave(#""status": 503"#)
        let stale = try await Deadline.value("they stand in") {
            let reply = try await Self.embed(hearth, #"["two","one","two"]"#)
            return reply.header("Cache-Status")?.contains("detail=sie") == true ? reply : nil
        }
        #expect(stale.status == 200 && stale.header("X-Hearth-Cost-USD") == "0.000000")
        #expect(stale.header("X-Hearth-Saved-USD") != "0.000000")
        #expect(stale.json["data"][1]["embedding"] == kept.json["data"][0]["embedding"])
        #expect(stale.json["data"].items.map { $0["index"].integer } == [0, 1, 2])
        #expect(try await Self.embed(hearth, #"["one","never asked"]"#).status == 503)
        #expect(try await Self.embed(hearth, #"["one"]"#, headers: ["Cache-Control": "max-age=60"]).status == 503)
        let answered = try await hearth.metrics().value("hearth_cache_requests_total", ["result": "stale", "match": "exact"])
        #expect(answered.map { $0 >= 1 } == true)
        let removed = try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true")
        #expect(removed.status == 200)
        #expect(try await Self.embed(hearth, #"["one"]"#).status == 503)
    }

    @Test("Embeddings past their time are served while one call renews all of them")
    func staleWhileRevalidate() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: GatewayStaleTests.settings(lifetime: "4s", staleShare: 1))
        #expect(try await Self.embed(hearth, #"["one","two"]"#).status == 200)
        try await Deadline.until("they are past their time") {
            try await Self.embed(hearth, #"["one","two"]"#, headers: ["Cache-Control": "only-if-cached, max-stale=0"]).status == 504
        }
        try await stage.provider.behave(#""latencyMilliseconds": 1500"#)
        for _ in 1...5 {
            let stale = try await Self.embed(hearth, #"["two","one","two"]"#)
            #expect(stale.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=-?\d+; detail=swr/) != nil)
        }
        try await Deadline.until("they are renewed") {
            try await hearth.metrics().value("hearth_cost_usd_total", ["purpose": "refresh"]).map { $0 > 0 } == true
        }
        #expect(try await stage.provider.embeddingCalls == 2)
    }
}
