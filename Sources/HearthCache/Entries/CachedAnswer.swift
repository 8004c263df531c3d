package import HearthTelemetry

/// An answer that was good enough to keep, with everything needed to serve it, to judge it and to count what it saves.
package struct CachedAnswer: Sendable, Equatable {
    package var key: CacheKey
    /// The bytes whose hash the key is.
    package let form: CanonicalForm
    /// Whose answer it is, as the form says.
    package let space: AnswerSpace
    /// The question as it was asked; nil where original texts are not kept.
    package var query: String?
    package var normalizedQuery: String
    package var category: ResponseCategory
    package var text: String
    /// 0...1; below 0.5 the answer is no longer served.
    package var confidence: Double
    /// How the confidence was found: `logprobs`, `stated`, `rule` or `caller`.
    package var confidenceMethod: String
    package var model: String
    /// Whether the built-in simulator invented it.
    package var isSimulated: Bool
    /// What the answer cost, and so what each reuse saves, in millionths of a US dollar.
    package var costMicroDollars: Int64
    package var inputTokens: Int64
    package var outputTokens: Int64
    /// How long the provider took.
    package var upstreamDuration: Duration
    package var storedAt: Timestamp
    package var lifetime: Lifetime
    package var hitCount: Int64 = 0
    package var lastAccessedAt: Timestamp
    /// The counter of ``Generations`` when the question was asked.
    package var generation: Int64 = 0
    /// Words by which it can be invalidated together with others; at most ``maximumTags``.
    package var tags: [String] = []
    /// What whoever wrote the answer wants to find with it: a JSON object of at most ``maximumMetadataBytes``.
    package var metadata: String?
    package var votes = Votes()
    /// The provider's whole answer as JSON without its id and moment, where it was asked through the gateway; ``text`` is a part of it.
    package var completion: [UInt8]?

    package static let maximumTags = 16
    package static let maximumTagBytes = 64
    package static let maximumMetadataBytes = 4096

    package init(
        key: CacheKey, form: CanonicalForm, query: String?, normalizedQuery: String, category: ResponseCategory, text: String,
        confidence: Double, confidenceMethod: String, model: String, isSimulated: Bool, costMicroDollars: Int64,
        inputTokens: Int64, outputTokens: Int64, upstreamDuration: Duration, storedAt: Timestamp, lifetime: Lifetime
    ) {
        self.key = key
        self.form = form
        space = AnswerSpace(scope: form.scope)
        self.query = query.map(Self.storable)
        self.normalizedQuery = normalizedQuery
        self.category = category
        self.text = Self.storable(text)
        self.confidence = confidence
        self.confidenceMethod = confidenceMethod
        self.model = model
        self.isSimulated = isSimulated
        self.costMicroDollars = costMicroDollars
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.upstreamDuration = upstreamDuration
        self.storedAt = storedAt
        self.lifetime = lifetime
        self.lastAccessedAt = storedAt
    }

    package var language: Language { key.language }

    /// What callers said of an answer.
    package struct Votes: Sendable, Equatable {
        package var helpful: Int64 = 0
        package var unhelpful: Int64 = 0

        package init(helpful: Int64 = 0, unhelpful: Int64 = 0) {
            self.helpful = helpful
            self.unhelpful = unhelpful
        }

        /// How many votes the first judgement weighs as much as.
        private static let priorWeight = 4.0

        /// The mean of the first judgement, weighed as four votes, and of the votes: one voice never takes a good answer out of service.
        ///
        /// 0.9 becomes 0.72 after one vote against it and 0.45 after four.
        package func confidence(from judged: Double) -> Double {
            (Self.priorWeight * judged + Double(helpful)) / (Self.priorWeight + Double(helpful + unhelpful))
        }
    }

    /// Its confidence after the votes; what decides whether it is served.
    package var currentConfidence: Double { votes.confidence(from: confidence) }

    /// Whether its confidence is still high enough to be served.
    package var isServable: Bool { currentConfidence >= Self.minimumServedConfidence }

    /// How far a clock may have gone back before answers that seem to come from the future are refused.
    private static let clockTolerance = Duration.seconds(60)

    /// The phase of its lifetime; an answer from the future was stored by a wrong clock, so its end cannot be trusted.
    package func phase(at now: Timestamp) -> Lifetime.Phase {
        storedAt - Self.clockTolerance > now ? .expired : lifetime.phase(at: now)
    }

    /// A NUL would end the text where a C library reads it, in a store or a client; it becomes the replacement character.
    private static func storable(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return text.replacing("\0", with: "\u{FFFD}")
    }

    /// Confidence below which a kept answer is withheld until it is pruned.
    package static let minimumServedConfidence = 0.5

    /// What the entry is counted with against the byte budgets: its texts and forms, plus a fixed share for the rest.
    package var sizeBytes: Int {
        form.scope.count + form.text.count + (query?.utf8.count ?? 0) + normalizedQuery.utf8.count + text.utf8.count
            + (completion?.count ?? 0) + tags.reduce(metadata?.utf8.count ?? 0) { $0 + $1.utf8.count + 16 } + 256
    }
}
