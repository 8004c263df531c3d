import HearthTelemetry

extension APIRoute {
    /// The routes below `/api/v1/ai`.
    static let intents = [classify]

    private static let classify = APIRoute(
        method: .post, path: "/api/v1/ai/intent", section: .cache, access: .scope(.query), operation: "classifyMessage",
        summary: "Find out what a message wants",
        meaning: """
            The provider classifies the message in a form that is prescribed; the classification is kept by the same rules as an answer, for \
            as long as its category says. Messages that differ only in form share one.
            """,
        parameters: [
            Parameter(
                place: .header,
                field: .optional(
                    "Cache-Control", .text, "As for questions: no-cache, no-store, max-age=N, min-fresh=N, max-stale=N, only-if-cached.")),
            Parameter(
                place: .header, field: .optional("X-Request-Id", .text, "An id to find the request by in logs; one is made if absent.")),
        ],
        request: Body(schema: "IntentRequest", isRequired: true, example: ["message": "Can I book a haircut for Friday at 10?"]),
        answer: Answer(
            status: 200, meaning: "The classification.", content: .json(schema: "Intent", example: Examples.intent),
            headers: ["Cache-Status", "Age", "Server-Timing"]),
        errors: [
            Failure(
                status: 400, code: "invalid_request", meaning: "The body is not JSON, or fields are faulty; details names each of them."),
            Failure(status: 400, code: "invalid_header", meaning: "The header Cache-Control has an invalid value."),
            tooLarge,
            Failure(
                status: 502, code: "upstream_failed",
                meaning: "The provider failed or did not keep to the form, and nothing kept may be served instead."),
            budgetExhausted,
            Failure(
                status: 503, code: "overloaded", meaning: "Too many questions wait for the provider; Retry-After says when to ask again."),
            Failure(
                status: 504, code: "upstream_timeout",
                meaning: "The provider did not answer in time, and nothing kept may be served instead."),
            Failure(status: 504, code: "not_cached", meaning: "only-if-cached was sent, and no classification is kept."),
        ])
}
