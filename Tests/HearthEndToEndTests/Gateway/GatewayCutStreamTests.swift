import HearthTestKit
import Testing

/// What a stream costs whose connection ends before its end mark.
@Suite("Streams that are cut", .serialized, .timeLimit(.minutes(2)))
struct GatewayCutStreamTests {
    private static let words =
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Yes"},"finish_reason":null}]}"#
        + "\n\n"

    /// - Parameter isChunked: else the end of the connection is the end of the body, and does not show that something is missing.
    private static func answer(_ text: String, isChunked: Bool) -> String {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        guard isChunked else { return head + "Connection: close\r\n\r\n" + text }
        let chunk = text.isEmpty ? "" : String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
        return head + "Transfer-Encoding: chunked\r\n\r\n" + chunk
    }

    @Test(
        "One that was cut after its first words is charged at its estimate, since the provider may charge for it; one without any is not",
        arguments: [true, false], [true, false])
    func charge(hasWords: Bool, isChunked: Bool) async throws {
        let provider = try await ScriptedServer.start { _ in
            [.text(Self.answer(hasWords ? Self.words : "", isChunked: isChunked)), .close]
        }
        let stage = try await Stage()
        // Enough for one estimate, not for two.
        let hearth = try await stage.start(
            settings: "budgets: {tokensPerDay: 1500}\ncache: {lookupDeadline: 5s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let limit = #", "max_tokens": 1000"#
        let cut = try await hearth.chat("Do you sell soap?", streamed: true, more: limit)
        #expect(cut.status == (hasWords ? 200 : 502) && !cut.isWholeStream)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_upstream_stream_aborts_total", ["reason": "reset"]) == 1)
        #expect(metrics.value("gen_ai_client_operation_duration_seconds_count", ["error_type": "network"]) == 1)
        #expect(metrics.value("hearth_budget_reserved_usd") == 0)
        let next = try await hearth.chat("Do you sell combs?", streamed: true, more: limit)
        #expect((next.json["error"]["code"].text == "budget_exhausted") == hasWords, "\(next.text)")
        #expect(provider.requests.count == (hasWords ? 1 : 2))
    }

    @Test(
        "One in which the provider reports an error is charged at its estimate where words came before it", arguments: [true, false],
        [503, 429])
    func reported(hasWords: Bool, code: Int) async throws {
        let error = #"data: {"error":{"message":"Enough.","code":\#(code)}}"# + "\n\n"
        let provider = try await ScriptedServer.start { _ in
            [.text(Self.answer((hasWords ? Self.words : "") + error, isChunked: false)), .close]
        }
        let stage = try await Stage()
        // Enough for one estimate, not for two.
        let hearth = try await stage.start(
            settings: "budgets: {tokensPerDay: 1500}\ncache: {lookupDeadline: 5s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let limit = #", "max_tokens": 1000"#
        #expect(try await hearth.chat("Do you sell soap?", streamed: true, more: limit).status == (hasWords ? 200 : code))
        // Of another model, since this one is left alone after a 429.
        let next = try await hearth.client.post(
            "/v1/chat/completions",
            #"{"model":"gpt-4o","messages":[{"role":"user","content":"Do you sell combs?"}],"stream":true,"max_tokens":1000}"#)
        #expect((next.json["error"]["code"].text == "budget_exhausted") == hasWords, "\(next.text)")
    }

    @Test("A call that is not made, since the provider is left alone after a time-out, costs nothing")
    func held() async throws {
        let provider = try await GatewayRoutingTests.named("main", status: 504, headers: "Retry-After: 100\r\n")
        let stage = try await Stage()
        // Enough for one estimate more than the first call may cost.
        let hearth = try await stage.start(
            settings: "budgets: {tokensPerDay: 2500}\ncache: {lookupDeadline: 5s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let limit = #", "max_tokens": 1000"#
        for number in 1...4 {
            let reply = try await hearth.chat("Is there room for \(number + 1) people?", more: limit)
            #expect(reply.status == 504, "\(reply.text)")
        }
        #expect(provider.requests.count == 1)
    }
}
