import HearthTelemetry

extension APISchema {
    static let languages = Language.allCases.map(\.rawValue)
    static let categories = ResponseCategory.allCases.map(\.rawValue)
    static let results = LookupResult.allCases.map(\.rawValue)
    static let missReasons = MissReason.allCases.map(\.rawValue)

    /// Schemas of questions and answers, of what is kept, and of errors.
    static let cache = [
        APISchema(
            name: "Question", meaning: "A question.", isClosed: true,
            fields: [
                .required("query", .words(maximum: 500), "The question; white space around it does not count."),
                .optional("language", .choice(languages), "Found out from the text if absent."),
                .optional("category", .choice(categories), "Decides how long the answer is kept; found out from the text if absent."),
                .optional(
                    "customerId", .textOf(minimum: 0, maximum: 256),
                    "A pseudonym of who asks, of at most 256 bytes; only a keyed hash of it is ever kept."),
                .optional("skipCache", .boolean, "Ask the provider even if an answer is kept; the new one replaces it.", default: false),
            ]),
        APISchema(
            name: "Answer",
            meaning:
                "An answer and where it came from; what says that is absent where tenants share answers and cache.hideCacheHeaders is set.",
            fields: [
                .required("response", .text, "The answer."),
                .optional("cached", .boolean, "Whether it came from the cache."),
                .optional("responseTime", .number, "Milliseconds from the complete request to this answer."),
                .optional("cacheKey", .matching("^(ru|en|es|pt|he):[0-9a-f]{64}$"), "What the answer is kept under."),
                .required("confidence", .share(upTo: 1), "How sure the answer is; below 0.7 it is given, but not kept."),
                .required("language", .choice(languages), "The language it is kept under."),
                .required("category", .choice(categories), "What it is about."),
                .optional(
                    "source", .choice(AnswerSource.allCases.map(\.rawValue)),
                    "memory and store are the cache, stale is the cache past the answer's time, upstream is the provider."),
                .required("metadata", .reference("AnswerMetadata"), "More about the answer."),
            ]),
        APISchema(
            name: "AnswerMetadata", meaning: "More about an answer.",
            fields: [
                .required("model", .text, "The model that gave it; empty for answers that were written by people."),
                .required("simulated", .boolean, "True for answers that the built-in simulator invented."),
                .required("confidenceMethod", .choice(["logprobs", "stated", "rule", "caller"]), "How the confidence was found."),
                .optional("storedAt", .timestamp, "When it was kept; absent for answers that were not."),
                .optional("expiresAt", .timestamp, "When it stops being fresh; absent for answers that never do or were not kept."),
                .optional("cost", .number, "US dollars that this request paid to the provider."),
                .optional("saved", .number, "US dollars that this request did not have to pay."),
            ]),
        APISchema(
            name: "CacheHealth", meaning: "How the cache and its stores are.",
            fields: [
                .required(
                    "status", .choice(["healthy", "degraded", "unhealthy"]), "unhealthy: the store of kept answers does not answer."),
                .required("redis", .reference("Connection"), "The shared cache, where one is configured."),
                .required(
                    "database", .reference("Connection"),
                    "The database of statistics and runs: PostgreSQL where one is configured, else the file that keeps answers, too."),
                .required("cacheMetrics", .reference("CacheFigures"), "What is kept."),
            ]),
        APISchema(
            name: "Connection", meaning: "The connection to a store.",
            fields: [
                .optional("configured", .boolean, "Whether one is configured; absent for the file."),
                .required("connected", .boolean, "Whether it answered just now."),
                .optional("latency", .number, "Milliseconds of one round trip; absent when there was none."),
            ]),
        APISchema(
            name: "CacheFigures", meaning: "How much is kept.",
            fields: [
                .required("totalEntries", .integer, "Kept answers."),
                .required("totalSize", .integer, "Their size in bytes."),
                .optional("oldestEntry", .timestamp, "When the oldest was kept; absent if there is none."),
                .optional("newestEntry", .timestamp, "When the newest was kept; absent if there is none."),
            ]),
        APISchema(
            name: "Invalidated", meaning: "What an invalidation removed.",
            fields: [
                .required("invalidated", .integer, "Answers removed, or counted."),
                .optional("dryRun", .boolean, "Present and true where they were only counted."),
            ]),
        APISchema(
            name: "Error", meaning: "What went wrong, for programs and for people.",
            fields: [
                .required("error", .text, "A stable code; compare this one."),
                .required("message", .text, "What failed, on what, and what to do."),
                .required("timestamp", .timestamp, "When."),
                .required("requestId", .text, "The request's id, as in the header X-Request-Id; empty if the request could not be read."),
                .required("details", .list(.reference("FieldProblem")), "Every faulty field; empty for other errors."),
            ]),
        APISchema(
            name: "FieldProblem", meaning: "What is wrong with one field.",
            fields: [.required("field", .text, "Its name."), .required("problem", .text, "What is wrong with it.")]),
    ]

    /// Schemas of warming and maintenance.
    static let upkeep = [
        APISchema(
            name: "WarmingList", meaning: "Questions to have answers ready for.", isClosed: true,
            fields: [.required("queries", .listOf(maximum: 10_000, .reference("WarmingQuestion")), "The questions.")]),
        APISchema(
            name: "WarmingQuestion", meaning: "One question to have an answer ready for.", isClosed: true,
            fields: [
                .required("query", .words(maximum: 500), "The question."),
                .required("language", .choice(languages), "Its language."),
                .optional("category", .choice(categories), "Found out from the text if absent."),
                .optional("response", .text, "An answer to keep as it is; the provider is asked if absent."),
                .optional("confidence", .share(upTo: 1), "How sure its author is.", default: 1),
            ]),
        APISchema(
            name: "WarmingReport", meaning: "What a warming did.",
            fields: [
                .required("processed", .integer, "Questions looked at."),
                .required("cached", .integer, "New answers kept."),
                .required("skipped", .integer, "Questions whose answer was kept already."),
                .required("failed", .integer, "Questions without an answer that is good enough."),
                .required(
                    "postponed", .integer,
                    "Questions that were not asked because the hour's calls were used up, or there was too much to do."),
                .required("duration", .number, "Seconds."),
            ]),
        APISchema(
            name: "MaintenanceWishes", meaning: "What to do.", isClosed: true,
            fields: [
                .optional("pruneExpired", .boolean, "Remove answers past their time and its windows.", default: true),
                .optional("pruneLowValue", .boolean, "Remove answers with fewer than 2 hits after 30 days.", default: true),
                .optional("pruneLowQuality", .boolean, "Remove answers with a confidence below 0.5.", default: true),
                .optional("compactMemory", .boolean, "Give freed pages of the database back to the file system.", default: false),
                .optional("dryRun", .boolean, "Only count what would be removed.", default: false),
            ]),
        APISchema(
            name: "MaintenanceReport", meaning: "What a maintenance did.",
            fields: [
                .required("expiredRemoved", .integer, "Answers past their time."),
                .required("lowValueRemoved", .integer, "Answers that were hardly used."),
                .required("lowQualityRemoved", .integer, "Answers of low confidence."),
                .required("overSizeRemoved", .integer, "Answers removed so that all fit into the configured size."),
                .required("memorySaved", .integer, "Bytes of the answers removed."),
                .required("duration", .number, "Seconds."),
                .optional("dryRun", .boolean, "Present and true where they were only counted."),
            ]),
    ]
}
