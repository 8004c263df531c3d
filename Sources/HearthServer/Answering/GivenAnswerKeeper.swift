import HearthCache
import HearthTelemetry

/// Keeps answers that somebody wrote instead of the provider: the warming list's and those of `PUT /api/v1/cache/entries`.
struct GivenAnswerKeeper: Sendable {
    /// An answer with what its author says of it.
    struct Given: Sendable {
        var query: String
        var language: Language
        /// Recognised by the category rules when nil.
        var category: ResponseCategory?
        var response: String
        var confidence: Double
        var tags: [String] = []
        /// A JSON object.
        var metadata: String?
        /// Who gives it.
        var tenant: Tenant
    }

    /// How the confidence of such answers is found.
    static let confidenceMethod = "caller"

    let identifier: QuestionIdentifier
    let cache: AnswerCache
    let gate: StorageGate
    let refusals: RefusalDetector
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    /// What each reuse is taken to save.
    let costPerRequestMicroDollars: Int64
    /// Whether the original text is kept beside the normalised one.
    let keepsQueries: Bool

    /// The same gate as for the provider's answers decides; a refusal is counted.
    func keep(_ given: Given) -> (key: CacheKey, decision: GateDecision) {
        let question = identifier.identify(given.query, language: given.language, by: given.tenant)
        let decision = gate.decide(
            AnswerCandidate(
                isSuccess: true, isComplete: true, finishReason: "stop", text: given.response,
                isRefusal: refusals.isRefusal(given.response, language: given.language), confidence: given.confidence, mayStore: true))
        guard decision == .store else {
            if case .skip(let refusal) = decision { instruments.writeSkips(refusal.metric).increment() }
            return (question.key, decision)
        }
        let now = timeSource.now()
        let category = given.category ?? question.normalized.category
        var answer = CachedAnswer(
            key: question.key, form: question.form, query: keepsQueries ? given.query : nil,
            normalizedQuery: question.normalized.text, category: category, text: given.response, confidence: given.confidence,
            confidenceMethod: Self.confidenceMethod, model: "", isSimulated: false, costMicroDollars: costPerRequestMicroDollars,
            inputTokens: 0,
            outputTokens: 0, upstreamDuration: .zero, storedAt: now,
            lifetime: cache.lifetime(of: question.key, category: category, storedAt: now))
        answer.generation = cache.generation
        answer.tags = given.tags
        answer.metadata = given.metadata
        cache.keep(answer)
        return (question.key, .store)
    }
}
