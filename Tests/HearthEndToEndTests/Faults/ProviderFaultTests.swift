import HearthDrivers
import HearthTestKit
import Testing

@Suite("A provider that fails, stalls or lies", .serialized, .timeLimit(.minutes(10)))
struct ProviderFaultTests {
    @Test("Provider down: kept answers are served, new questions get 502 in the documented form, and the service stays up")
    func providerDown() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let kept = try await hearth.ask("Do you sell gift cards?")
        try await stage.provider.die()

        let hit = try await hearth.ask("Do you sell gift cards?")
        #expect(hit.status == 200)
        #expect(hit.json["response"] == kept.json["response"])
        let clock = ContinuousClock()
        let begin = clock.now
        let failed = try await hearth.ask("Do you repair umbrellas?", headers: ["X-Request-Id": "order-4711"])
        #expect(clock.now - begin < .seconds(20), "long before the provider's time limit")
        try expectError(failed, status: 502, code: "upstream_failed")
        #expect(failed.json["requestId"].text == "order-4711")
        #expect(failed.header("Cache-Status")?.hasPrefix("hearth; fwd=miss") == true)
        #expect(!failed.text.contains("127.0.0.1"))
        #expect(try await hearth.ask("Do you sell gift cards?").json["cached"].bool == true)
        #expect(try await hearth.client.get("/healthz").status == 200)
        #expect(hearth.program.ending == nil)
        let statistics = try await hearth.statistics()["metrics"]
        #expect(statistics["totalRequests"].integer == 4)
        #expect(statistics["cacheHits"].integer == 2)
        #expect(statistics["failedRequests"].integer == 1)
        #expect(try await hearth.metrics().value("gen_ai_client_operation_duration_seconds_count", ["error_type": "network"]) == 1)
    }

    @Test("A provider that is too slow is a 504 within the deadline")
    func timeout() async throws {
        let stage = try await Stage(latencyMilliseconds: 20_000)
        let hearth = try await stage.start(environment: ["HEARTH_UPSTREAM_TIMEOUT": "1s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "900ms"])
        let clock = ContinuousClock()
        let begin = clock.now
        let failed = try await hearth.ask("Do you repair umbrellas?")
        #expect(clock.now - begin < .seconds(15), "the provider answers after 20 s")
        try expectError(failed, status: 504, code: "upstream_timeout")
        #expect(try await hearth.metrics().value("gen_ai_client_operation_duration_seconds_count", ["error_type": "timeout"]) == 1)
    }

    @Test("A body that drips byte by byte does not outlast the deadline")
    func slowBody() async throws {
        let stage = try await Stage()
        try await stage.provider.behave(#""mode": "slow_body""#)
        let hearth = try await stage.start(environment: ["HEARTH_UPSTREAM_TIMEOUT": "1s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "500ms"])
        let clock = ContinuousClock()
        let begin = clock.now
        try expectError(try await hearth.ask("Do you repair umbrellas?"), status: 504, code: "upstream_timeout")
        #expect(clock.now - begin < .seconds(6))
    }

    @Test("A name that does not resolve is a 502 in the documented form, and the service stays up")
    func unknownHost() async throws {
        let stage = try await Stage()
        let limits = ["HEARTH_UPSTREAM_TIMEOUT": "4s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "2s"]
        let address = ["OPENAI_BASE_URL": "http://no-such-host.invalid/v1"]
        let hearth = try await stage.start(environment: limits.merging(address) { $1 })
        let clock = ContinuousClock()
        let begin = clock.now
        let failed = try await hearth.ask("Do you repair umbrellas?")
        #expect(clock.now - begin < .seconds(30))
        // A name server that does not answer at all makes it a timeout.
        let isTimeout = failed.status == 504
        try expectError(failed, status: isTimeout ? 504 : 502, code: isTimeout ? "upstream_timeout" : "upstream_failed")
        #expect(try await hearth.client.get("/healthz").status == 200)
    }

    @Test("Endless headers, endless bodies and cut connections of the provider end in a 502, and memory stays flat")
    func byteLevelLies() async throws {
        // A gigabyte would become of as much as this, were it unpacked.
        let bomb = try #require(Gzip.compress([UInt8](repeating: 0, count: 64 << 20)))
        let header = "X-Endless: \(String(repeating: "y", count: 4000))\r\n"
        let steps: [[ScriptedServer.Step]] = [
            [.text("HTTP/1.1 200 OK\r\n"), .sendEndlessly(Array(header.utf8))],
            [
                .text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
                .sendEndlessly([UInt8](repeating: UInt8(ascii: "x"), count: 65_536)),
            ],
            [.text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"choices\": ["), .close],
            [.reset], [.close], [.text("SSH-2.0-nonsense\r\n"), .close],
            [.answer(status: 301, headers: "Location: http://127.0.0.1:1/\r\n", "{}")],
            [
                .text(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"),
                .send(bomb),
            ],
        ]
        for (number, lie) in steps.enumerated() {
            let liar = try await ScriptedServer.start { _ in lie }
            let stage = try await Stage()
            let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": liar.url + "/v1"])
            let before = try #require(hearth.program.residentBytes)
            let failed = try await hearth.ask("Do you repair umbrellas?")
            #expect(failed.status == 502, "lie \(number)")
            #expect(failed.json["error"].text == "upstream_failed", "lie \(number)")
            let after = try #require(hearth.program.residentBytes)
            #expect(after - before < 48 << 20, "lie \(number)")
            #expect(hearth.program.ending == nil, "lie \(number)")
            await liar.stop()
        }
    }

    @Test("An idle connection that is closed as the next question is written: it is asked once more, and that is counted")
    func closedConnection() async throws {
        let answer = #"{"choices":[{"message":{"role":"assistant","content":"Yes, we do."},"finish_reason":"stop"}]}"#
        let provider = try await ScriptedServer.start { request in request.number == 1 ? [.close] : [.answer(answer)] }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for subject in ["umbrellas", "bikes"] {
            #expect(try await hearth.ask("Do you repair \(subject)?", language: "en").json["response"].text == "Yes, we do.")
        }
        #expect(provider.requests.count == 3 && provider.connections == 2)
        #expect(provider.requests[1].body == provider.requests[2].body)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_upstream_retries_total", ["reason": "network"]) == 1)
        #expect(metrics.value("hearth_upstream_retries_total") == 1)
        #expect(try await hearth.terminate() == .init(status: 0))
        await provider.stop()
    }

    @Test("A server error is retried once and then a 502", arguments: [500, 503])
    func serverError(status: Int) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""status": \#(status)"#)
        let failed = try await hearth.ask("Do you repair umbrellas?")
        try expectError(failed, status: 502, code: "upstream_failed")
        #expect(failed.header("Cache-Status") == "hearth; fwd=miss; fwd-status=\(status)")
        #expect(try await stage.provider.calls == 2)
        #expect(try await hearth.metrics().value("hearth_upstream_retries_total") == 1)
        try await stage.provider.behave(#""status": 0"#)
        #expect(try await hearth.ask("Do you repair umbrellas?").status == 200)
    }

    @Test("A wrong key is a 502 that says so without showing the key, and is not tried again", arguments: [401, 403])
    func wrongKey(status: Int) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""status": \#(status)"#)
        let failed = try await hearth.ask("Do you repair umbrellas?")
        try expectError(failed, status: 502, code: "upstream_failed")
        #expect(failed.json["message"].text?.contains("key") == true)
        #expect(!failed.text.contains("sk-end-to-end-tests"))
        try await Deadline.until("the log tells of it") {
            hearth.program.errorLines.compactMap { JSONNode($0) }.contains { entry in
                entry["message"].text == "The provider refused the key. Kept answers are served"
                    && entry["host"].text?.hasPrefix("127.0.0.1:") == true && entry["advice"].text?.contains("OPENAI_API_KEY") == true
            }
        }
        #expect(!hearth.program.errors.contains("sk-end-to-end-tests"))
        #expect(try await stage.provider.calls == 1)
    }

    @Test("Retry-After of the provider is kept between 1 and 120 seconds")
    func rateLimited() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_UPSTREAM_TIMEOUT": "8s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "4s"])
        for retryAfter in ["0", "1", "3600", "-5", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            try await stage.provider.behave(#""status": 429, "retryAfter": "\#(retryAfter)""#)
            let before = try await stage.provider.calls
            let failed = try await hearth.ask("Do you repair umbrellas?")
            #expect([429, 502, 503].contains(failed.status), "\(retryAfter)")
            #expect(failed.json["error"].text != nil, "\(retryAfter)")
            #expect(failed.header("Retry-After").flatMap { Int($0) }.map { (1...120).contains($0) } == true, "\(retryAfter)")
            #expect(try await stage.provider.calls - before <= 2, "\(retryAfter)")
        }
        #expect(try await hearth.metrics().value("hearth_upstream_retries_total", ["reason": "rate_limited"]) ?? 0 > 0)
    }

    @Test(
        "Answers with status 200 that are none become a 502 and are not kept", arguments: ["html", "invalid_json", "empty", "error_object"])
    func unusable(mode: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""mode": "\#(mode)""#)
        let failed = try await hearth.ask("Do you repair umbrellas?")
        try expectError(failed, status: 502, code: "upstream_failed")
        #expect(!failed.text.contains("<html>"))
        let samples = try await hearth.metrics()
        #expect(samples.value("gen_ai_client_operation_duration_seconds_count", ["error_type": "other"]) == 1)
        try await stage.provider.behave(#""mode": "normal""#)
        #expect(try await hearth.ask("Do you repair umbrellas?").json["cached"].bool == false)
    }

    @Test(
        "Answers that are not good enough are given, not kept, and counted by their reason",
        arguments: [
            ("refusal", "refusal", "low_quality"), ("low_confidence", "low-confidence", "low_quality"),
            ("length", "finish-reason", "uncacheable"),
        ])
    func notKept(mode: String, detail: String, reason: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""mode": "\#(mode)""#)
        for calls in 1...2 {
            let answer = try await hearth.ask("Do you repair umbrellas?")
            #expect(answer.status == 200)
            #expect(answer.json["cached"].bool == false)
            #expect(answer.json["response"].text?.isEmpty == false)
            #expect(answer.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; detail=\(detail)")
            #expect(try await stage.provider.calls == calls)
        }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_cache_write_skips_total", ["reason": reason]) == 2)
        #expect(samples.value("hearth_cache_write_skips_total") == 2)
    }

    @Test("An answer over the size limit is cut off, and memory stays flat")
    func hugeAnswer() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        let before = try #require(hearth.program.residentBytes)
        try await stage.provider.behave(#""mode": "huge""#)
        for number in 0..<3 {
            try expectError(try await hearth.ask("Do you repair \(number) umbrellas?"), status: 502, code: "upstream_failed")
        }
        let after = try #require(hearth.program.residentBytes)
        #expect(after - before < 48 << 20)
    }

    @Test("Usage figures that cannot be true do not make the statistics wrong", arguments: ["usage_negative", "usage_missing"])
    func usage(mode: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        try await stage.provider.behave(#""mode": "\#(mode)""#)
        #expect(try await hearth.ask("Do you repair umbrellas?").status == 200)
        #expect(try await hearth.ask("Do you repair umbrellas?").json["cached"].bool == true)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["aiApiCallsCost"].number == 0.002)
        #expect(metrics["estimatedCostSavings"].number == 0.002)
        #expect(try await hearth.metrics().value("hearth_upstream_invalid_total", ["field": "usage"]) == 1)
    }

    @Test("An expired answer is better than none when the provider fails and the category allows it")
    func staleIfError() async throws {
        let stage = try await Stage()
        let settings =
            "cache:\n  lookupDeadline: 5s\n  jitterShare: 0\n  lifetime: {general: 1s}\n  staleWhileRevalidateShare: {general: 0}\n"
        let hearth = try await stage.start(settings: settings)
        let body = #"{"query": "Do you repair umbrellas?", "language": "en", "category": "general"}"#
        let kept = try await hearth.client.post("/api/v1/cache/query", body)
        try await stage.provider.die()
        let stale = try await Deadline.value("the answer expires") {
            let answer = try await hearth.client.post("/api/v1/cache/query", body)
            return answer.json["source"].text == "stale" ? answer : nil
        }
        #expect(stale.status == 200)
        #expect(stale.json["response"] == kept.json["response"])
        #expect(stale.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=-?\d+; detail=sie/) != nil)
    }

    @Test("A price, a free day and a booking past their time are not given, even if there is no other answer")
    func neverStale() async throws {
        let stage = try await Stage()
        let settings = """
            cache:
              lookupDeadline: 5s
              jitterShare: 0
              lifetime: {pricing: 1s, availability: 1s, booking: 1s}
            """
        let hearth = try await stage.start(settings: settings)
        func ask(_ category: String) async throws -> WebClient.Reply {
            try await hearth.client.post(
                "/api/v1/cache/query", #"{"query": "Do you repair umbrellas?", "language": "en", "category": "\#(category)"}"#)
        }
        let categories = ["pricing", "availability", "booking"]
        for category in categories { #expect(try await ask(category).status == 200) }
        try await stage.provider.behave(#""status": 503"#)
        for category in categories {
            let failed = try await Deadline.value("\(category) expires") {
                let reply = try await ask(category)
                return reply.json["cached"].bool == true ? nil : reply
            }
            #expect(failed.status == 502, "\(category)")
            #expect(try await ask(category).status == 502, "\(category)")
        }
        #expect(try await hearth.metrics().value("hearth_cache_requests_total", ["result": "stale"]) == 0)
    }

    private func expectError(_ reply: WebClient.Reply, status: Int, code: String) throws {
        #expect(reply.status == status)
        #expect(reply.json["error"].text == code)
        #expect(reply.json["message"].text?.isEmpty == false)
        #expect(reply.json["requestId"].text == reply.header("X-Request-Id"))
        #expect(reply.json["timestamp"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(reply.json.names.isSuperset(of: ["error", "message", "timestamp", "requestId"]))
    }
}
