import Foundation
import HearthTestKit
import Testing

/// Errors that a provider reports in a stream.
@Suite("Reported errors of streams", .serialized, .timeLimit(.minutes(2)))
struct GatewayReportedErrorTests {
    private static let words =
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Yes"},"finish_reason":null}]}"#
        + "\n\n"

    @Test("One that blames the request leaves the provider to everybody else; others open its breaker", arguments: [400, 500])
    func breaker(code: Int) async throws {
        let provider = try await ScriptedServer.start { _ in
            [
                .answer(
                    type: "text/event-stream", Self.words + #"data: {"error":{"message":"That went wrong.","code":\#(code)}}"# + "\n\n")
            ]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for number in 1...5 {
            let reply = try await hearth.chat("Question number \(number)?", streamed: true)
            #expect(reply.status == 200 && reply.streamedText == "Yes" && !reply.isWholeStream, "\(number)")
            #expect(reply.text.contains("That went wrong."), "\(number)")
        }
        let isBlamed = code == 500
        let metrics = try await hearth.metrics()
        #expect((metrics.value("hearth_upstream_breaker_state", ["state": "open"]) == 1) == isBlamed)
        #expect(metrics.value("hearth_upstream_stream_aborts_total", ["reason": "reported"]) == 5)
        let errorType = isBlamed ? "network" : "4xx"
        #expect(metrics.value("gen_ai_client_operation_duration_seconds_count", ["error_type": errorType]) == 5)
        #expect(try await hearth.chat("Question number 6?", streamed: true).status == (isBlamed ? 502 : 200))
        #expect(provider.requests.count == (isBlamed ? 5 : 6))
    }

    @Test("One that comes first has the status that it says, so that clients send again what may end better, and nothing else")
    func beforeTheFirstWords() async throws {
        let words = #""message":"That went wrong.""#
        let cases: [(error: String, status: Int)] = [
            (#"{\#(words),"code":"400"}"#, 400), (#"{\#(words),"code":429}"#, 429), (#"{\#(words),"code":503}"#, 503),
            (#"{\#(words),"type":"invalid_request_error","code":"string_above_max_length"}"#, 400), (#"{\#(words)}"#, 502),
        ]
        let answers = cases.map { #"data: {"error":\#($0.error)}"# + "\n\n" }
        let provider = try await ScriptedServer.start { request in
            [.answer(type: "text/event-stream", answers[request.number % answers.count])]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for (number, expected) in cases.enumerated() {
            let reply = try await hearth.chat("Question number \(number)?", streamed: true)
            #expect(reply.status == expected.status, "\(expected.error)")
            #expect(reply.json["error"]["message"].text == "That went wrong.", "\(expected.error)")
        }
        #expect(provider.requests.count == cases.count)
    }

    @Test("What a provider says in a stream about a refused key reaches nobody", arguments: [false, true])
    func refusedKey(hasWords: Bool) async throws {
        let error = #"data: {"error":{"message":"Incorrect API key: sk-12**34.","code":"invalid_api_key"}}"# + "\n\n"
        let provider = try await ScriptedServer.start { _ in
            [.answer(type: "text/event-stream", (hasWords ? Self.words : "") + error)]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.status == (hasWords ? 200 : 502) && !reply.isWholeStream)
        #expect(!reply.text.contains("sk-12") && reply.text.contains("OPENAI_API_KEY"))
        #expect(reply.text.components(separatedBy: #""error":"#).count == 2)
        if !hasWords { #expect(reply.header("x-should-retry") == "false") }
    }
}
