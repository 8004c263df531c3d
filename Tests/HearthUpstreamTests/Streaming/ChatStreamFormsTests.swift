import Testing

@testable import HearthUpstream

@Suite("Forms of streams that some providers have")
struct ChatStreamFormsTests {
    private static func tree(_ text: String) throws -> JSONTree { try #require(JSONTree(text.utf8)) }

    /// - Parameter deltas: of one choice, which ends after them.
    private static func assembled(_ deltas: [String]) throws -> ChatStreamAssembly {
        var assembly = ChatStreamAssembly()
        for delta in deltas + ["{}"] {
            let reason = delta == "{}" ? #""stop""# : "null"
            let piece = try tree(#"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]}"#)
            #expect(assembly.add(piece) == .part)
        }
        return assembly
    }

    private static func message(_ assembly: ChatStreamAssembly) throws -> JSONTree {
        try #require(assembly.completion?["choices"]?.items?.first?["message"])
    }

    @Test("A message that is repeated as a whole in every piece is not kept beside the one put together, so that the answer can be read")
    func cumulativeMessage() throws {
        var assembly = ChatStreamAssembly()
        var soFar = ""
        for (word, reason) in [("Yes, ", "null"), ("we do.", #""stop""#)] {
            soFar += word
            let choice =
                #"{"index":0,"delta":{"role":"assistant","content":"\#(word)"},"message":{"role":"assistant","content":"\#(soFar)"},"#
                + #""finish_reason":\#(reason),"stop_reason":7}"#
            #expect(assembly.add(try Self.tree(#"{"object":"chat.completion.chunk","choices":[\#(choice)]}"#)) == .part)
        }
        let completion = try #require(assembly.completion)
        #expect(JSONTree(completion.bytes) == completion)
        #expect(try Self.message(assembly)["content"]?.string == "Yes, we do.")
        #expect(completion["choices"]?.items?.first?["stop_reason"]?.integer == 7)
    }

    @Test(
        "An answer that goes on as another kind of value is not the whole any more",
        arguments: [
            (#"{"content":[{"type":"thinking","thinking":"Hm."}]}"#, #"{"content":"Yes."}"#),
            (#"{"content":[{"index":0,"text":"Hm."}]}"#, #"{"content":"Yes."}"#),
            (#"{"content":"Yes."}"#, #"{"content":[{"type":"text","text":"No."}]}"#),
            (#"{"content":"Yes."}"#, #"{"content":{"text":"No."}}"#), (#"{"content":{"text":"No."}}"#, #"{"content":"Yes."}"#),
            (#"{"content":"Yes."}"#, #"{"content":5}"#),
            (
                #"{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":{"x":1}}}]}"#
            ),
        ])
    func otherKind(first: String, second: String) throws {
        let beginning = try Self.assembled([first])
        let both = try Self.assembled([first, second])
        let more = try Self.assembled([first, second, #"{"role":"assistant"}"#])
        #expect(beginning.isFaithful && !both.isFaithful && !more.isFaithful)
    }

    @Test(
        "What says nothing takes nothing back, of whatever kind it is",
        arguments: [#"{"content":""}"#, #"{"content":[]}"#, #"{"content":{}}"#, #"{"content":null}"#],
        [#""Yes.""#, #"[{"type":"text","text":"Yes."}]"#, #"[{"index":0,"text":"Yes."}]"#])
    func empty(delta: String, content: String) throws {
        let said = #"{"content":\#(content)}"#
        for deltas in [[delta, said], [said, delta]] {
            let assembly = try Self.assembled(deltas)
            #expect(assembly.isFaithful)
            #expect(try Self.message(assembly)["content"] == (try Self.tree(content)))
        }
    }

    @Test("A list whose items are numbered from the second piece on keeps its first items")
    func laterNumbers() throws {
        let assembly = try Self.assembled([#"{"content":[{"text":"a"}]}"#, #"{"content":[{"index":1,"text":"b"}]}"#])
        #expect(assembly.isFaithful)
        #expect(try Self.message(assembly)["content"]?.items?.map { $0["text"]?.string } == ["a", "b"])
    }

    @Test(
        "Constants that are repeated in every piece stand once, and a signature that comes in any of its ways is whole",
        arguments: [["null", "null", #""abcd""#], [#""abcd""#, #""abcd""#, #""abcd""#], [#""ab""#, "null", #""cd""#]])
    func repeatedConstants(signatures: [String]) throws {
        let deltas = zip(["So", " it", " is."], signatures).map { text, signature in
            #"{"reasoning_details":[{"index":0,"type":"reasoning.text","format":"anthropic-claude-v1","encoding":"base64","#
                + #""text":"\#(text)","signature":\#(signature)}]}"#
        }
        let details = try #require(try Self.message(try Self.assembled(deltas))["reasoning_details"]?.items)
        #expect(details.count == 1)
        #expect(details.first?["text"]?.string == "So it is.")
        #expect(details.first?["format"]?.string == "anthropic-claude-v1" && details.first?["encoding"]?.string == "base64")
        #expect(details.first?["signature"]?.string == "abcd")
    }
}
