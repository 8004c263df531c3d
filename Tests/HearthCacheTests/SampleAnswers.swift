import HearthTelemetry

@testable import HearthCache

/// Answers made up for the tests of the tiers.
enum Sample {
    static let start = Timestamp(seconds: 1_800_000_000)

    static func form(_ text: String, in space: AnswerSpace = .standard) -> CanonicalForm {
        var scope = CanonicalFormWriter()
        scope.append(space.label(in: "scope").utf8)
        return CanonicalForm(scope: scope.bytes, text: Array(text.utf8))
    }

    static func key(_ text: String, language: Language = .en, in space: AnswerSpace = .standard) -> CacheKey {
        CacheKey(language: language, form: form(text, in: space))
    }

    /// The space of a tenant whose name is in order.
    static func space(_ tenant: String) -> AnswerSpace { Tenant(tenant).map { AnswerSpace($0) } ?? .standard }

    static func answer(
        _ text: String, language: Language = .en, category: ResponseCategory = .general, response: String = "An answer.",
        confidence: Double = 0.9, storedAt: Timestamp = start, timeToLive: Duration? = .seconds(3600), hits: Int64 = 0,
        in space: AnswerSpace = .standard
    ) -> CachedAnswer {
        let end = timeToLive.map { storedAt + $0 }
        var answer = CachedAnswer(
            key: key(text, language: language, in: space), form: form(text, in: space), query: text, normalizedQuery: text,
            category: category,
            text: response, confidence: confidence, confidenceMethod: "rule", model: "model", isSimulated: true,
            costMicroDollars: 2000, inputTokens: 10, outputTokens: 20, upstreamDuration: .milliseconds(200), storedAt: storedAt,
            lifetime: Lifetime(freshUntil: end, revalidateUntil: end, onErrorUntil: end))
        answer.hitCount = hits
        return answer
    }

    static func entry(_ text: String, bytes: Int = 0) -> MemoryEntry {
        MemoryEntry(answer: answer(text), rendered: Array(repeating: 0, count: bytes))
    }
}
