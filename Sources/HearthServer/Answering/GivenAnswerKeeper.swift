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

    /// What the gate says of an answer.
    struct Judged: Sendable {
        var key: CacheKey
        var decision: GateDecision
        /// Nil for one that is refused.
        var answer: CachedAnswer?
    }

    /// How long answers may wait for room on the way to the store.
    static let patience = Duration.seconds(2)
    /// When to give them again where there was none: an ill store is tried about once a second.
    static let retryAfterSeconds = 5

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

    /// The same gate as for the provider's answers decides; a refusal is counted. Nothing is kept yet.
    func judge(_ given: Given) -> Judged {
        let question = identifier.identify(given.query, language: given.language, by: given.tenant)
        let decision = gate.decide(
            AnswerCandidate(
                isSuccess: true, isComplete: true, finishReason: "stop", text: given.response,
                isRefusal: refusals.isRefusal(given.response, language: given.language), confidence: given.confidence, mayStore: true))
        guard decision == .store else {
            if case .skip(let refusal) = decision { instruments.writeSkips(refusal.metric).increment() }
            return Judged(key: question.key, decision: decision)
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
        return Judged(key: question.key, decision: .store, answer: answer)
    }

    /// Keeps what was not refused; false where there was no room for all of it on the way to the store, even after a while.
    func keep(_ judged: [Judged]) async -> Bool {
        let answers = judged.compactMap(\.answer)
        return await cache.keepGiven(answers, within: Self.patience) == answers.count
    }
}
