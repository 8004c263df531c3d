extension MetricCatalogue {
    static let upstream: [MetricDescriptor] = [
        upstreamDuration, upstreamFirstChunk, upstreamTokens, upstreamInFlight, upstreamRetries, upstreamBreakerState, upstreamQueueWait,
        upstreamInvalidFields,
    ]

    private static let operation = LabelDescriptor("gen_ai_operation_name", UpstreamInstruments.Operation.self)
    private static let provider = LabelDescriptor("gen_ai_provider_name", from: .providers)
    private static let model = LabelDescriptor("gen_ai_request_model", from: .models)

    /// 680 lines: 40 label sets; models come from the configuration, any other is `other`.
    package static let upstreamDuration = MetricDescriptor(
        "gen_ai_client_operation_duration_seconds", .histogram, unit: .seconds,
        labels: [operation, provider, model, LabelDescriptor("error_type", UpstreamInstruments.Failure.labelsWithSuccess)],
        buckets: .provider, expectedChildren: 40, help: "Time of one call to the AI provider; error_type is empty where it succeeded."
    )
    /// 136 lines: 8 models.
    package static let upstreamFirstChunk = MetricDescriptor(
        "gen_ai_client_operation_time_to_first_chunk_seconds", .histogram, unit: .seconds, labels: [operation, provider, model],
        buckets: .provider, expectedChildren: 8, help: "Time until the first part of a streamed answer arrived."
    )
    /// 272 lines: 8 models, 2 types.
    package static let upstreamTokens = MetricDescriptor(
        "gen_ai_client_token_usage", .histogram, unit: .tokens,
        labels: [operation, provider, model, LabelDescriptor("gen_ai_token_type", TokenType.self)], buckets: .tokens, expectedChildren: 16,
        help: "Tokens that one call is billed for."
    )
    /// 4 lines.
    package static let upstreamInFlight = MetricDescriptor(
        "hearth_upstream_requests_in_flight", .gauge, labels: [provider], help: "Calls to the AI provider that are under way."
    )
    /// 16 lines: 4 providers, 4 reasons.
    package static let upstreamRetries = MetricDescriptor(
        "hearth_upstream_retries_total", .counter, labels: [provider, LabelDescriptor("reason", UpstreamInstruments.RetryReason.self)],
        help: "Attempts beyond the first."
    )
    /// 12 lines: 4 providers, 3 states. A gauge in OpenMetrics too: a state set's label would have to be named like the family.
    package static let upstreamBreakerState = MetricDescriptor(
        "hearth_upstream_breaker_state", .gauge, labels: [provider, LabelDescriptor("state", UpstreamInstruments.BreakerState.self)],
        help: "Whether calls are let through: 1 for the state that holds now, 0 for the others."
    )
    /// 15 lines.
    package static let upstreamQueueWait = MetricDescriptor(
        "hearth_upstream_queue_wait_seconds", .histogram, unit: .seconds, buckets: .fast, help: "Time that calls waited for a free slot."
    )
    /// 16 lines: 4 providers, 4 fields.
    package static let upstreamInvalidFields = MetricDescriptor(
        "hearth_upstream_invalid_total", .counter, labels: [provider, LabelDescriptor("field", UpstreamInstruments.InvalidField.self)],
        help: "Fields of answers that were missing or could not be true, and were left out or clamped."
    )
}
