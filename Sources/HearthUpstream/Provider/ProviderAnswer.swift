/// A usable answer of the provider.
package struct ProviderAnswer: Sendable, Equatable {
    /// Never empty, unless ``refusal`` is set.
    package var text: String
    /// `stop`, `length`, `content_filter`, …; `unknown` when the provider gave none.
    package var finishReason: String
    /// The model that was asked for; a provider may name a dated variant in ``reportedModel``.
    package var model: String
    package var reportedModel: String?
    package var usage: ProviderUsage?
    /// The mean of the tokens' probabilities, 0...1; nil when the provider gave no usable `logprobs`.
    package var meanTokenProbability: Double?
    /// The provider's own words when it declined to answer.
    package var refusal: String?
    /// The `confidence` of a structured answer, 0...1.
    package var statedConfidence: Double?
    /// The whole call, waiting for a slot and retries included.
    package var duration: Duration
    /// Whether the built-in simulator answered.
    package var isSimulated: Bool
    /// Fields of the answer that were missing or could not be true, and were left out or clamped.
    package var invalidFields: [InvalidField]

    /// Whether the model ended by itself, rather than at a limit or filter.
    package var isComplete: Bool { finishReason == "stop" }

    /// A field that providers get wrong; the `field` label of `hearth_upstream_invalid_total`.
    package enum InvalidField: String, CaseIterable, Sendable {
        case usage
        case logprobs
        case model
        case finishReason = "finish_reason"
    }

    package init(
        text: String,
        finishReason: String = "stop",
        model: String,
        reportedModel: String? = nil,
        usage: ProviderUsage? = nil,
        meanTokenProbability: Double? = nil,
        refusal: String? = nil,
        statedConfidence: Double? = nil,
        duration: Duration = .zero,
        isSimulated: Bool = false,
        invalidFields: [InvalidField] = []
    ) {
        self.text = text
        self.finishReason = finishReason
        self.model = model
        self.reportedModel = reportedModel
        self.usage = usage
        self.meanTokenProbability = meanTokenProbability
        self.refusal = refusal
        self.statedConfidence = statedConfidence
        self.duration = duration
        self.isSimulated = isSimulated
        self.invalidFields = invalidFields
    }
}

/// Tokens that the provider charges for; never negative, never more than ``maximumTokens``.
package struct ProviderUsage: Sendable, Equatable {
    /// More than any model takes or gives in one call; larger figures are a provider's fault and must not reach a bill.
    package static let maximumTokens = 10_000_000

    package var inputTokens: Int
    /// The part of ``inputTokens`` that the provider had in its own cache.
    package var cachedInputTokens: Int
    package var outputTokens: Int

    package init(inputTokens: Int, cachedInputTokens: Int = 0, outputTokens: Int) {
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.outputTokens = outputTokens
    }
}
