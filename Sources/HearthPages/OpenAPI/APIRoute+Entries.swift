import HearthTelemetry

extension APIRoute {
    /// The routes about kept answers one by one.
    static let entries = [lookup, explainQuestion, putEntries, entry, deleteEntry, feedback, invalidations]

    private static let keyPattern = "^(ru|en|es|pt|he):[0-9a-f]{64}$"
    private static let faulty = Failure(status: 400, code: "invalid_request", meaning: "Fields are faulty or unknown; each is listed.")
    private static let unknownEntry = Failure(status: 404, code: "not_found", meaning: "No answer is kept under this key.")
    private static let storeDown = Failure(
        status: 503, code: "store_unavailable", meaning: "The store does not answer; Retry-After says when to ask again.")
    private static let bodyTooLarge = Failure(status: 413, code: "too_large", meaning: "The body is over the limit, 256 KiB by default.")
    private static let keyParameter = Parameter(place: .path, field: .required("cacheKey", .matching(keyPattern), "The entry's key."))

    private static let lookup = APIRoute(
        method: .post, path: "/api/v1/cache/lookup", section: .cache, access: .scope(.query), operation: "lookUp",
        summary: "Look up several questions",
        meaning: "Gives what is kept, in the order of the questions, and why the rest is not. The provider is never asked. "
            + "Each question counts in the statistics like one that came alone.",
        request: Body(
            schema: "LookupList", isRequired: true,
            example: ["items": [["query": "Do you sell gift cards?", "language": "en"], ["query": "¿Dónde están?"]]]),
        answer: Answer(
            status: 200, meaning: "One result for each question.",
            content: .json(
                schema: "LookupResults",
                example: [
                    "items": [
                        [
                            "cached": true, "cacheKey": .text(Examples.key), "language": "en", "category": "services",
                            "response": "Yes, we sell gift cards.", "confidence": 0.94, "source": "memory",
                        ],
                        [
                            "cached": false, "cacheKey": .text(Examples.key), "language": "es", "category": "location",
                            "reason": "never_stored",
                        ],
                    ]
                ])),
        errors: [faulty, bodyTooLarge])

    private static let explainQuestion = APIRoute(
        method: .post, path: "/api/v1/cache/explain", section: .cache, access: .scope(.query), operation: "explainQuestion",
        summary: "Why a question hits or misses",
        meaning: "A dry run: what the question becomes, what is kept under its key, and what would be done. Nothing is counted or asked.",
        request: Body(schema: "Question", isRequired: true, example: ["query": "Hi! Do you sell GIFT CARDS?"]),
        answer: Answer(
            status: 200, meaning: "The explanation.",
            content: .json(
                schema: "CacheExplanation",
                example: [
                    "detected": ["language": "en", "confidence": 0.998, "decided": true], "language": "en", "category": "services",
                    "normalizedQuery": "do you sell gift cards", "exact": false, "cacheKey": .text(Examples.key), "verdict": "hit",
                    "explanation": "A fresh answer to this question is kept and would be served.", "tier": "memory",
                    "entry": Examples.entry,
                ])),
        errors: [faulty, bodyTooLarge])

    private static let putEntries = APIRoute(
        method: .put, path: "/api/v1/cache/entries", section: .cache, access: .scope(.write), operation: "putEntries",
        summary: "Keep answers of your own",
        meaning: "Each is judged like the provider's; one that is refused does not hinder the others.",
        parameters: [tenantParameter],
        request: Body(
            schema: "EntryList", isRequired: true,
            example: [
                "entries": [
                    [
                        "query": "Do you sell gift cards?", "language": "en", "response": "Yes, we sell gift cards.", "confidence": 0.94,
                        "category": "services", "metadata": ["tags": ["spring-2026"]],
                    ]
                ]
            ]),
        answer: Answer(
            status: 200, meaning: "What became of each, in order.",
            content: .json(
                schema: "WriteResults",
                example: [
                    "results": [
                        ["cacheKey": .text(Examples.key), "status": "stored"],
                        ["cacheKey": .text(Examples.key), "status": "refused", "reason": "low-confidence"],
                    ]
                ])),
        errors: [
            faulty, bodyTooLarge,
            Failure(
                status: 503, code: "overloaded",
                meaning: "Too many answers wait for the store to add these; Retry-After says when to send them again."),
        ])

    private static let entry = APIRoute(
        method: .get, path: "/api/v1/cache/entries/{cacheKey}", section: .cache, access: .scope(.stats), operation: "getEntry",
        summary: "One kept answer",
        meaning: "With its counters, votes and lifetime, whether or not it may still be served.",
        parameters: [keyParameter, tenantParameter],
        answer: Answer(status: 200, meaning: "The entry.", content: .json(schema: "Entry", example: Examples.entry)),
        errors: [faultyParameter, unknownEntry, storeDown])

    private static let deleteEntry = APIRoute(
        method: .delete, path: "/api/v1/cache/entries/{cacheKey}", section: .cache, access: .scope(.admin), operation: "deleteEntry",
        summary: "Remove one answer",
        meaning: "Like invalidate with this key.",
        parameters: [
            keyParameter, Parameter(place: .query, field: .optional("dryRun", .boolean, "Count only.", default: false)), tenantParameter,
        ],
        answer: Answer(
            status: 200, meaning: "0 if there was none.", content: .json(schema: "Invalidated", example: ["invalidated": 1])),
        errors: [faultyParameter, Failure(status: 404, code: "not_found", meaning: "The name is no key."), storeDown])

    private static let feedback = APIRoute(
        method: .post, path: "/api/v1/cache/feedback", section: .cache, access: .scope(.query), operation: "giveFeedback",
        summary: "Say whether an answer helped",
        meaning:
            "The first judgement weighs as much as four votes. Below 0.5 an answer is no longer served, and the next prune removes it.",
        request: Body(schema: "Feedback", isRequired: true, example: ["cacheKey": .text(Examples.key), "helpful": false]),
        answer: Answer(
            status: 200, meaning: "The new confidence.",
            content: .json(
                schema: "FeedbackResult", example: ["cacheKey": .text(Examples.key), "confidence": 0.752, "served": true])),
        errors: [faulty, unknownEntry, bodyTooLarge, storeDown])

    private static let invalidations = APIRoute(
        method: .get, path: "/api/v1/cache/invalidations", section: .cache, access: .scope(.admin), operation: "listInvalidations",
        summary: "Who removed what",
        meaning: "The record of invalidations, the latest first.",
        parameters: [
            Parameter(place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 1000), "How many.", default: 50)),
            tenantParameter,
        ],
        answer: Answer(
            status: 200, meaning: "The record.",
            content: .json(
                schema: "InvalidationList",
                example: [
                    "invalidations": [
                        [
                            "at": "2026-11-22T17:31:04.000Z", "actor": "api", "category": "pricing", "all": false, "invalidated": 42,
                            "space": "default", "generation": 7,
                        ]
                    ]
                ])),
        errors: [faulty, storeDown])
}
