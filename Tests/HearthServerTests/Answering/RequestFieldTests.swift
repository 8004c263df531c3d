import HearthCache
import HearthPages
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Fields of requests and the key")
struct RequestFieldTests {
    private static let queryFields = APISchema.all.first { $0.name == "Question" }?.fields.map(\.name) ?? []

    @Test("Every documented field of a question has a decision")
    func queryFieldsAreDecided() {
        #expect(Self.queryFields.count >= 5)
        for field in Self.queryFields {
            #expect(QuestionScope.EndpointFamily.query.isDecided(field), "decide in RequestField.swift whether \(field) is part of the key")
        }
    }

    /// The body parameters of the provider's API reference for chat completions.
    private static let chatCompletionFields = [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens",
        "messages", "metadata", "modalities", "model", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store",
        "stream", "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity",
        "web_search_options",
    ]

    @Test("Every documented field of a chat completion has a decision", arguments: chatCompletionFields)
    func chatCompletionFieldsAreDecided(field: String) {
        #expect(QuestionScope.EndpointFamily.chatCompletions.isDecided(field))
    }

    @Test("Every documented field of an embedding has a decision", arguments: ["input", "model", "encoding_format", "dimensions", "user"])
    func embeddingFieldsAreDecided(field: String) {
        #expect(QuestionScope.EndpointFamily.embeddings.isDecided(field))
    }

    @Test("A field that nobody knows is part of the key")
    func unknown() {
        #expect(!QuestionScope.EndpointFamily.chatCompletions.isDecided("creativity"))
        #expect(QuestionScope.EndpointFamily.chatCompletions.role(of: "creativity") == .decides)
    }

    @Test("Only delivery, identity and Hearth's own controls stay out of the key")
    func exclusions() {
        let excluded = Self.chatCompletionFields.filter { QuestionScope.EndpointFamily.chatCompletions.role(of: $0) != .decides }
        #expect(
            Set(excluded) == [
                "stream", "stream_options", "user", "safety_identifier", "metadata", "service_tier", "prompt_cache_key",
                "prompt_cache_retention",
            ])
    }

    @Test("The key of a question follows the decisions", arguments: queryFields)
    func keyFollows(field: String) throws {
        let identifier = try Self.identifier()
        let keys = try Set(
            Self.bodies(differingIn: field).map { body in
                let query = try QueryRequestBody.decode(.init(body.utf8), maximumCharacters: 500)
                return identifier.identify(query.query, language: query.language, by: .standard).key
            })
        #expect(keys.count == (QuestionScope.EndpointFamily.query.role(of: field) == .decides ? 2 : 1))
    }

    private static func bodies(differingIn field: String) throws -> [String] {
        let values = [
            "query": [#""Is the museum open?""#, #""Is the library open?""#], "language": [#""en""#, #""pt""#],
            "category": [#""hours""#, #""pricing""#], "customerId": [#""a""#, #""b""#], "skipCache": ["true", "false"],
        ]
        return try #require(values[field], "give two values of \(field) to this test").map { value in
            var fields = ["query": #""Is the museum open?""#, "language": #""en""#]
            fields[field] = value
            return "{" + fields.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
        }
    }

    private static func identifier() throws -> QuestionIdentifier {
        let rules = try LanguageRuleSet.load()
        let scope = QuestionScope(
            tenant: "t", generation: 0, upstream: "https://provider", family: .query, model: "m", systemPrompt: "Be brief.")
        return QuestionIdentifier(
            deriver: KeyDeriver(scope: scope, normalizer: Normalizer(rules: rules)), detector: LanguageDetector(rules: rules),
            fallback: .en, tenants: .separate, duration: Histogram(.fast), timeSource: SystemTimeSource())
    }
}
