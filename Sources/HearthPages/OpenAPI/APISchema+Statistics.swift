extension APISchema {
    package static let periods = ["minute", "hourly", "daily", "weekly", "monthly"]

    /// Schemas of `GET /api/v1/cache/statistics`.
    static let statistics = [
        APISchema(
            name: "Statistics", meaning: "What was asked and what it saved, over whole buckets of a period.",
            fields: [
                .required("period", .choice(periods), "The length of a bucket."),
                .required("startDate", .timestamp, "The beginning of the first bucket."),
                .required("endDate", .timestamp, "The end of the last bucket, not part of it."),
                .required("generatedAt", .timestamp, "When this was computed."),
                .required("completeThrough", .timestamp, "Everything before is counted, on every replica that is known."),
                .required("replicas", .reference("Replicas"), "Whose figures these are."),
                .required("metrics", .reference("Metrics"), "The totals."),
                .required("languageBreakdown", .each(languages, .reference("LanguageShare")), "By language."),
                .required("categoryBreakdown", .each(categories, .reference("CategoryShare")), "By category."),
                .required("byResult", .each(results, .integer), "Requests by how the look-up ended."),
                .required("latencyByResult", .each(results, .reference("Latency")), "Response times by how the look-up ended."),
                .required("missReasons", .each(missReasons, .integer), "Why questions were not answered from the cache."),
                .required("sharedMisses", .integer, "Of the result miss: those answered by a call that another request made."),
                .required("grid", .list(.reference("LanguageAndCategory")), "By language and category, where anything was asked."),
                .required("savings", .reference("Savings"), "Money."),
                .required("previous", .reference("PreviousPeriod"), "The same number of buckets before."),
                .required("series", .list(.reference("Bucket")), "The same per bucket, in order."),
            ]),
        APISchema(
            name: "TopQueries", meaning: "Questions that are asked again and again.",
            fields: [
                .required("queries", .list(.reference("TopQuery")), "The first of them first."),
                .required(
                    "uncounted", .integer,
                    "Requests whose question was counted together with other rare ones; no count lacks more than this."),
            ]),
        APISchema(
            name: "TopQuery", meaning: "One question.",
            fields: [
                .optional("query", .text, "As it was first asked; absent where original texts are not kept."),
                .optional("normalizedQuery", .text, "What all its ways of asking have in common; absent where it may not be shown."),
                .optional(
                    "hidden", .choice(["original_not_kept", "fewer_than_three_customers"]), "Why texts are absent."),
                .required("language", .choice(languages), "Its language."), .required("category", .choice(categories), "What it is about."),
                .required("tenant", .text, "Who asks."), .required("hitCount", .integer, "Requests answered from the cache."),
                .required("missCount", .integer, "All other requests."),
                .optional("missReason", .choice(missReasons), "Why it was not answered from the cache the last time it was not."),
                .required("firstAccessed", .timestamp, "When it was first asked."),
                .required("lastAccessed", .timestamp, "When it was last asked."),
                .optional("confidenceScore", .share(upTo: 1), "Of the answer given last."),
                .required("costSavings", .number, "US dollars that did not have to be paid."),
                .required("cost", .number, "US dollars that were paid for its answers."),
            ]),
        APISchema(
            name: "Metrics", meaning: "Totals; cacheHits and cacheMisses together are totalRequests.",
            fields: [
                .required("totalRequests", .integer, "Answered and failed questions."),
                .required("cacheHits", .integer, "Answered from the cache, fresh or stale."),
                .required("cacheMisses", .integer, "All others."),
                .required("hitRate", .share(upTo: 100), "Hits per hundred requests."),
                .required("failedRequests", .integer, "Questions that got an error."),
                .required("estimatedCostSavings", .number, "US dollars that hits did not have to pay."),
                .required("aiApiCallsCost", .number, "US dollars that callers' requests paid to the provider."),
                .required("totalCostWithoutCache", .number, "US dollars: the two together."),
                .required("avgCacheResponseTime", .number, "Milliseconds, over answers from the cache."),
                .required("avgAiResponseTime", .number, "Milliseconds of waiting for the provider, over the requests that did."),
                .required("p50CacheResponseTime", .number, "Milliseconds; half of the answers from the cache took no longer."),
                .required("p95CacheResponseTime", .number, "Milliseconds; 95 of 100 answers from the cache took no longer."),
                .required("p99CacheResponseTime", .number, "Milliseconds; 99 of 100 answers from the cache took no longer."),
            ]),
        APISchema(
            name: "LanguageShare", meaning: "The part of one language.",
            fields: [
                .required("requests", .integer, "Questions."), .required("hits", .integer, "Answered from the cache."),
                .required("hitRate", .share(upTo: 100), "Hits per hundred questions."),
                .required("estimatedCostSavings", .number, "US dollars that were not paid."),
            ]),
        APISchema(
            name: "LanguageAndCategory", meaning: "One category in one language.",
            fields: [
                .required("language", .choice(languages), "The language."), .required("category", .choice(categories), "The category."),
                .required("requests", .integer, "Questions."), .required("hits", .integer, "Answered from the cache."),
                .required("hitRate", .share(upTo: 100), "Hits per hundred questions."),
            ]),
        APISchema(
            name: "CategoryShare", meaning: "The part of one category.",
            fields: [
                .required("requests", .integer, "Questions."), .required("hits", .integer, "Answered from the cache."),
                .required("hitRate", .share(upTo: 100), "Hits per hundred questions."),
                .required("avgResponseTime", .number, "Milliseconds."),
                .required("estimatedCostSavings", .number, "US dollars that were not paid."),
            ]),
        APISchema(
            name: "Latency", meaning: "Response times in milliseconds.",
            fields: [
                .required("average", .number, "The mean."), .required("p50", .number, "The median."),
                .required("p95", .number, "95 of 100 took no longer."), .required("p99", .number, "99 of 100 took no longer."),
            ]),
        APISchema(
            name: "Savings", meaning: "Money in US dollars.",
            fields: [
                .required("avoided", .number, "What hits did not have to pay."),
                .required("warming", .number, "What warming paid."),
                .required("refresh", .number, "What refreshing kept answers paid."),
                .required("shadow", .number, "What checking kept answers paid."),
                .required("net", .number, "avoided less the other three."),
            ]),
        APISchema(
            name: "Replicas", meaning: "Instances of Hearth that share statistics.",
            fields: [
                .required("reporting", .integer, "Heard of within half a minute, the answering one included."),
                .required("known", .integer, "Heard of within an hour and not shut down."),
            ]),
        APISchema(
            name: "PreviousPeriod", meaning: "The same number of buckets before the range.",
            fields: [
                .required("startDate", .timestamp, "Its beginning."), .required("endDate", .timestamp, "Its end."),
                .required("complete", .boolean, "False when a part of it is no longer kept."),
                .required("metrics", .reference("Metrics"), "The totals."), .required("savings", .reference("Savings"), "Money."),
            ]),
        APISchema(
            name: "Bucket", meaning: "One bucket of the series.",
            fields: [
                .required("startDate", .timestamp, "Its beginning."), .required("endDate", .timestamp, "Its end, not part of it."),
                .required("complete", .boolean, "Whether it is over and counted on every known replica."),
                .required("metrics", .reference("Metrics"), "The totals."),
                .required("byResult", .each(results, .integer), "Requests by how the look-up ended."),
                .required("missReasons", .each(missReasons, .integer), "Why questions were not answered from the cache."),
                .required("sharedMisses", .integer, "Of the result miss: those answered by a call that another request made."),
                .required("savings", .reference("Savings"), "Money."),
            ]),
    ]
}
