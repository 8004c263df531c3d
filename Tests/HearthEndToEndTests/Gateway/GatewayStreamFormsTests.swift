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
}
