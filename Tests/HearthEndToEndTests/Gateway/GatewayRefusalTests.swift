import Foundation
import HearthTestKit
import Testing

/// What callers are told of failures that are not an API's, or that asking again cannot mend.
@Suite("Refusals of the provider through the gateway", .serialized, .timeLimit(.minutes(3)))
struct GatewayRefusalTests {
    private struct Told: Equatable, CustomStringConvertible {
        var status: Int
        var shouldRetry: String?
        var description: String { "\(status), x-should-retry \(shouldRetry ?? "absent")" }
    }

    private static func told(_ status: Int, type: String, headers: String = "", _ body: String, streamed: Bool) async throws -> Told {
        let provider = try await ScriptedServer.start { _ in [.answer(status: status, type: type, headers: headers, body)] }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: streamed)
        #expect(reply.json["error"]["message"].text?.isEmpty == false, "\(reply.text)")
        #expect(!reply.text.contains("<html>"))
        return Told(status: reply.status, shouldRetry: reply.header("x-should-retry"))
    }

    @Test("A page of a proxy before the provider keeps its status, in the provider's form", arguments: [false, true])
    func pages(streamed: Bool) async throws {
        for status in [413, 404, 502] {
            #expect(
                try await Self.told(status, type: "text/html", "<html>no</html>", streamed: streamed)
                    == Told(status: status, shouldRetry: nil))
        }
    }

    @Test("Streams of a provider that knows no stream_options come without them, asked for once in vain")
    func streamOptions() async throws {
        let provider = try await ScriptedServer.start { request in
            guard !String(decoding: request.body, as: UTF8.self).contains("stream_options") else {
                return [.answer(status: 422, #"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"]}]}"#)]
            }
            let events = ["{\"role\":\"assistant\",\"content\":\"Yes, we do.\"}", "{}"].enumerated().map { index, delta in
                #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(index == 0 ? "null" : #""stop""#)}]}"#
                    + "\n\n"
            }
            let text = events.joined() + "data: [DONE]\n\n"
            return [.text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        // All of those that are on their way with the field get their answer without it.
        try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for number in 0..<20 { group.addTask { try await hearth.chat("Do you mend kite number \(number)?", streamed: true) } }
            for try await reply in group { #expect(reply.streamedText == "Yes, we do." && reply.isWholeStream, "\(reply.text)") }
        }
        let asked = provider.requests.count
        #expect((21...40).contains(asked))
        #expect(try await hearth.chat("Do you mend boots?", streamed: true).isWholeStream)
        #expect(provider.requests.count == asked + 1)
        let own = try await hearth.chat("And hats?", streamed: true, more: #", "stream_options": {"include_usage": true}"#)
        #expect(own.status == 422)
    }

    @Test("What a spare refuses while the first provider is down is no refusal of the request")
    func refusedBySpare() async throws {
        let main = try await ScriptedServer.start { _ in [.answer(status: 503, #"{"error":{"message":"main is down"}}"#)] }
        let spare = try await ScriptedServer.start { _ in [.answer(status: 400, #"{"error":{"message":"logprobs are not known here"}}"#)] }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "gateway:\n  providers: [\"spare=\(spare.url)/v1\"]\n  routes: [\"*=main, spare\"]\n",
            environment: ["OPENAI_BASE_URL": main.url + "/v1"])
        for streamed in [false, true] {
            let reply = try await hearth.chat("Do you mend kites?", streamed: streamed)
            #expect(reply.status == 503 && reply.json["error"]["message"].text == "main is down")
        }
        #expect(spare.requests.count == 2)
    }

    @Test("What only the operator can mend is not tried again by clients")
    func lasting() async throws {
        let words = #"{"error":{"message":"no","type":"invalid_request_error"}}"#
        for streamed in [false, true] {
            #expect(
                try await Self.told(401, type: "application/json", words, streamed: streamed) == Told(status: 502, shouldRetry: "false"))
        }
        let place = "Location: https://elsewhere.example/v1\r\n"
        #expect(
            try await Self.told(301, type: "application/json", headers: place, words, streamed: false)
                == Told(status: 502, shouldRetry: "false"))
    }
}
