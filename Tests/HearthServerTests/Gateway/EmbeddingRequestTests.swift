import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Requests for embeddings")
struct EmbeddingRequestTests {
    private static func request(_ input: String, more: String = "") throws -> EmbeddingRequest {
        try EmbeddingRequest(#"{"model":"e","input":\#(input)\#(more)}"#.utf8, controls: GatewayControls(headers: [:]))
    }

    @Test(
        "A text or a list of tokens is one input, a list of those is several",
        arguments: [(#""a""#, 1), (#"["a"]"#, 1), (#"["a","b","a"]"#, 3), ("[1,2,3]", 1), ("[[1,2],[3]]", 2)])
    func inputs(input: String, count: Int) throws { #expect(try Self.request(input).inputs.count == count) }

    @Test("Anything else is refused", arguments: ["7", "null", "[]", "[[]]", #"["a",1]"#, "[1.5]", "{}", #"[{"a":1}]"#])
    func faults(input: String) { #expect(throws: APIError.self) { try Self.request(input) } }

    @Test("Letters, dimensions and encoding count; who asks does not")
    func keys() throws {
        func fields(_ input: String, _ more: String = "") throws -> [UInt8] {
            let request = try Self.request(input, more: more)
            let conversation = request.conversation(0)
            return conversation.fields + conversation.userText.utf8
        }
        let plain = try fields(#""A""#)
        #expect(try fields(#""A""#, #","user":"u""#) == plain)
        #expect(try fields(#"["A","B"]"#) == plain)
        for other in [try fields(#""a""#), try fields(#""A""#, #","dimensions":5"#), try fields(#""A""#, #","encoding_format":"base64""#)] {
            #expect(other != plain)
        }
    }

    @Test("With a field that nobody has decided about, an input's embedding is that of its place in its list")
    func boundTogether() throws {
        func fields(_ input: String, _ index: Int) throws -> [UInt8] {
            let request = try Self.request(input, more: #","late_chunking":true"#)
            #expect(!request.treatsInputsAlone)
            return request.conversation(index).fields
        }
        let first = try fields(#"["A","B"]"#, 0)
        #expect(try fields(#"["A","B"]"#, 0) == first)
        for other in [try fields(#"["A","C"]"#, 0), try fields(#"["A"]"#, 0), try fields(#"["A","A"]"#, 0), try fields(#"["A","A"]"#, 1)] {
            #expect(other != first)
        }
        #expect(try Self.request(#"["A"]"#, more: #","dimensions":5,"encoding_format":"base64","user":"u","cache":{}"#).treatsInputsAlone)
    }

    @Test("The statistics tell lists of inputs apart by the inputs and their order, and know none of their words")
    func whole() throws {
        let deriver = ConversationDeriver(
            namespace: "t", upstream: "https://provider", normalizer: Normalizer(rules: try LanguageRuleSet.load()))
        func whole(_ input: String) throws -> IdentifiedQuestion {
            let request = try Self.request(input)
            return EmbeddingAnswerer.whole(request.inputs.indices.map { deriver.question(request.conversation($0), language: .en) })
        }
        let first = try whole(#"["a","b"]"#)
        #expect(try whole(#"[ "a", "b" ]"#).key == first.key)
        for other in [#"["b","a"]"#, #"["a"]"#, #"["a","b","b"]"#, #"["ab"]"#] { #expect(try whole(other).key != first.key) }
        #expect(first.normalized.text.isEmpty)
    }

    @Test("Shares add up to the whole")
    func shares() {
        let shares = Shares(of: [1, 1, 1, 0, 7])
        #expect((0..<5).map { shares.part($0, of: 1000) }.reduce(0, +) == 1000)
        #expect((0..<5).allSatisfy { shares.part($0, of: 3) >= 0 })
    }
}
