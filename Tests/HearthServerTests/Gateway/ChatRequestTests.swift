import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Chat completions and their keys")
struct ChatRequestTests {
    private static func request(_ body: String, headers: HTTPFields = [:]) throws -> ChatRequest {
        try ChatRequest(body.utf8, controls: GatewayControls(headers: headers))
    }

    private static func key(_ body: String, headers: HTTPFields = [:]) throws -> CacheKey {
        let rules = try LanguageRuleSet.load()
        let deriver = ConversationDeriver(namespace: "t", upstream: "https://provider", normalizer: Normalizer(rules: rules))
        return deriver.question(try request(body, headers: headers).conversation, language: .en).key
    }

    private static func body(_ text: String, more: String = "") -> String {
        #"{"model": "m", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "\#(text)"}]\#(more)}"#
    }

    private static let question = body("Do you sell gift cards?")

    @Test("Space, order of members and the form of a plain question make no difference")
    func same() throws {
        let key = try Self.key(Self.question)
        #expect(try Self.key(Self.body("  do you sell GIFT CARDS ?!")) == key)
        #expect(
            try Self.key(
                #"{"messages":[{"content":"Be brief.","role":"system"},{"content":"Do you sell gift cards?","role":"user"}],"model":"m"}"#)
                == key)
    }

    @Test(
        "What says how an answer is delivered, or to whom, makes no difference",
        arguments: [
            #", "stream": true"#, #", "stream_options": {"include_usage": true}"#, #", "user": "u1""#, #", "metadata": {"a": "b"}"#,
            #", "service_tier": "flex""#, #", "safety_identifier": "s""#, #", "prompt_cache_key": "p""#, #", "cache": {"ttl": 60}"#,
        ])
    func indifferent(field: String) throws {
        #expect(try Self.key(Self.body("Do you sell gift cards?", more: field)) == Self.key(Self.question))
    }

    @Test(
        "Everything else does, unknown fields included",
        arguments: [
            #", "temperature": 0"#, #", "temperature": 0.0"#, #", "seed": 1152921504606846976"#, #", "seed": 1152921504606846977"#,
            #", "n": 2"#,
            #", "max_tokens": 5"#, #", "response_format": {"type": "json_object"}"#,
            #", "tools": [{"type": "function", "function": {"name": "a"}}]"#,
            #", "tools": [{"type": "function", "function": {"name": "b"}}]"#, #", "creativity": 3"#, #", "logprobs": true"#,
            #", "stop": ["x"]"#,
        ])
    func deciding(field: String) throws {
        #expect(try Self.key(Self.body("Do you sell gift cards?", more: field)) != Self.key(Self.question))
    }

    @Test("No two of the requests with a deciding field share a key")
    func distinct() throws {
        let fields = [
            #", "seed": 1152921504606846976"#, #", "seed": 1152921504606846977"#, #", "temperature": 0"#, #", "temperature": 0.0"#,
        ]
        #expect(try Set(fields.map { try Self.key(Self.body("x", more: $0)) }).count == fields.count)
    }

    @Test("Earlier messages and the system prompt count letter by letter")
    func earlier() throws {
        func conversation(_ system: String, _ earlier: String, _ role: String = "assistant") -> String {
            #"{"model":"m","messages":[{"role":"system","content":"\#(system)"},{"role":"user","content":"Hi"},"#
                + #"{"role":"\#(role)","content":"\#(earlier)"},{"role":"user","content":"And on Sunday?"}]}"#
        }
        let keys = try [
            conversation("Be brief.", "We open at 9."), conversation("be brief.", "We open at 9."),
            conversation("Be brief.", "we open at 9."),
            conversation("Be brief.", "We open at 9.", "user"),
        ].map { try Self.key($0) }
        #expect(Set(keys).count == keys.count)
    }

    @Test(
        "Where exact words may matter, they do",
        arguments: [
            (#", "tools": [{"type": "function", "function": {"name": "a"}}]"#, "Call Anna", "call anna"),
            (#", "response_format": {"type": "json_object"}"#, "Call Anna", "call anna"), ("", "run `ls -A`", "run `LS -a`"),
            (#", "n": 2"#, "Call Anna", "call anna"),
        ])
    func exact(field: String, left: String, right: String) throws {
        #expect(try Self.key(Self.body(left, more: field)) != Self.key(Self.body(right, more: field)))
    }

    @Test("The caller can ask for exact words; pictures and answers of tools are always exact")
    func exactByWish() throws {
        let headers: HTTPFields = [GatewayControls.matchHeader: "exact"]
        #expect(try Self.key(Self.body("Call Anna"), headers: headers) != Self.key(Self.body("call anna"), headers: headers))
        #expect(try Self.key(Self.body("Call Anna"), headers: headers) != Self.key(Self.body("Call Anna")))
        func picture(_ text: String, _ url: String) -> String {
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"\#(text)"},"#
                + #"{"type":"image_url","image_url":{"url":"\#(url)"}}]}]}"#
        }
        let keys = try [picture("What is this?", "a"), picture("what is this?", "a"), picture("What is this?", "b")].map {
            try Self.key($0)
        }
        #expect(Set(keys).count == 3)
    }

    @Test("The provider gets every field but Hearth's own, and nothing that the key does not see")
    func forwarded() throws {
        let request = try Self.request(
            #"{"model":"m","seed":1152921504606846977,"strange":{"b":1.50,"a":[]},"cache":{"no-cache":true},"stream":true,"#
                + #""messages":[{"role":"user","content":"Do you sell gift cards?\u200b\u2060"}]}"#)
        #expect(request.controls.cacheControl.noCache)
        let plain = String(decoding: request.forwarded(streamed: false), as: UTF8.self)
        #expect(
            plain == #"{"model":"m","seed":1152921504606846977,"strange":{"b":1.50,"a":[]},"#
                + #""messages":[{"role":"user","content":"Do you sell gift cards? "}]}"#)
        let streamed = try #require(JSONTree(request.forwarded(streamed: true)))
        #expect(streamed["stream"]?.bool == true && streamed["stream_options"]?["include_usage"]?.bool == true)
    }

    @Test(
        "Faults name their field",
        arguments: [
            ("[]", ""), ("{", ""), (#"{"messages":[{"role":"user","content":"x"}]}"#, "model"), (#"{"model":"m"}"#, "messages"),
            (#"{"model":"m","messages":[]}"#, "messages"), (#"{"model":"m","messages":[1]}"#, "messages"),
            (#"{"model":"m","messages":[{"role":"user"}],"stream":"yes"}"#, "stream"),
            (#"{"model":"m","messages":[{"role":"user"}],"cache":7}"#, "cache"),
            (#"{"model":"m","messages":[{"role":"user"}],"cache":{"shape":"x"}}"#, "cache.shape"),
            (#"{"model":"m","messages":[{"role":"user"}],"cache":{"namespace":""}}"#, "cache.namespace"),
            (#"{"model":"m","messages":[{"role":"user"}],"cache":{"ttl":"soon"}}"#, "cache.ttl"),
        ])
    func faults(body: String, field: String) {
        do throws(APIError) {
            _ = try ChatRequest(body.utf8, controls: GatewayControls(headers: [:]))
            Issue.record("it was accepted")
        } catch {
            #expect(error.status == .badRequest)
            #expect((error.details.first?.field ?? "") == field)
        }
    }

    @Test(
        "Faulty headers name themselves",
        arguments: [
            ("X-Hearth-Category", "shoes"), ("X-Hearth-Language", "fr"), ("X-Hearth-TTL", "soon"), ("X-Hearth-Match", "roughly"),
            ("Cache-Control", "max-age=never"),
        ])
    func faultyHeaders(name: String, value: String) throws {
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name(name))] = value
        do throws(APIError) {
            _ = try GatewayControls(headers: headers)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .invalidHeader)
            #expect(error.details.first?.field == name)
        }
    }
}
