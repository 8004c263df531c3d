import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Kept chat completions, whole and in pieces")
struct ChatReplayTests {
    private static let long = String(repeating: "Дорогие друзья 👩‍🚒 ", count: 200)

    private static let completions = [
        #"{"object":"chat.completion","model":"m-2024","choices":[{"index":0,"message":{"role":"assistant","content":"Yes.","refusal":null},"#
            + #""logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1},"system_fingerprint":"fp"}"#,
        #"{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"\#(long)","refusal":null},"#
            + #""logprobs":{"content":[{"token":"Да","logprob":-0.1}]},"finish_reason":"length"}]}"#,
        #"{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"#
            + #""tool_calls":[{"id":"a","type":"function","function":{"name":"look","arguments":"{\"x\":1}"}},"#
            + #"{"id":"b","type":"function","function":{"name":"find","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}]}"#,
        #"{"object":"chat.completion","model":"m","service_tier":"default","choices":["#
            + #"{"index":0,"message":{"role":"assistant","content":"a","refusal":null},"logprobs":null,"finish_reason":"stop"},"#
            + #"{"index":1,"message":{"role":"assistant","content":"b","refusal":null},"logprobs":null,"finish_reason":"stop"}]}"#,
        #"{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":["#
            + #"{"type":"thinking","thinking":"Hm."},{"type":"text","text":"Yes."}],"refusal":null},"logprobs":null,"#
            + #""finish_reason":"stop","stop_reason":151645,"content_filter_results":{"hate":{"filtered":false}}}]}"#,
    ]

    private static let identity = ForwardedAnswer.Identity(id: "chatcmpl-1", created: 1_700_000_000)

    @Test("The pieces of a completion put together are the completion", arguments: completions)
    func roundTrip(text: String) throws {
        let pieces = try #require(ChatReplay(Array(text.utf8), identity: Self.identity).pieces(includesUsage: true))
        var assembly = ChatStreamAssembly()
        for piece in pieces { #expect([.part, .accounting].contains(assembly.add(try #require(JSONTree(piece))))) }
        #expect(assembly.isFinished)
        var result = try #require(assembly.completion)
        #expect(result["id"]?.string == "chatcmpl-1")
        result["id"] = nil
        result["created"] = nil
        #expect(
            String(decoding: result.canonicalBytes, as: UTF8.self)
                == String(decoding: try #require(JSONTree(text.utf8)).canonicalBytes, as: UTF8.self))
    }

    @Test("The role comes first, texts in pieces of some size, the usage only for those who ask")
    func order() throws {
        let replay = ChatReplay(Array(Self.completions[0].utf8), identity: Self.identity)
        let trees = try #require(replay.pieces(includesUsage: false)).map { try #require(JSONTree($0)) }
        #expect(trees.first?["choices"]?.items?.first?["delta"]?["role"]?.string == "assistant")
        #expect(trees.last?["choices"]?.items?.first?["finish_reason"]?.string == "stop")
        #expect(trees.allSatisfy { !$0.has("usage") && $0["object"]?.string == "chat.completion.chunk" && $0["system_fingerprint"] != nil })
        let counted = try #require(replay.pieces(includesUsage: true)).map { try #require(JSONTree($0)) }
        #expect(counted.count == trees.count + 1)
        #expect(counted.last?["choices"]?.items?.isEmpty == true)
        #expect(counted.last?["usage"]?["prompt_tokens"]?.integer == 3)
        let long = try #require(ChatReplay(Array(Self.completions[1].utf8), identity: Self.identity).pieces(includesUsage: false))
        #expect((5...16).contains(long.count))
    }

    @Test("What else is said of a choice comes with its last piece alone")
    func otherMembers() throws {
        let replay = ChatReplay(Array(Self.completions[4].utf8), identity: Self.identity)
        let trees = try #require(replay.pieces(includesUsage: false)).map { try #require(JSONTree($0)) }
        let choices = trees.compactMap { $0["choices"]?.items?.first }
        #expect(choices.last?["stop_reason"]?.integer == 151_645 && choices.last?["finish_reason"]?.string == "stop")
        #expect(choices.last?["content_filter_results"]?["hate"]?["filtered"]?.bool == false)
        #expect(choices.dropLast().allSatisfy { !$0.has("stop_reason") && !$0.has("content_filter_results") })
    }

    @Test("A call that the provider has numbered in a whole answer is streamed with one number")
    func numberedCalls() throws {
        let text =
            #"{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":["#
            + #"{"index":7,"id":"a","type":"function","function":{"name":"look","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#
        let pieces = try #require(ChatReplay(Array(text.utf8), identity: Self.identity).pieces(includesUsage: false))
        let trees = try pieces.map { try #require(JSONTree($0)) }
        let calls = trees.compactMap { $0["choices"]?.items?.first?["delta"]?["tool_calls"]?.items?.first }
        #expect(calls.map { $0["index"]?.integer } == [0] && calls.first?["id"]?.string == "a")
    }

    @Test("The whole body has its own name in front and everything else as it was")
    func body() throws {
        let body = try #require(JSONTree(ChatReplay(Array(Self.completions[0].utf8), identity: Self.identity).body))
        #expect(body.members?.map(\.name) == ["id", "created", "object", "model", "choices", "usage", "system_fingerprint"])
    }

    @Test(
        "Money is written with six decimals", arguments: [(0, "0.000000"), (7, "0.000007"), (2000, "0.002000"), (12_345_678, "12.345678")])
    func dollars(micro: Int64, text: String) { #expect(ChatResponseWriter.dollars(micro) == text) }
}
