extension APISchema {
    /// What goes through the gateway. The provider's reference has the whole of it; these are the fields that Hearth reads.
    static let gateway = [
        chatRequest, cacheWishes, chatMessage, chatCompletion, chatChoice, chatUsage, embeddingRequest, embeddingList, embedding,
        embeddingUsage,
        modelList, model, providerError, providerProblem,
    ]

    private static let chatRequest = APISchema(
        name: "ChatCompletionRequest", meaning: "A request for a chat completion; any other field is passed on to the provider.",
        fields: [
            .required("model", .text, "The model to ask."),
            .required("messages", .list(.reference("ChatMessage")), "The conversation so far."),
            .optional("stream", .boolean, "Whether the answer comes in pieces, as server-sent events.", default: false),
            .optional("user", .text, "A pseudonym of who asks; no part of what must be the same."),
            .optional(
                "cache", .reference("CacheWishes"), "Wishes in LiteLLM's form; not passed on. Headers do the same."),
        ])

    private static let cacheWishes = APISchema(
        name: "CacheWishes", meaning: "What a caller wants of the cache, in LiteLLM's form.",
        fields: [
            .optional("no-cache", .boolean, "Ask the provider, and keep the new answer.", default: false),
            .optional("no-store", .boolean, "Ask the provider, and keep nothing.", default: false),
            .optional("ttl", .integer, "Seconds to keep the answer; it can only shorten the usual time."),
            .optional("s-maxage", .integer, "Only an answer that was kept at most so many seconds ago."),
            .optional("use-cache", .boolean, "False means what no-store does; true changes nothing.", default: true),
            .optional(
                "namespace", .textOf(minimum: 1, maximum: 256), "Only an answer that was kept under this name; a new one is kept under it."),
        ])

    private static let chatMessage = APISchema(
        name: "ChatMessage", meaning: "One message.",
        fields: [
            .required("role", .text, "system, developer, user, assistant or tool."),
            .optional("content", .anything, "What it says: a text, or a list of parts."),
        ])

    private static let chatCompletion = APISchema(
        name: "ChatCompletion", meaning: "The provider's answer with everything that it had.",
        fields: [
            .required("id", .text, "The answer's name; a new one each time it is served from the cache."),
            .required("object", .text, "chat.completion."),
            .required("created", .integer, "When it was made or served, in seconds since 1970."),
            .required("model", .text, "The model that answered."),
            .required("choices", .list(.reference("ChatChoice")), "What it says."),
            .optional("usage", .reference("ChatUsage"), "The tokens that the provider counted when it was asked."),
            .optional("system_fingerprint", .text, "The provider's own."),
        ])

    private static let chatChoice = APISchema(
        name: "ChatChoice", meaning: "One of the answers.",
        fields: [
            .required("index", .integer, "Its number."), .required("message", .reference("ChatMessage"), "What is said."),
            .optional("finish_reason", .text, "stop, length, tool_calls, content_filter."),
            .optional("logprobs", .anything, "Probabilities of tokens, where they were asked for; else null."),
        ])

    private static let chatUsage = APISchema(
        name: "ChatUsage", meaning: "Tokens.",
        fields: [
            .required("prompt_tokens", .integer, "Of the request."), .required("completion_tokens", .integer, "Of the answer."),
            .required("total_tokens", .integer, "Of both."),
        ])

    private static let embeddingRequest = APISchema(
        name: "EmbeddingRequest", meaning: "A request for embeddings; any other field is passed on to the provider.",
        fields: [
            .required("model", .text, "The model to ask."),
            .required("input", .anything, "A text, a list of up to 2,048 texts, or tokens."),
            .optional("encoding_format", .choice(["float", "base64"]), "How an embedding is written.", default: "float"),
            .optional("dimensions", .integer, "How long an embedding is."),
            .optional("user", .text, "A pseudonym of who asks; no part of what must be the same."),
            .optional("cache", .reference("CacheWishes"), "Wishes in LiteLLM's form; not passed on. Headers do the same."),
        ])

    private static let embeddingList = APISchema(
        name: "EmbeddingList", meaning: "Embeddings.",
        fields: [
            .required("object", .text, "list."), .required("data", .list(.reference("Embedding")), "One for each input."),
            .required("model", .text, "The model that made them."),
            .required("usage", .reference("EmbeddingUsage"), "The tokens that they cost when they were made."),
        ])

    private static let embedding = APISchema(
        name: "Embedding", meaning: "The embedding of one input.",
        fields: [
            .required("object", .text, "embedding."), .required("index", .integer, "The number of the input."),
            .required("embedding", .anything, "A list of numbers, or their bytes in Base64."),
        ])

    private static let embeddingUsage = APISchema(
        name: "EmbeddingUsage", meaning: "Tokens of texts.",
        fields: [.required("prompt_tokens", .integer, "Of the inputs."), .required("total_tokens", .integer, "The same.")])

    private static let modelList = APISchema(
        name: "ModelList", meaning: "The provider's models.",
        fields: [.required("object", .text, "list."), .required("data", .list(.reference("Model")), "One entry for each.")])

    private static let model = APISchema(
        name: "Model", meaning: "A model.",
        fields: [
            .required("id", .text, "Its name."), .required("object", .text, "model."),
            .optional("created", .integer, "When it was made, in seconds since 1970."), .optional("owned_by", .text, "Whose it is."),
        ])

    private static let providerError = APISchema(
        name: "ProviderError", meaning: "An error below /v1, in the provider's form.",
        fields: [.required("error", .reference("ProviderProblem"), "What is wrong.")])

    private static let providerProblem = APISchema(
        name: "ProviderProblem", meaning: "What is wrong, in the provider's form.",
        fields: [
            .required("message", .text, "For people."),
            .required("type", .text, "invalid_request_error or server_error, or the provider's."),
            .optional("param", .orNull(.text), "The faulty field, if it is one."), .optional("code", .orNull(.text), "For programs."),
        ])
}
