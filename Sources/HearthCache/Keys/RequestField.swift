/// What a field of a request has to do with the answer, and so with the key.
package enum RequestFieldRole: Sendable, Equatable {
    /// Another value may mean another answer: the field is part of the key.
    case decides
    /// It says how the answer is delivered or who asks: two requests that differ only here share an answer.
    case indifferent
    /// It tells Hearth what to do with its cache, and is not sent to the provider.
    case control
}

extension QuestionScope.EndpointFamily {
    /// The role of a field of the request's body.
    ///
    /// A field that nobody has decided about could change the answer, so it is part of the key. A test holds this list against the
    /// fields that the endpoints document: whoever adds one there has to decide here.
    package func role(of field: String) -> RequestFieldRole { decisions[field] ?? .decides }

    /// Whether somebody has decided about a field.
    package func isDecided(_ field: String) -> Bool { decisions[field] != nil }

    private var decisions: [String: RequestFieldRole] {
        switch self {
        case .query: Self.queryFields
        case .intent: Self.intentFields
        case .chatCompletions: Self.chatCompletionFields
        case .embeddings: Self.embeddingFields
        }
    }

    private static let queryFields: [String: RequestFieldRole] = [
        "query": .decides,
        "language": .decides,
        // Chooses how long the answer is kept; the words alone choose the answer.
        "category": .control,
        // A pseudonym for statistics.
        "customerId": .indifferent,
        "skipCache": .control,
    ]

    private static let intentFields: [String: RequestFieldRole] = [
        "message": .decides, "language": .decides, "customerId": .indifferent, "skipCache": .control,
    ]

    private static let embeddingFields: [String: RequestFieldRole] = [
        "dimensions": .decides, "encoding_format": .decides, "input": .decides, "model": .decides, "user": .indifferent, "cache": .control,
    ]

    private static let chatCompletionFields: [String: RequestFieldRole] = {
        let deciding = [
            "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens",
            "messages", "modalities", "model", "n", "parallel_tool_calls", "prediction", "presence_penalty", "reasoning_effort",
            "response_format", "seed", "stop", "store", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "verbosity",
            "web_search_options",
        ]
        let indifferent = [
            "metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "service_tier", "stream", "stream_options",
            "user",
        ]
        var fields: [String: RequestFieldRole] = ["cache": .control]
        for name in deciding { fields[name] = .decides }
        for name in indifferent { fields[name] = .indifferent }
        return fields
    }()
}
