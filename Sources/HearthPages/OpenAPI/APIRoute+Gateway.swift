import HearthTelemetry

extension APIRoute {
    /// The routes below `/v1`, in the form of the provider's own.
    static let gateway = [chatCompletions, embeddings, models, model]

    private static let chatCompletions = APIRoute(
        method: .post, path: "/v1/chat/completions", section: .gateway, access: .scope(.query), operation: "createChatCompletion",
        summary: "A chat completion, as the provider has it",
        meaning: """
            Answered from the cache where the same request was answered before, else passed on; every field that Hearth does not know is \
            passed on too and is part of what must be the same. A kept answer is served in either form, whole or streamed, whichever way \
            it was asked for first. Streams are passed on as they arrive.
            """,
        parameters: [
            header("Cache-Control", .text, "As for questions: no-cache, no-store, max-age=N, min-fresh=N, max-stale=N, only-if-cached."),
            header("X-Hearth-Category", .choice(APISchema.categories), "What it is about, which decides how long it is kept."),
            header("X-Hearth-Language", .choice(APISchema.languages), "The language of the last message; detected if absent."),
            header("X-Hearth-TTL", .integerOf(minimum: 1, maximum: 31_622_400), "Seconds to keep it; it can only shorten the usual time."),
            header("X-Hearth-Tags", .text, "Words to invalidate it by, with commas between."),
            header(
                "X-Hearth-Match", .choice(["form", "exact"]),
                "form (the default): a plain question in other capitals or punctuation is the same; exact: every letter counts."),
            header("X-Request-Id", .text, "An id to find the request by in logs; one is made if absent."),
            header("traceparent", .text, "The caller's trace (W3C Trace Context); passed on to the provider."),
        ],
        request: Body(
            schema: "ChatCompletionRequest", isRequired: true,
            example: ["model": "gpt-4o-mini", "messages": [["role": "user", "content": "Do you sell gift cards?"]]]),
        answer: Answer(
            status: 200, meaning: "The provider's answer.",
            content: .jsonOrEvents(schema: "ChatCompletion", example: Examples.chatCompletion),
            headers: ["Cache-Status", "Age", "Server-Timing", "X-Hearth-Cost-USD", "X-Hearth-Saved-USD"]),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The body is not JSON, or a field that Hearth needs is faulty."),
            Failure(status: 400, code: "invalid_header", meaning: "One of Hearth's own headers, or Cache-Control, has an invalid value."),
            gatewayTooLarge, rateLimited, upstreamFailed,
            budgetExhausted,
            Failure(
                status: 503, code: "overloaded", meaning: "Too many questions wait for the provider; Retry-After says when to ask again."),
            upstreamTimeout, Failure(status: 504, code: "not_cached", meaning: "only-if-cached was sent, and no answer is kept."),
        ])

    private static let embeddings = APIRoute(
        method: .post, path: "/v1/embeddings", section: .gateway, access: .scope(.query), operation: "createEmbeddings",
        summary: "Embeddings, as the provider has them",
        meaning: """
            Each input is looked for by itself, letter by letter; those that are not kept are asked for together, and kept one by one. The \
            usage is what the inputs cost when they were made.
            """,
        parameters: [
            header("Cache-Control", .text, "As for questions: no-cache, no-store, max-age=N, min-fresh=N, only-if-cached."),
            header("X-Hearth-Category", .choice(APISchema.categories), "What the texts are about, which decides how long they are kept."),
            header("X-Hearth-Language", .choice(APISchema.languages), "The language of the texts; detected if absent."),
            header(
                "X-Hearth-TTL", .integerOf(minimum: 1, maximum: 31_622_400), "Seconds to keep them; it can only shorten the usual time."),
            header("X-Hearth-Tags", .text, "Words to invalidate them by, with commas between."),
            header("X-Request-Id", .text, "An id to find the request by in logs; one is made if absent."),
            header("traceparent", .text, "The caller's trace (W3C Trace Context); passed on to the provider."),
        ],
        request: Body(
            schema: "EmbeddingRequest", isRequired: true,
            example: ["model": "text-embedding-3-small", "input": ["Do you sell gift cards?", "Where are you?"]]),
        answer: Answer(
            status: 200, meaning: "The embeddings, in the order of the inputs.",
            content: .json(
                schema: "EmbeddingList",
                example: [
                    "object": "list", "data": [["object": "embedding", "index": 0, "embedding": [0.0123, -0.0456]]],
                    "model": "text-embedding-3-small", "usage": ["prompt_tokens": 6, "total_tokens": 6],
                ]), headers: ["Cache-Status", "Server-Timing", "X-Hearth-Cost-USD", "X-Hearth-Saved-USD"]),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The body is not JSON, or a field that Hearth needs is faulty."),
            Failure(status: 400, code: "invalid_header", meaning: "One of Hearth's own headers, or Cache-Control, has an invalid value."),
            gatewayTooLarge, rateLimited, upstreamFailed,
            budgetExhausted,
            Failure(
                status: 503, code: "overloaded", meaning: "Too many questions wait for the provider; Retry-After says when to ask again."),
            upstreamTimeout, Failure(status: 504, code: "not_cached", meaning: "only-if-cached was sent, and not all of it is kept."),
        ])

    private static let models = APIRoute(
        method: .get, path: "/v1/models", section: .gateway, access: .scope(.query), operation: "listModels",
        summary: "The provider's models",
        meaning: "The provider's list, kept for a minute.",
        answer: Answer(
            status: 200, meaning: "The list.",
            content: .json(schema: "ModelList", example: ["object": "list", "data": .list([Examples.model])])),
        errors: [rateLimited, upstreamFailed, upstreamTimeout])

    private static let model = APIRoute(
        method: .get, path: "/v1/models/{id}", section: .gateway, access: .scope(.query), operation: "getModel",
        summary: "One model of the provider",
        meaning: "Looked up in the provider's list.",
        parameters: [Parameter(place: .path, field: .required("id", .text, "The model's name, such as gpt-4o-mini."))],
        answer: Answer(status: 200, meaning: "The model.", content: .json(schema: "Model", example: Examples.model)),
        errors: [
            Failure(status: 404, code: "not_found", meaning: "The provider has no model of this name."), rateLimited, upstreamFailed,
            upstreamTimeout,
        ])

    private static let rateLimited = Failure(
        status: 429, code: "rate_limited",
        meaning:
            "The provider limits the rate of calls, in its own words where it had some; the credential asks more often than it may; or too many credentials from this address were not valid."
    )
    private static let upstreamFailed = Failure(
        status: 502, code: "upstream_failed",
        meaning: "The provider failed and had no words of its own; else its status and its body are passed on.")
    private static let upstreamTimeout = Failure(status: 504, code: "upstream_timeout", meaning: "The provider did not answer in time.")

    static func header(_ name: String, _ kind: APIField.Kind, _ meaning: String) -> Parameter {
        Parameter(place: .header, field: .optional(name, kind, meaning))
    }
}
