import HearthDrivers
import Testing

@testable import HearthUpstream

/// A chat completion with one choice, any part of which can be replaced.
func completionBody(
    content: String = #""Yes, we sell gift cards.""#,
    message: String? = nil,
    finishReason: String = #""stop""#,
    logprobs: String = "null",
    usage: String = #"{"prompt_tokens":12,"completion_tokens":6,"total_tokens":18}"#,
    model: String = #""gpt-4o-mini-2024-07-18""#
) -> String {
    let message = message ?? #"{"role":"assistant","content":\#(content),"refusal":null}"#
    let choice = #"{"index":0,"message":\#(message),"logprobs":\#(logprobs),"finish_reason":\#(finishReason)}"#
    return
        #"{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":\#(model),"choices":[\#(choice)],"usage":\#(usage)}"#
}

@Suite("Answer reader")
struct AnswerReaderTests {
    private func read(_ body: String, type: String? = "application/json; charset=utf-8") -> Result<ProviderAnswer, UpstreamError> {
        let headers = HTTPClientHeaders(type.map { [("Content-Type", $0)] } ?? [])
        let response = HTTPClientResponse(status: 200, headers: headers, body: Array(body.utf8))
        return Result { () throws(UpstreamError) in try AnswerReader(model: "gpt-4o-mini", host: "api.example").read(response) }
    }

    @Test("A plain answer is read with its text, reason, usage and model")
    func plain() throws {
        let answer = try read(completionBody()).get()
        #expect(answer.text == "Yes, we sell gift cards.")
        #expect(answer.isComplete)
        #expect(answer.usage == ProviderUsage(inputTokens: 12, outputTokens: 6))
        #expect(answer.model == "gpt-4o-mini")
        #expect(answer.reportedModel == "gpt-4o-mini-2024-07-18")
        #expect(answer.meanTokenProbability == nil)
        #expect(answer.refusal == nil && answer.statedConfidence == nil && !answer.isSimulated)
        #expect(answer.invalidFields.isEmpty)
    }

    @Test(
        "What is no answer is refused",
        arguments: [
            ("<html><body>Welcome</body></html>", "text/html", "JSON"),
            ("{}", nil, "JSON"), ("{}", "text/plain", "JSON"),
            ("<html>", "application/json", "broken"), ("", "application/json", "broken"), ("[]", "application/json", "broken"),
            (completionBody() + "}", "application/json", "broken"),
            (#"{"error":{"message":"no","type":"x"}}"#, "application/json", "error"),
            (#"{"choices":[]}"#, "application/json", "choices"), ("{}", "application/json", "choices"),
            (completionBody(content: #""""#), "application/json", "no text"),
            (completionBody(content: #"" \n\t""#), "application/json", "no text"),
            (completionBody(content: "null"), "application/json", "no text"),
            (completionBody(content: "17"), "application/json", "no text"),
            (completionBody(message: "null"), "application/json", "no text"),
            (String(repeating: "[", count: 100_000), "application/json", "nested"),
        ] as [(String, String?, String)])
    func refused(body: String, type: String?, word: String) {
        guard case .failure(let error) = read(body, type: type) else {
            Issue.record("This was taken for an answer: \(body.prefix(100))")
            return
        }
        #expect(error.kind == .invalidAnswer)
        #expect(error.errorType == "other")
        #expect(error.suggestedStatus == 502)
        #expect(error.message.contains(word))
        #expect(!error.message.contains("Welcome"))
    }

    @Test("Brackets in texts are no nesting, and an error of null is none")
    func harmless() throws {
        let brackets = String(repeating: "[{", count: 200)
        #expect(try read(completionBody(content: "\"\(brackets) \\\" ]\"")).get().text.hasPrefix("[{"))
        #expect(try read(#"{"error":null,"# + completionBody().dropFirst()).get().isComplete)
    }

    @Test(
        "The mean token probability is the mean of the tokens' probabilities",
        arguments: [
            ("[-0.1,-0.3]", 0.8228), ("[0]", 1.0), ("[-9999.0]", 0.0), ("[-0.0,-0.6931471805599453]", 0.75),
        ])
    func probability(values: String, mean: Double) throws {
        let answer = try read(completionBody(logprobs: Self.logprobs(values))).get()
        let measured = try #require(answer.meanTokenProbability)
        #expect(abs(measured - mean) < 0.0001)
        #expect(answer.invalidFields.isEmpty)
    }

    @Test("Impossible token probabilities are left out and noted, not believed", arguments: ["[0.5]", "[-0.1,null]", #"[-0.1,"x"]"#])
    func badProbability(values: String) throws {
        let answer = try read(completionBody(logprobs: Self.logprobs(values))).get()
        #expect(answer.meanTokenProbability == nil)
        #expect(answer.invalidFields == [.logprobs])
    }

    @Test("Missing or empty token probabilities are no fault", arguments: ["null", "{}", #"{"content":null}"#, #"{"content":[]}"#, "7"])
    func noProbability(logprobs: String) throws {
        let answer = try read(completionBody(logprobs: logprobs)).get()
        #expect(answer.meanTokenProbability == nil)
        #expect(answer.invalidFields.isEmpty)
    }

    @Test(
        "Lies about usage are clamped and noted",
        arguments: [
            (#"{"prompt_tokens":-5,"completion_tokens":3}"#, 0, 0, 3),
            (#"{"prompt_tokens":1e300,"completion_tokens":3}"#, 10_000_000, 0, 3),
            (#"{"prompt_tokens":5,"completion_tokens":2.5}"#, 5, 0, 3),
            (#"{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":9}}"#, 5, 5, 1),
        ])
    func clampedUsage(usage: String, input: Int, cached: Int, output: Int) throws {
        let answer = try read(completionBody(usage: usage)).get()
        #expect(answer.usage == ProviderUsage(inputTokens: input, cachedInputTokens: cached, outputTokens: output))
        #expect(answer.invalidFields == [.usage])
    }

    @Test("Missing usage is noted and costs no answer", arguments: ["null", "{}", "7", #"{"prompt_tokens":"12","completion_tokens":6}"#])
    func missingUsage(usage: String) throws {
        let answer = try read(completionBody(usage: usage)).get()
        #expect(answer.usage == nil)
        #expect(answer.invalidFields == [.usage])
        #expect(answer.text == "Yes, we sell gift cards.")
    }

    @Test("Cached input tokens are kept apart")
    func cachedTokens() throws {
        let usage = #"{"prompt_tokens":100,"completion_tokens":6,"prompt_tokens_details":{"cached_tokens":64}}"#
        #expect(
            try read(completionBody(usage: usage)).get().usage == ProviderUsage(inputTokens: 100, cachedInputTokens: 64, outputTokens: 6))
    }

    @Test("A refusal is an answer that says so, also without a text")
    func refusal() throws {
        let answer = try read(completionBody(message: #"{"role":"assistant","content":null,"refusal":"I can't."}"#)).get()
        #expect(answer.refusal == "I can't.")
        #expect(answer.text == "I can't.")
    }

    @Test(
        "Finish reasons are passed on, strange ones become unknown",
        arguments: [
            (#""stop""#, "stop", true), (#""length""#, "length", false), (#""content_filter""#, "content_filter", false),
            ("null", "unknown", false), (#""Evil\n[31m""#, "unknown", false), (#""""#, "unknown", false),
        ])
    func finishReason(json: String, reason: String, complete: Bool) throws {
        let answer = try read(completionBody(finishReason: json)).get()
        #expect(answer.finishReason == reason)
        #expect(answer.isComplete == complete)
    }

    @Test(
        "Another model than the one asked for is noted",
        arguments: [
            (#""gpt-4o-mini""#, true), (#""gpt-4o-mini-2024-07-18""#, true), (#""gpt-4""#, true), (#""llama""#, false), ("null", false),
            (#""gpt-4o-mini\u0000""#, false),
        ])
    func model(json: String, same: Bool) throws {
        #expect(try read(completionBody(model: json)).get().invalidFields == (same ? [] : [.model]))
    }

    @Test(
        "A structured answer gives its text and the confidence it states",
        arguments: [
            (#"{\"answer\":\"Yes.\",\"confidence\":0.8}"#, "Yes.", 0.8), (#"{\"response\":\"No.\",\"confidence\":1}"#, "No.", 1.0),
            (#" {\"confidence\":0,\"answer\":\"Hm.\"}"#, "Hm.", 0.0),
        ])
    func structured(content: String, text: String, confidence: Double) throws {
        let answer = try read(completionBody(content: "\"\(content)\"")).get()
        #expect(answer.text == text)
        #expect(answer.statedConfidence == confidence)
    }

    @Test(
        "A text that only looks structured is left as it is",
        arguments: [
            #"{\"answer\":\"Yes.\",\"confidence\":1.5}"#, #"{\"answer\":\"\",\"confidence\":0.9}"#, #"{\"answer\":\"Yes.\"}"#,
            #"{\"confidence\":0.9}"#, #"{not json"#, #"{\"answer\":\"Yes.\",\"confidence\":\"high\"}"#,
        ])
    func unstructured(content: String) throws {
        let answer = try read(completionBody(content: "\"\(content)\"")).get()
        #expect(answer.text == content.replacing("\\\"", with: "\""))
        #expect(answer.statedConfidence == nil)
    }

    private static func logprobs(_ values: String) -> String {
        let tokens = values.dropFirst().dropLast().split(separator: ",").map { #"{"token":"x","logprob":\#($0)}"# }
        return #"{"content":[\#(tokens.joined(separator: ","))]}"#
    }
}
