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

    @Test("What a provider repeats as an empty text stays what it was")
    func emptyRepetitions() throws {
        let (assembly, _) = try Self.assembled([
            Self.chunk(#"{"role":"assistant","content":null}"#),
            Self.chunk(#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"look","arguments":""}}]}"#),
            Self.chunk(#"{"role":"","tool_calls":[{"index":0,"id":"","type":"","function":{"name":"","arguments":"{\"x\""}}]}"#),
            Self.chunk(#"{"role":"","tool_calls":[{"index":0,"id":"","type":"","function":{"name":"","arguments":":1}"}}]}"#),
            Self.chunk("{}", finish: #""tool_calls""#),
        ])
        let message = try #require(assembly.completion?["choices"]?.items?.first?["message"])
        let call = try #require(message["tool_calls"]?.items?.first)
        #expect(message["role"]?.string == "assistant")
        #expect(call["id"]?.string == "a" && call["type"]?.string == "function")
        #expect(call["function"]?["name"]?.string == "look" && call["function"]?["arguments"]?.string == #"{"x":1}"#)
    }

    @Test("What hides the length of a piece is no part of the answer")
    func obfuscation() throws {
        let (assembly, _) = try Self.assembled([
            Self.chunk(#"{"content":"a"}"#, more: #","obfuscation":"x7""#),
            Self.chunk("{}", finish: #""stop""#, more: #","obfuscation":"y""#),
        ])
        #expect(assembly.isFinished && assembly.completion?.has("obfuscation") == false)
    }

    @Test("Lists of parts and of probabilities grow")
    func lists() throws {
        func piece(_ text: String) -> String {
            #"{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"\#(text)"}]},"#
                + #""logprobs":{"content":[{"token":"\#(text)"}],"refusal":null},"finish_reason":"stop"}]}"#
        }
        let (assembly, _) = try Self.assembled([piece("a"), piece("b")])
        let choice = try #require(assembly.completion?["choices"]?.items?.first)
        #expect(choice["message"]?["content"]?.items?.map { $0["text"]?.string } == ["a", "b"])
        #expect(choice["logprobs"]?["content"]?.items?.map { $0["token"]?.string } == ["a", "b"])
        #expect(choice["logprobs"]?.has("refusal") == true)
    }

    @Test("A piece of a long answer costs no more than one of a short answer", .timeLimit(.minutes(1)))
    func manyPieces() throws {
        // Where each piece copies all before it, as many take minutes.
        let count = 150_000
        let piece = try Self.tree(
            #"{"choices":[{"index":0,"delta":{"content":"four"},"logprobs":{"content":[{"token":"four"}]},"finish_reason":null}]}"#)
        var assembly = ChatStreamAssembly()
        for _ in 0..<count { _ = assembly.add(piece) }
        let choice = try #require(assembly.completion?["choices"]?.items?.first)
        #expect(choice["message"]?["content"]?.string?.utf8.count == 4 * count)
        #expect(choice["logprobs"]?["content"]?.items?.count == count)
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
