import Testing

@testable import HearthUpstream

@Suite("Whole chat completions of a provider")
struct ForwardedAnswerTests {
    private static func answer(_ message: String, finish: String) throws -> ForwardedAnswer {
        let tree = try #require(
            JSONTree(#"{"model":"m","choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"}]}"#.utf8))
        return try ForwardedAnswer(tree, model: "m", host: "provider", saysSimulated: false)
    }

    private static let function = #""function":{"name":"look","arguments":"{}"}"#

    @Test(
        "Calls of tools that are whole are a natural end",
        arguments: [
            #"{"content":null,"tool_calls":[{"id":"a","type":"function",\#(function)}]}"#,
            #"{"content":null,"tool_calls":[{"id":"a","type":"custom","custom":{"name":"sql","input":"SELECT"}}]}"#,
            #"{"content":null,"function_call":{"name":"look","arguments":"{}"}}"#,
        ])
    func wholeCalls(message: String) throws {
        let answer = try Self.answer(message, finish: "tool_calls")
        #expect(answer.callsTools && answer.finishReason == "stop")
    }

    @Test(
        "A call without an id, a name or whole arguments is none, whatever the finish reason is",
        arguments: [
            #"{"id":"",\#(function)}"#, "{\(function)}", #"{"id":"a","function":{"name":"","arguments":"{}"}}"#,
            #"{"id":"a","function":{"arguments":"{}"}}"#, #"{"id":"a","function":{"name":"look","arguments":"{\"x"}}"#,
            #"{"id":"a","custom":{"name":"","input":""}}"#,
        ], ["stop", "tool_calls"])
    func brokenCalls(call: String, finish: String) throws {
        let answer = try Self.answer(#"{"content":"Let me look.","tool_calls":[\#(call)]}"#, finish: finish)
        #expect(!answer.callsTools && answer.finishReason == "tool_calls")
    }
}
