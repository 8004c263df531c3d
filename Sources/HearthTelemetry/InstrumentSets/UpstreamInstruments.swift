/// What calls to one AI provider are counted by.
package struct UpstreamInstruments: Sendable {
    /// What is asked for; those of embeddings are exposed from the first call on.
    package enum Operation: Int, MetricLabel {
        case chat
        case embeddings

        package static let labelValues = ["chat", "embeddings"]
    }

    /// Why a call failed; the `error_type` label, which is empty for success.
    package enum Failure: Int, MetricLabel {
        case timeout
        case rateLimited
        case auth
        case clientError
        case serverError
        case network
        /// Not made: the provider failed often and is left alone. Without it an outage would show a handful of failed calls.
        case breakerOpen
        case other

        package static let labelValues = ["timeout", "rate_limited", "auth", "4xx", "5xx", "network", "breaker_open", "other"]
        static let labelsWithSuccess = [""] + labelValues
    }

    /// Why a call is tried again.
    package enum RetryReason: Int, MetricLabel {
        case timeout
        case rateLimited
        case serverError
        case network

        package static let labelValues = ["timeout", "rate_limited", "5xx", "network"]
    }

    /// Whether calls are let through.
    package enum BreakerState: Int, MetricLabel {
        case closed
        case open
        case halfOpen

        package static let labelValues = ["closed", "open", "half_open"]
    }

    /// A field of an answer that the provider got wrong.
    package enum InvalidField: Int, MetricLabel {
        case usage
        case logprobs
        case model
        case finishReason

        package static let labelValues = ["usage", "logprobs", "model", "finish_reason"]
    }

    /// More label sets than this are not made before they are needed.
    private static let maximumPrepared = 40

    package let requestsInFlight: Gauge
    package let queueWait: Histogram

    private let registry: MetricRegistry
    private let provider: String
    /// The position of each known model; anything else counts as the last one, `other`.
    private let positions: [String: Int]
    private let models: [String]
    private let successes: [Histogram]
    private let tokens: [[Histogram]]
    private let retryCounters: [Counter]
    private let invalidCounters: [Counter]
    private let breakerGauges: [Gauge]

    /// - Parameter models: the models of the configuration, at most 32; calls to any other count as `other`.
    package init(registry: MetricRegistry, provider: String, models: [String]) {
        self.registry = registry
        self.provider = provider
        var known: [String] = []
        for model in models.prefix(32) where model != "other" && !known.contains(model) { known.append(model) }
        let all = known + ["other"]
        self.models = all
        positions = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        requestsInFlight = registry.gauge(MetricCatalogue.upstreamInFlight, labels: [provider])
        queueWait = registry.histogram(MetricCatalogue.upstreamQueueWait)
        successes = all.map { registry.histogram(MetricCatalogue.upstreamDuration, labels: ["chat", provider, $0, ""]) }
        tokens = all.map { model in
            registry.perLabel(TokenType.self) { registry.histogram(MetricCatalogue.upstreamTokens, labels: ["chat", provider, model, $0]) }
        }
        retryCounters = registry.perLabel(RetryReason.self) {
            registry.counter(MetricCatalogue.upstreamRetries, labels: [provider, $0])
        }
        invalidCounters = registry.perLabel(InvalidField.self) {
            registry.counter(MetricCatalogue.upstreamInvalidFields, labels: [provider, $0])
        }
        breakerGauges = registry.perLabel(BreakerState.self) {
            registry.gauge(MetricCatalogue.upstreamBreakerState, labels: [provider, $0])
        }
        setBreaker(.closed)
        guard all.count * Failure.labelsWithSuccess.count <= Self.maximumPrepared else { return }
        for model in all {
            for failure in Failure.allCases { _ = duration(.chat, model: model, failure) }
        }
    }

    /// One call that ended; the time of failed ones is kept apart by reason.
    package func recordCall(_ operation: Operation = .chat, model: String, duration: Duration, failure: Failure? = nil) {
        let position = position(of: model)
        guard failure != nil || operation != .chat else { return successes[position].observe(duration) }
        self.duration(operation, model: models[position], failure).observe(duration)
    }

    /// The tokens that one call is billed for; negative numbers, which a provider may claim, count as 0.
    package func recordTokens(_ operation: Operation = .chat, model: String, input: Int, output: Int) {
        let position = position(of: model)
        guard operation == .chat else {
            // Embeddings have no output.
            return registry.histogram(
                MetricCatalogue.upstreamTokens, labels: [operation.label, provider, models[position], TokenType.input.label]
            ).observe(Double(max(0, input)))
        }
        tokens[position][TokenType.input.index].observe(Double(max(0, input)))
        tokens[position][TokenType.output.index].observe(Double(max(0, output)))
    }

    package func retries(_ reason: RetryReason) -> Counter { retryCounters[reason.index] }
    package func invalidFields(_ field: InvalidField) -> Counter { invalidCounters[field.index] }

    /// Exactly one state is 1; a scrape between the two updates may see none.
    package func setBreaker(_ state: BreakerState) {
        for other in BreakerState.allCases where other != state { breakerGauges[other.index].set(0.0) }
        breakerGauges[state.index].set(1.0)
    }

    /// Time until the first part of a streamed answer; exposed from its first use on.
    package func recordFirstChunk(model: String, after duration: Duration) {
        registry.histogram(MetricCatalogue.upstreamFirstChunk, labels: ["chat", provider, models[position(of: model)]]).observe(duration)
    }

    private func position(of model: String) -> Int { positions[model] ?? models.count - 1 }

    /// Failures and embeddings are rare, so that finding the label set by its values costs nothing that matters.
    private func duration(_ operation: Operation, model: String, _ failure: Failure?) -> Histogram {
        registry.histogram(MetricCatalogue.upstreamDuration, labels: [operation.label, provider, model, failure?.label ?? ""])
    }
}
