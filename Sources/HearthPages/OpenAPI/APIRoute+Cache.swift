import HearthTelemetry

extension APIRoute {
    /// The routes below `/api/v1/cache`.
    static let cache = [query, cacheHealth, statistics, topQueries, invalidate, warm, maintenance]

    private static let query = APIRoute(
        method: .post, path: "/api/v1/cache/query", section: .cache, access: .scope(.query), operation: "askQuestion",
        summary: "Ask a question",
        meaning: """
            Answers from the cache where an answer to this question is kept, else asks the provider and keeps the answer if it is good \
            enough. Callers who ask the same new question at the same time share one call.
            """,
        parameters: [
            Parameter(
                place: .header,
                field: .optional(
                    "Cache-Control", .text,
                    "no-cache: ask the provider; no-store: and do not keep the answer; max-age=N, min-fresh=N: only an answer that young; "
                        + "max-stale=N: an answer that old is fine; only-if-cached: never ask the provider.")),
            Parameter(
                place: .header, field: .optional("X-Request-Id", .text, "An id to find the request by in logs; one is made if absent.")),
            Parameter(
                place: .header, field: .optional("traceparent", .text, "The caller's trace (W3C Trace Context); passed on to the provider.")
            ),
        ],
        request: Body(schema: "Question", isRequired: true, example: ["query": "Do you sell gift cards?", "language": "en"]),
        answer: Answer(
            status: 200, meaning: "The answer.",
            content: .json(schema: "Answer", example: Examples.answer), headers: ["Cache-Status", "Age", "Server-Timing"]),
        errors: [
            Failure(
                status: 400, code: "invalid_request", meaning: "The body is not JSON, or fields are faulty; details names each of them."),
            Failure(status: 400, code: "invalid_header", meaning: "The header Cache-Control has an invalid value."),
            tooLarge,
            Failure(status: 502, code: "upstream_failed", meaning: "The provider failed, and nothing kept may be served instead."),
            budgetExhausted,
            Failure(
                status: 503, code: "overloaded", meaning: "Too many questions wait for the provider; Retry-After says when to ask again."),
            Failure(
                status: 504, code: "upstream_timeout",
                meaning: "The provider did not answer in time, and nothing kept may be served instead."),
            Failure(status: 504, code: "not_cached", meaning: "only-if-cached was sent, and no answer is kept."),
        ])

    private static let cacheHealth = APIRoute(
        method: .get, path: "/api/v1/cache/health", section: .cache, access: .scope(.stats), operation: "getCacheHealth",
        summary: "Health of the cache",
        meaning: "Asks the store for a sign of life and says what is kept.",
        parameters: [format(lines: "of the cache, redis and the database")],
        answer: Answer(
            status: 200, meaning: "The health; degraded and unhealthy are reported with status 200 too.",
            content: .jsonOrTable(schema: "CacheHealth", example: Examples.cacheHealth)),
        errors: [faultyParameter])

    private static let statistics = APIRoute(
        method: .get, path: "/api/v1/cache/statistics", section: .cache, access: .scope(.stats), operation: "getStatistics",
        summary: "Statistics",
        meaning: "Hit rate, savings and response times, true to the last request. The range is widened to whole buckets in UTC.",
        parameters: [
            Parameter(
                place: .query,
                field: .optional(
                    "period", .choice(APISchema.periods), "The length of a bucket; minutes are kept for two days.", default: "daily")),
            Parameter(
                place: .query,
                field: .optional(
                    "startDate", .text,
                    "ISO 8601 date or time; by default 120 minutes, 24 hours, 30 days, 12 weeks or 12 months before the end.")),
            Parameter(place: .query, field: .optional("endDate", .text, "ISO 8601 date (that day included) or time; now by default.")),
            format(lines: "bucket of the series, or what table says"),
            Parameter(
                place: .query,
                field: .optional(
                    "table", .choice(["series", "languages", "categories", "grid"]),
                    "Only with csv: a line for each bucket, language, category, or language with a category that anything was asked of.",
                    default: "series")),
            Parameter(
                place: .query,
                field: .optional(
                    "language", .choice(APISchema.languages),
                    "Only this language; what was paid in the background is then left out, since it is not told apart.")),
            Parameter(place: .query, field: .optional("category", .choice(APISchema.categories), "Only what is about this; likewise.")),
            tenantParameter,
        ],
        answer: Answer(status: 200, meaning: "The statistics.", content: .jsonOrTable(schema: "Statistics", example: Examples.statistics)),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "Unknown period, a date that is none, or a range that is too long."),
            storeUnavailable,
        ])

    private static let topQueries = APIRoute(
        method: .get, path: "/api/v1/cache/top-queries", section: .cache, access: .scope(.stats), operation: "getTopQueries",
        summary: "What is asked most",
        meaning: """
            The questions themselves, counted one by one. Where original texts are not kept, the normalised text is shown only once three \
            customers have asked. Patterns that were not seen for 90 days are left out until they are asked again.
            """,
        parameters: [
            Parameter(
                place: .query, field: .optional("limit", .integerOf(minimum: 1, maximum: 100), "Questions to list.", default: 10)),
            Parameter(place: .query, field: .optional("language", .choice(APISchema.languages), "Only this language.")),
            Parameter(place: .query, field: .optional("category", .choice(APISchema.categories), "Only what is about this.")),
            Parameter(
                place: .query,
                field: .optional(
                    "kind", .choice(["hits", "misses"]), "Questions that were answered from the cache, or those that were not.",
                    default: "hits")),
            Parameter(
                place: .query,
                field: .optional(
                    "order", .choice(["count", "savings", "recent"]), "What comes first; for misses, savings means cost.", default: "count")
            ),
            format(lines: "question"),
            tenantParameter,
        ],
        answer: Answer(status: 200, meaning: "The list.", content: .jsonOrTable(schema: "TopQueries", example: Examples.topQueries)),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "Parameters are faulty or unknown; each is listed."),
            storeUnavailable,
        ])

    private static let invalidate = APIRoute(
        method: .delete, path: "/api/v1/cache/invalidate", section: .cache, access: .scope(.admin), operation: "invalidateAnswers",
        summary: "Remove kept answers",
        meaning:
            "Removes the answers that have all of the properties given, from memory and from the store. At least one parameter is needed.",
        parameters: [
            Parameter(place: .query, field: .optional("category", .choice(APISchema.categories), "Answers about this.")),
            Parameter(place: .query, field: .optional("language", .choice(APISchema.languages), "Answers in this language.")),
            Parameter(
                place: .query, field: .optional("cacheKey", .matching("^(ru|en|es|pt|he):[0-9a-f]{64}$"), "The answer under this key.")),
            Parameter(place: .query, field: .optional("tag", .textOf(minimum: 1, maximum: 64), "Answers with this tag.")),
            Parameter(place: .query, field: .optional("all", .boolean, "All answers.", default: false)),
            Parameter(place: .query, field: .optional("dryRun", .boolean, "Count only.", default: false)),
            Parameter(
                place: .query,
                field: .optional(
                    "tenant", .matching("^([*]|[a-z0-9][a-z0-9._-]{0,63})$"),
                    "Whose answers, or * together with all=true for everyone's; only for administrators of the operator's tenant, and "
                        + "ignored from others.")),
        ],
        answer: Answer(status: 200, meaning: "They are gone.", content: .json(schema: "Invalidated", example: ["invalidated": 42])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "No parameter, an unknown one, or a value that is not known."),
            storeUnavailable,
        ])

    private static let warm = APIRoute(
        method: .post, path: "/api/v1/cache/warm", section: .cache, access: .scope(.write), operation: "warmCache",
        summary: "Have answers ready",
        meaning: "Keeps the answers given, and asks the provider for the others; questions whose answer is kept already are skipped.",
        parameters: [tenantParameter],
        request: Body(
            schema: "WarmingList", isRequired: true,
            example: [
                "queries": [
                    ["query": "What are your opening hours?", "language": "en", "category": "hours"],
                    ["query": "¿Dónde están?", "language": "es", "response": "Calle Mayor 1, Madrid.", "confidence": 1],
                ]
            ]),
        answer: Answer(
            status: 200, meaning: "What was done.",
            content: .json(
                schema: "WarmingReport",
                example: ["processed": 2, "cached": 2, "skipped": 0, "failed": 0, "postponed": 0, "duration": 0.214])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "The list or some of its questions are faulty; nothing was done."),
            tooLarge,
        ])

    private static let maintenance = APIRoute(
        method: .post, path: "/api/v1/cache/maintenance", section: .cache, access: .scope(.admin), operation: "maintainCache",
        summary: "Tidy the cache",
        meaning:
            "Removes what is expired, hardly used or of low confidence. The job prune-cache does the same every night, for all tenants.",
        parameters: [tenantParameter],
        request: Body(schema: "MaintenanceWishes", isRequired: false, example: ["pruneExpired": true, "compactMemory": true]),
        answer: Answer(
            status: 200, meaning: "What was done.",
            content: .json(
                schema: "MaintenanceReport",
                example: [
                    "expiredRemoved": 12, "lowValueRemoved": 3, "lowQualityRemoved": 0, "overSizeRemoved": 0, "memorySaved": 20_480,
                    "duration": 0.031,
                ])),
        errors: [
            Failure(status: 400, code: "invalid_request", meaning: "A field is unknown or not true or false."), tooLarge,
            Failure(status: 409, code: "conflict", meaning: "A maintenance is running already; Retry-After says when to ask again."),
            storeUnavailable,
        ])
}
