import HearthDrivers
import HearthTestKit
import Testing

@Suite("Chat completions through the gateway", .serialized, .timeLimit(.minutes(3)))
struct GatewayTests {
    @Test("The first is passed on, the second is answered from the cache under a new name, and everything else is the same")
    func missThenHit() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let miss = try await hearth.chat("Do you sell gift cards?")
        #expect(miss.status == 200)
        #expect(miss.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        #expect(miss.header("X-Hearth-Cost-USD") == "0.002000")
        #expect(miss.header("X-Hearth-Saved-USD") == "0.000000")
        #expect(miss.json["id"].text?.hasPrefix("chatcmpl-simulated-") == true)
        let hit = try await hearth.chat("do you sell GIFT CARDS ?")
        #expect(hit.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=\d+/) != nil)
        #expect(hit.header("Age").flatMap { Int($0) } != nil)
        #expect(hit.header("Server-Timing")?.hasPrefix("total;dur=") == true)
        #expect(hit.header("X-Hearth-Cost-USD") == "0.000000")
        #expect(hit.header("X-Hearth-Saved-USD") == "0.002000")
        #expect(hit.json["id"].text?.wholeMatch(of: /chatcmpl-[0-9a-f]{32}/) != nil)
        for name in miss.json.names where name != "id" && name != "created" { #expect(hit.json[name] == miss.json[name], "\(name)") }
        #expect(hit.json.names == miss.json.names)
        #expect(try await stage.provider.calls == 1)
    }

    @Test("A picture inside a question is as large as a picture is, up to a limit")
    func pictures() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache: {lookupDeadline: 5s}\ngateway: {bodyBytes: 2MiB}\n")
        func ask(bytes: Int) async throws -> WebClient.Reply {
            let picture = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(String(repeating: "A", count: bytes))"}}"#
            return try await hearth.client.post(
                "/v1/chat/completions",
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},\#(picture)]}]}"#)
        }
        #expect(try await ask(bytes: 1 << 20).header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        #expect(try await ask(bytes: 1 << 20).header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        let other = try await ask(bytes: (1 << 20) + 4)
        #expect(other.header("Cache-Status")?.hasPrefix("hearth; fwd=miss") == true)
        let refused = try await ask(bytes: 2 << 20)
        #expect(refused.status == 413 && refused.json["error"]["code"].text == "too_large")
        #expect(try await stage.provider.calls == 2)
    }

    @Test("Every request counts once, in statistics, metrics and top queries alike")
    func counting() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for streamed in [false, true, false, true] {
            #expect(try await hearth.chat("Do you sell gift cards?", streamed: streamed).status == 200)
        }
        #expect(try await hearth.chat("Do you repair umbrellas?", streamed: true).isWholeStream)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["totalRequests"].integer == 5)
        #expect(metrics["cacheHits"].integer == 3)
        #expect(metrics["cacheMisses"].integer == 2)
        #expect(metrics["failedRequests"].integer == 0)
        #expect(metrics["aiApiCallsCost"].number.map { abs($0 - 0.004) < 1e-9 } == true)
        #expect(metrics["estimatedCostSavings"].number.map { abs($0 - 0.006) < 1e-9 } == true)
        let top = try await hearth.client.get("/api/v1/cache/top-queries").json["queries"]
        #expect(top[0]["query"].text == "Do you sell gift cards?")
        #expect(top[0]["hitCount"].integer == 3)
        let samples = try await hearth.metrics()
        let labels = ["http_route": "/v1/chat/completions", "http_response_status_code": "200"]
        #expect(samples.value("http_server_request_duration_seconds_count", labels) == 5)
        #expect(samples.value("gen_ai_client_operation_time_to_first_chunk_seconds_count") == 1)
        #expect(try await stage.provider.calls == 2)
    }

    @Test("A question of the cache's own route and the same words through the gateway are different things")
    func families() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        #expect(try await hearth.chat("Do you sell gift cards?").header("Cache-Status")?.contains("fwd=miss") == true)
        #expect(try await stage.provider.calls == 2)
    }

    @Test("Kept completions outlive the process, with everything that the provider said")
    func restart() async throws {
        let stage = try await Stage()
        let before = try await stage.start()
        let tool = #", "tools": [{"type": "function", "function": {"name": "look_up"}}]"#
        let miss = try await before.chat("Where is Anna?", more: tool)
        #expect(miss.json["choices"][0]["message"]["tool_calls"][0]["function"]["name"].text == "look_up")
        _ = try await before.terminate()
        let after = try await stage.start()
        let hit = try await after.chat("Where is Anna?", more: tool)
        #expect(hit.json["choices"] == miss.json["choices"] && hit.json["usage"] == miss.json["usage"])
        #expect(hit.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(try await stage.provider.calls == 1)
        let stream = try await after.chat("Where is Anna?", streamed: true, more: tool)
        #expect(stream.isWholeStream)
        #expect(stream.events.contains { $0.contains(#""name":"look_up""#) })
    }

    @Test(
        "What the provider refuses comes back as it said it, and is not kept",
        arguments: [400, 403, 404, 422, 429, 500, 503])
    func refusals(status: Int) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""status": \#(status)"#)
        for streamed in [false, true] {
            let reply = try await hearth.chat("Do you sell gift cards?", streamed: streamed)
            #expect(reply.status == status)
            // After a 429 the provider is left alone for a second, and what it said to one caller is not said to others.
            #expect(reply.json["error"]["message"].text == "Simulated failure." || status == 429 && streamed)
            #expect(reply.header("Content-Type") == "application/json")
            #expect(reply.header("Cache-Status")?.hasPrefix("hearth; fwd=miss; fwd-status=4") == (status < 500))
            if status == 429 { #expect(reply.header("Retry-After") == "1") }
        }
        try await stage.provider.behave(#""status": 0"#)
        // One that asked for a pause is given it.
        try await Deadline.until("the provider is asked again") { try await hearth.chat("Do you sell gift cards?").status == 200 }
    }

    @Test("A refused key is Hearth's own affair, and no part of it is shown")
    func refusedKey() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""status": 401"#)
        let reply = try await hearth.chat("Do you sell gift cards?")
        #expect(reply.status == 502)
        #expect(reply.json["error"]["code"].text == "upstream_failed")
        #expect(reply.json["error"]["message"].text?.contains("OPENAI_API_KEY") == true)
        #expect(!reply.text.contains("sk-end"))
    }

    @Test("Answers with status 200 that are none become a 502 in the provider's form", arguments: ["html", "invalid_json", "error_object"])
    func unusable(mode: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""mode": "\#(mode)""#)
        let reply = try await hearth.chat("Do you sell gift cards?")
        #expect(reply.status == 502)
        #expect(reply.json["error"]["type"].text == "server_error")
        #expect(reply.header("x-should-retry") == "true")
        #expect(!reply.text.contains("<html"))
        try await stage.provider.behave(#""mode": "normal""#)
        #expect(try await hearth.chat("Do you sell gift cards?").header("Cache-Status")?.hasSuffix("stored") == true)
    }

    @Test("Answers that are not good enough are passed on and not kept", arguments: ["empty", "refusal", "length", "low_confidence"])
    func notKept(mode: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""mode": "\#(mode)", "alwaysLogprobs": true"#)
        for call in 1...2 {
            let reply = try await hearth.chat("Do you sell gift cards?", streamed: call == 2)
            #expect(reply.status == 200)
            #expect(reply.header("Cache-Status")?.contains("stored") == false)
            #expect(try await stage.provider.calls == call)
        }
    }

    @Test("Controls: no-cache, no-store, only-if-cached, a shorter life, and tags to invalidate by")
    func controls() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let headers = ["X-Hearth-TTL": "3", "X-Hearth-Tags": "winter, gloves", "X-Hearth-Category": "services"]
        let only = try await hearth.chat("Do you sell gloves?", headers: ["Cache-Control": "only-if-cached"])
        #expect(only.status == 504 && only.json["error"]["code"].text == "not_cached" && only.header("x-should-retry") == "false")
        #expect(
            try await hearth.chat("Do you sell gloves?", headers: ["Cache-Control": "no-store"]).header("Cache-Status")?.hasSuffix(
                "forbidden") == true)
        #expect(try await hearth.chat("Do you sell gloves?", headers: headers).header("Cache-Status")?.hasSuffix("stored") == true)
        let hit = try await hearth.chat("Do you sell gloves?")
        #expect(hit.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=[0-3]/) != nil)
        #expect(
            try await hearth.chat("Do you sell gloves?", headers: ["Cache-Control": "no-cache"]).header("Cache-Status")
                == "hearth; fwd=request; fwd-status=200; stored")
        #expect(try await hearth.chat("Do you sell gloves?", headers: headers.merging(["Cache-Control": "no-cache"]) { $1 }).status == 200)
        let removed = try await hearth.client.send(.delete, "/api/v1/cache/invalidate?tag=winter")
        #expect(removed.status == 200)
        #expect(try await hearth.chat("Do you sell gloves?").header("Cache-Status")?.contains("fwd=miss") == true)
        let faulty = try await hearth.chat("Do you sell gloves?", headers: ["X-Hearth-TTL": "soon"])
        #expect(faulty.status == 400)
        #expect(faulty.json["error"]["param"].text == "X-Hearth-TTL")
    }

    @Test("A refresh that a caller joins is paid for once, by one of them")
    func joinedRefresh() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: """
                cache:
                  lookupDeadline: 5s
                  jitterShare: 0
                  lifetime: {general: 3s}
                  staleWhileRevalidateShare: {general: 1}
                """)
        func ask(_ control: String? = nil) async throws -> WebClient.Reply {
            try await hearth.chat(
                "Do you sell gloves?",
                headers: ["X-Hearth-Category": "general"].merging(control.map { ["Cache-Control": $0] } ?? [:]) { $1 })
        }
        let price = try #require(Double(try await ask().header("X-Hearth-Cost-USD") ?? ""))
        try await Deadline.until("the answer is past its time") {
            try await ask("only-if-cached, max-stale=0").header("Cache-Status")?.contains("; hit;") != true
        }
        try await stage.provider.behave(#""latencyMilliseconds": 1500"#)
        #expect(try await ask().header("Cache-Status")?.contains("detail=swr") == true)
        let paid = try #require(Double(try await ask("no-cache").header("X-Hearth-Cost-USD") ?? ""))
        #expect(try await stage.provider.calls == 2)
        try await Deadline.until("the refresh is over") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0 }
        let metrics = try await hearth.metrics()
        #expect(abs((metrics.value("hearth_cost_usd_total", ["purpose": "client"]) ?? 0) - price - paid) < 1e-9)
        #expect(abs((metrics.value("hearth_cost_usd_total", ["purpose": "refresh"]) ?? 0) + paid - price) < 1e-9)
    }

    @Test("Models come from the provider and are kept for a while; everything else below /v1 is refused in the provider's form")
    func others() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let list = try await hearth.client.get("/v1/models")
        #expect(list.json["data"].items.map { $0["id"].text } == ["gpt-4o-mini", "gpt-4o", "text-embedding-3-small"])
        #expect(try await hearth.client.get("/v1/models/gpt-4o").json["id"].text == "gpt-4o")
        let unknown = try await hearth.client.get("/v1/models/gpt-0")
        #expect(unknown.status == 404 && unknown.json["error"]["param"].text == "model")
        for (method, path) in [("POST", "/v1/files"), ("GET", "/v1/responses/1"), ("POST", "/v1/images/generations"), ("GET", "/v1")] {
            let reply = try await hearth.client.send(method == "GET" ? .get : .post, path)
            #expect(reply.status == 404, "\(path)")
            #expect(reply.json["error"]["type"].text == "invalid_request_error", "\(path)")
            #expect(reply.json["error"]["message"].text?.contains("does not pass") == true, "\(path)")
        }
        let wrong = try await hearth.client.get("/v1/chat/completions")
        #expect(wrong.status == 405 && wrong.header("Allow") == "POST" && wrong.json["error"]["code"].text == "method_not_allowed")
        try await stage.provider.die()
        #expect(try await hearth.client.get("/v1/models").status == 200)
    }

    @Test("Where keys are configured, the gateway wants one, and its own goes to the provider")
    func keys() async throws {
        let provider = try await ScriptedServer.start { _ in
            [
                .answer(
                    #"{"id":"c","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Yes, we do."},"finish_reason":"stop"}]}"#
                )
            ]
        }
        let stage = try await Stage()
        let key = "an-entrance-key-of-some-length-1234"
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1", "HEARTH_API_KEYS": "app=\(key)"])
        let refused = try await hearth.chat("Do you sell gift cards?")
        #expect(refused.status == 401 && refused.json["error"]["code"].text == "unauthorized")
        #expect(provider.requests.isEmpty)
        let reply = try await hearth.chat(
            "Do you sell gift cards?", headers: ["Authorization": "Bearer \(key)", "X-Hearth-Category": "general"])
        #expect(reply.status == 200)
        let request = try #require(provider.requests.first)
        #expect(request.header("Authorization") == "Bearer sk-end-to-end-tests")
        #expect(!request.head.lowercased().contains("x-hearth"))
        #expect(!request.head.contains(key))
    }
}
