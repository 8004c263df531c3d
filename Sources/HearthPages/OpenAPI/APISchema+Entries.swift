extension APISchema {
    private static let key = APIField.Kind.matching("^(ru|en|es|pt|he):[0-9a-f]{64}$")

    /// Schemas of kept answers one by one.
    static let entries = [
        APISchema(
            name: "LookupList", meaning: "Questions to look up.", isClosed: true,
            fields: [.required("items", .listOf(minimum: 1, maximum: 100, .reference("LookupItem")), "1 to 100 questions.")]),
        APISchema(
            name: "LookupItem", meaning: "A question to look up.", isClosed: true,
            fields: [
                .required("query", .words(maximum: 500), "The question."),
                .optional("language", .choice(languages), "Found out from the text if absent."),
                .optional("category", .choice(categories), "For the statistics; found out from the text if absent."),
                .optional("customerId", .textOf(minimum: 0, maximum: 256), "A pseudonym of who asks."),
            ]),
        APISchema(
            name: "LookupResults", meaning: "What is kept.",
            fields: [.required("items", .list(.reference("LookupResult")), "One for each question, in order.")]),
        APISchema(
            name: "LookupResult", meaning: "A kept answer, or why there is none.",
            fields: [
                .required("cached", .boolean, "Whether there is an answer."), .required("cacheKey", key, "The question's key."),
                .required("language", .choice(languages), "The question's language."),
                .required("category", .choice(categories), "What it is about."), .optional("response", .text, "The answer."),
                .optional("confidence", .share(upTo: 1), "How sure the answer is."),
                .optional("source", .choice(["memory", "store", "stale"]), "Where it was found."),
                .optional("reason", .choice(missReasons), "Why there is none."),
            ]),
        APISchema(
            name: "CacheExplanation", meaning: "What would become of a question.",
            fields: [
                .optional("detected", .reference("DetectedLanguage"), "Absent where the caller named the language."),
                .required("language", .choice(languages), "The language it is looked up under."),
                .required("category", .choice(categories), "What it is about."),
                .required("normalizedQuery", .text, "What is left of the question when form does not count."),
                .required("exact", .boolean, "Whether the text was left alone, because something in it might carry a meaning."),
                .required("cacheKey", key, "The key."), .required("verdict", .choice(["hit", "stale", "miss"]), "What would be done."),
                .optional("reason", .choice(missReasons), "Why it is a miss."), .required("explanation", .text, "In words."),
                .optional("tier", .choice(["memory", "store"]), "Where something is kept under the key."),
                .optional("entry", .reference("Entry"), "What is kept under the key, served or not."),
            ]),
        APISchema(
            name: "DetectedLanguage", meaning: "What the detector says.",
            fields: [
                .required("language", .choice(languages), "The language, or the default."),
                .required("confidence", .share(upTo: 1), "How sure it is."),
                .required("decided", .boolean, "False where the text did not decide and the default was taken."),
            ]),
        APISchema(
            name: "EntryList", meaning: "Answers to keep.", isClosed: true,
            fields: [.required("entries", .listOf(minimum: 1, maximum: 100, .reference("NewEntry")), "1 to 100 answers.")]),
        APISchema(
            name: "NewEntry", meaning: "An answer to keep.", isClosed: true,
            fields: [
                .required("query", .words(maximum: 500), "The question it answers."),
                .required("language", .choice(languages), "Its language."), .required("response", .text, "The answer."),
                .required("confidence", .share(upTo: 1), "How sure its author is; below 0.7 it is refused."),
                .optional("category", .choice(categories), "Decides how long it is kept; found out from the text if absent."),
                .optional("metadata", .reference("EntryMetadata"), "Kept with it, up to 4 KiB."),
            ]),
        APISchema(
            name: "EntryMetadata", meaning: "Free facts about an entry; other members are kept as they are.",
            fields: [.optional("tags", .listOf(maximum: 16, .textOf(minimum: 1, maximum: 64)), "Words to invalidate it by.")]),
        APISchema(
            name: "WriteResults", meaning: "What became of answers to keep.",
            fields: [.required("results", .list(.reference("WriteResult")), "One for each, in order.")]),
        APISchema(
            name: "WriteResult", meaning: "What became of an answer to keep.",
            fields: [
                .required("cacheKey", key, "Its key."), .required("status", .choice(["stored", "refused"]), "Whether it is kept."),
                .optional("reason", .choice(["empty", "too-large", "refusal", "low-confidence"]), "Why it was refused."),
            ]),
        APISchema(
            name: "Entry", meaning: "A kept answer.",
            fields: [
                .required("cacheKey", key, "Its key."), .optional("query", .text, "As it was asked; absent where texts are not kept."),
                .required("normalizedQuery", .text, "The question when form does not count."),
                .required("language", .choice(languages), "Its language."), .required("category", .choice(categories), "What it is about."),
                .required("response", .text, "The answer."), .required("confidence", .share(upTo: 1), "After the votes."),
                .required("judgedConfidence", .share(upTo: 1), "Before the votes."),
                .required("confidenceMethod", .choice(["logprobs", "stated", "rule", "caller"]), "How the confidence was found."),
                .required("votes", .reference("Votes"), "What callers said of it."),
                .required("model", .text, "The model that gave it; empty for answers that were written by people."),
                .required("simulated", .boolean, "True for answers that the built-in simulator invented."),
                .required("tags", .list(.text), "Words to invalidate it by."),
                .optional("metadata", .reference("EntryMetadata"), "As it was given."),
                .required(
                    "state", .choice(["fresh", "staleWhileRevalidate", "staleIfError", "expired"]), "Where in its lifetime it is."),
                .required("storedAt", .timestamp, "When it was kept."),
                .optional("expiresAt", .timestamp, "When it stops being fresh; absent for what never does."),
                .optional("usableUntil", .timestamp, "When its last window ends."), .required("hits", .integer, "How often it was reused."),
                .required("lastAccessedAt", .timestamp, "When it was last reused."),
                .required("sizeBytes", .integer, "What it counts for."),
                .required("savesPerHit", .number, "US dollars that each reuse saves."),
            ]),
        APISchema(
            name: "Votes", meaning: "What callers said of an answer.",
            fields: [.required("helpful", .integer, "For it."), .required("unhelpful", .integer, "Against it.")]),
        APISchema(
            name: "Feedback", meaning: "What a caller says of an answer.", isClosed: true,
            fields: [
                .required("cacheKey", key, "The answer's key."), .required("helpful", .boolean, "Whether it helped."),
                .optional(
                    "customerId", .textOf(minimum: 0, maximum: 256),
                    "A pseudonym of who says so; each has one vote on an answer, the last. Where tenants share answers, each tenant has one."
                ),
            ]),
        APISchema(
            name: "FeedbackResult", meaning: "What the feedback did.",
            fields: [
                .required("cacheKey", key, "The answer's key."), .required("confidence", .share(upTo: 1), "Its confidence now."),
                .required("served", .boolean, "Whether it is still served."),
            ]),
        APISchema(
            name: "InvalidationList", meaning: "Invalidations, the latest first.",
            fields: [.required("invalidations", .list(.reference("Invalidation")), "The record.")]),
        APISchema(
            name: "Invalidation", meaning: "One invalidation.",
            fields: [
                .required("at", .timestamp, "When."), .required("actor", .text, "Who asked for it."),
                .optional("cacheKey", key, "The key it named."), .optional("language", .choice(languages), "The language it named."),
                .optional("category", .choice(categories), "The category it named."), .optional("tag", .text, "The tag it named."),
                .required("all", .boolean, "Whether everything was named."), .required("invalidated", .integer, "Answers removed."),
                .required("space", .text, "Whose answers: a tenant's, shared:NAME for a shared namespace's, or * for everyone's."),
                .optional("generation", .integer, "Rises with every invalidation of anyone; told to operators."),
            ]),
    ]
}
