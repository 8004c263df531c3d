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
}
