import Testing

@testable import HearthUpstream

@Suite("Streamed chat completions put together")
struct ChatStreamAssemblyTests {
    private static func tree(_ text: String) throws -> JSONTree { try #require(JSONTree(text.utf8)) }

    private static func chunk(_ delta: String, index: Int = 0, finish: String = "null", more: String = "") -> String {
        #"{"id":"c1","object":"chat.completion.chunk","created":5,"model":"m","system_fingerprint":"fp","choices":[{"index":\#(index),"#
            + #""delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]\#(more)}"#
    }

    private static func assembled(_ chunks: [String]) throws -> (ChatStreamAssembly, [ChatStreamAssembly.Piece]) {
        var assembly = ChatStreamAssembly()
        let pieces = try chunks.map { assembly.add(try tree($0)) }
        return (assembly, pieces)
    }

    @Test("Text, finish reason and usage become the answer that is not streamed")
    func text() throws {
        let (assembly, pieces) = try Self.assembled([
            Self.chunk(#"{"role":"assistant","content":""}"#), Self.chunk(#"{"content":"Yes, "}"#), Self.chunk(#"{"content":"we do."}"#),
            Self.chunk("{}", finish: #""stop""#),
            #"{"id":"c1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
        ])
        #expect(pieces == [.part, .part, .part, .part, .accounting])
        #expect(assembly.isFinished)
        let expected = #"""
            {"object":"chat.completion","id":"c1","created":5,"model":"m","system_fingerprint":"fp","usage":{"prompt_tokens":3,
            "completion_tokens":4},"choices":[{"index":0,"message":{"role":"assistant","content":"Yes, we do.","refusal":null},
            "logprobs":null,"finish_reason":"stop"}]}
            """#
        #expect(assembly.completion?.canonicalBytes == (try Self.tree(expected)).canonicalBytes)
    }

    @Test("Calls of tools are put together by their numbers, whatever order the pieces come in")
    func tools() throws {
        let (assembly, _) = try Self.assembled([
            Self.chunk(#"{"role":"assistant","content":null}"#),
            Self.chunk(#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"look","arguments":""}}]}"#),
            Self.chunk(#"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"find","arguments":"{\"y\""}}]}"#),
            Self.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}}]}"#),
            Self.chunk(#"{"tool_calls":[{"index":1,"function":{"arguments":":2}"}}]}"#), Self.chunk("{}", finish: #""tool_calls""#),
        ])
        let message = try #require(assembly.completion?["choices"]?.items?.first?["message"])
        let expected =
            #"{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"look","#
            + #""arguments":"{\"x\":1}"}},{"id":"b","type":"function","function":{"name":"find","arguments":"{\"y\":2}"}}]}"#
        #expect(
            String(decoding: message.canonicalBytes, as: UTF8.self)
                == String(decoding: try Self.tree(expected).canonicalBytes, as: UTF8.self))
    }

    @Test("Several choices end one by one; before all have ended the answer is not finished")
    func choices() throws {
        var (assembly, _) = try Self.assembled([
            Self.chunk(#"{"content":"a"}"#), Self.chunk(#"{"content":"b"}"#, index: 1), Self.chunk("{}", index: 1, finish: #""stop""#),
        ])
        #expect(!assembly.isFinished)
        #expect(assembly.add(try Self.tree(Self.chunk("{}", finish: #""length""#))) == .part)
        #expect(assembly.isFinished)
        #expect(assembly.completion?["choices"]?.items?.map { $0["message"]?["content"]?.string } == ["a", "b"])
    }

    @Test(
        "What is no piece of an answer is told apart",
        arguments: [
            (#"{"error":{"message":"overloaded"}}"#, .error), ("[]", .invalid), ("{}", .invalid), (#"{"choices":[1]}"#, .invalid),
            (#"{"choices":[{"index":9999,"delta":{}}]}"#, .invalid), (#"{"choices":[]}"#, .accounting),
        ] as [(String, ChatStreamAssembly.Piece)])
    func others(chunk: String, piece: ChatStreamAssembly.Piece) throws {
        #expect(try Self.assembled([chunk]).1 == [piece])
    }
}
