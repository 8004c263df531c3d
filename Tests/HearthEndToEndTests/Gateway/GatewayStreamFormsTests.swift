import HearthTestKit
import Testing

/// Streams whose form is not quite OpenAI's.
@Suite("Odd forms of streams through the gateway", .serialized, .timeLimit(.minutes(2)))
struct GatewayStreamFormsTests {
    private static let end = "data: [DONE]\n\n"

    private static func event(_ choice: String) -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[\#(choice)]}"# + "\n\n"
    }

    private static func provider(_ choices: [String]) async throws -> ScriptedServer {
        let text = choices.map { event($0) }.joined() + end
        return try await ScriptedServer.start { _ in [.answer(type: "text/event-stream", text)] }
    }

    @Test("An answer whose pieces repeat the message so far is kept, and comes from the cache as a stream and as a whole")
    func cumulativeMessage() async throws {
        let provider = try await Self.provider([
            #"{"index":0,"delta":{"role":"assistant","content":"Yes, we "},"message":{"content":"Yes, we "},"finish_reason":null}"#,
            #"{"index":0,"delta":{"content":"certainly do."},"message":{"content":"Yes, we certainly do."},"finish_reason":"stop"}"#,
        ])
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for call in 1...2 {
            let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
            #expect(reply.status == 200 && reply.isWholeStream && reply.streamedText == "Yes, we certainly do.", "call \(call)")
        }
        #expect(try await hearth.chat("Do you sell gift cards?").said == "Yes, we certainly do.")
        #expect(provider.requests.count == 1)
    }

    @Test("An answer that begins as a list of parts and goes on as a text is passed on as it is, and not kept")
    func mixedContent() async throws {
        let provider = try await Self.provider([
            #"{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":"Gift cards?"}]},"finish_reason":null}"#,
            #"{"index":0,"delta":{"content":"Yes, we certainly do."},"finish_reason":"stop"}"#,
        ])
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.isWholeStream && reply.streamedText == "Yes, we certainly do." && reply.text.contains("Gift cards?"))
        let kept = try await hearth.chat("Do you sell gift cards?", headers: ["Cache-Control": "only-if-cached"])
        #expect(kept.status == 504)
        #expect(provider.requests.count == 1)
    }

    @Test("Who wants an answer whole that another caller's stream loses a part of is given one of his own")
    func follower() async throws {
        let first =
            #"{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":"Gift cards?"}]},"finish_reason":null}"#
        let stream = Self.event(first) + Self.event(#"{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}"#) + Self.end
        let provider = try await ScriptedServer.start { request in
            guard String(decoding: request.body, as: UTF8.self).contains(#""stream":true"#) else {
                return [
                    .answer(
                        #"{"id":"c","created":1,"object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Alone."},"finish_reason":"stop"}]}"#
                    )
                ]
            }
            let header = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(stream.utf8.count)\r\n\r\n"
            let cut = stream.index(stream.startIndex, offsetBy: Self.event(first).count)
            return [.text(header + stream[..<cut]), .wait(.seconds(2)), .text(String(stream[cut...]))]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let leader = try await RawConnection.open(port: hearth.port)
        try await leader.send(ChatBody.raw(ChatBody.question("Do you sell gift cards?", streamed: true)))
        try await Deadline.until("the stream has begun") { leader.received.contains("Gift cards?") }
        #expect(try await hearth.chat("Do you sell gift cards?").said == "Alone.")
        try await Deadline.until("the stream is whole") { leader.received.contains("[DONE]") }
        await leader.close()
    }
}
