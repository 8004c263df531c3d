import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthUpstream
import Testing

@testable import HearthServer

@Suite("Namespaces of the gateway's callers")
struct GatewayNamespaceTests {
    private let identifier: GatewayIdentifier

    init() throws {
        let rules = try LanguageRuleSet.load()
        let scope = QuestionScope(
            tenant: "t", generation: 0, upstream: "https://provider", family: .query, model: "m", systemPrompt: "Be brief.")
        identifier = GatewayIdentifier(
            deriver: ConversationDeriver(namespace: "t", upstream: "https://provider", normalizer: Normalizer(rules: rules)),
            identifier: QuestionIdentifier(
                deriver: KeyDeriver(scope: scope, normalizer: Normalizer(rules: rules)), detector: LanguageDetector(rules: rules),
                fallback: .en, tenants: .separate, duration: Histogram(.fast), timeSource: SystemTimeSource()),
            tenants: .separate)
    }

    private func chat(_ more: String) throws -> CacheKey {
        let body = #"{"model":"m","messages":[{"role":"user","content":"Is it open?"}]\#(more)}"#
        return identifier.identify(try ChatRequest(body.utf8, controls: GatewayControls(headers: [:])), by: .standard).key
    }

    private func embedding(_ more: String) throws -> CacheKey {
        let request = try EmbeddingRequest(
            #"{"model":"m","input":"Is it open?"\#(more)}"#.utf8, controls: GatewayControls(headers: [:]))
        return identifier.identify(request.conversation(0), text: request.inputs[0].string, request.controls, by: .standard).key
    }

    @Test("The same request under another name, or under none, has another key; other wishes make no other")
    func keys() throws {
        for key in [chat, embedding] {
            let keys = try ["", #","cache":{"namespace":"a"}"#, #","cache":{"namespace":"b"}"#, #","cache":{"namespace":"A"}"#].map(key)
            #expect(Set(keys).count == 4)
            #expect(try key(#","cache":{"ttl":5,"use-cache":true}"#) == keys[0])
            #expect(try key(#","cache":{"ttl":5,"namespace":"a"}"#) == keys[1])
            // A field of the caller's own is something else.
            #expect(try !keys.contains(key(#","namespace":"a""#)))
        }
    }
}
