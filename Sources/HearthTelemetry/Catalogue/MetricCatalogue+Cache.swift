extension MetricCatalogue {
    static let cache: [MetricDescriptor] = [
        cacheRequests, answerDuration, overheadDuration, cacheLookupDuration, cacheEntries, cacheSize, cacheCapacity, cacheInsertions,
        cacheWriteSkips, cacheWriteDrops, cacheEvictions, cacheInvalidations, cacheEntryAge, cacheSimilarity, cacheCoalesced,
        cacheShadowChecks, cacheShadowSkips, cacheShadowWaiting, cacheLifetimeFactor, cacheSavedTokens, cacheSavedUpstream,
        cacheIntegrityFailures, cacheRememberedBodies, cacheKnownKeys, cacheRefreshCallsLeft, cacheWarmCallsLeft, cachePrunedEntries,
        cachePrunedBytes,
        cacheCoherenceLive, cacheCoherenceResyncs,
    ]

    private static let store = LabelDescriptor("store", StoreName.self)

    /// 7 lines: hit and stale go with exact and semantic, the other results with none.
    package static let cacheRequests = MetricDescriptor(
        "hearth_cache_requests_total", .counter,
        labels: [LabelDescriptor("result", LookupResult.self), LabelDescriptor("match", Match.self)], expectedChildren: 7,
        help: "Answer requests by how the look-up ended, counted when the answer is complete."
    )
    /// 100 lines: 5 results. With traces: it is what people ask about first.
    package static let answerDuration = MetricDescriptor(
        "hearth_answer_duration_seconds", .histogram, unit: .seconds, labels: [LabelDescriptor("result", LookupResult.self)],
        buckets: .http, keepsExemplars: true, help: "Time to answer as the caller sees it."
    )
    /// 15 lines.
    package static let overheadDuration = MetricDescriptor(
        "hearth_overhead_duration_seconds", .histogram, unit: .seconds, buckets: .fast,
        help: "Answer time minus the time spent waiting for the AI provider."
    )
    /// 60 lines: 4 stages.
    package static let cacheLookupDuration = MetricDescriptor(
        "hearth_cache_lookup_duration_seconds", .histogram, unit: .seconds, labels: [LabelDescriptor("stage", LookupStage.self)],
        buckets: .fast, help: "Time spent in each stage of a look-up."
    )
    /// 1 line.
    package static let cacheKnownKeys = MetricDescriptor(
        "hearth_cache_known_keys", .gauge, help: "Keys that the embedded store is known to hold, so that others need no look-up.")
    package static let cacheRememberedBodies = MetricDescriptor(
        "hearth_cache_remembered_bodies", .gauge, help: "Request bodies whose question is remembered."
    )
    /// 1 line.
    package static let cacheRefreshCallsLeft = MetricDescriptor(
        "hearth_cache_refresh_calls_left", .gauge, help: "Calls that refresh-popular may still make within the hour."
    )
    /// 1 line.
    package static let cacheWarmCallsLeft = MetricDescriptor(
        "hearth_cache_warm_calls_left", .gauge, help: "Calls that warming may still make within the hour."
    )
    /// 4 lines.
    package static let cachePrunedEntries = MetricDescriptor(
        "hearth_cache_pruned_entries_total", .counter, labels: [LabelDescriptor("rule", CacheInstruments.PruneRule.self)],
        help: "Answers that maintenance removed from the durable store."
    )
    /// 1 line.
    package static let cachePrunedBytes = MetricDescriptor(
        "hearth_cache_pruned_bytes_total", .counter, unit: .bytes, help: "Bytes of the answers that maintenance removed."
    )
    /// 1 line, where replicas share a store.
    package static let cacheCoherenceLive = MetricDescriptor(
        "hearth_cache_coherence_live", .gauge, help: "Whether this replica hears what others change in the shared store."
    )
    /// 1 line, where replicas share a store.
    package static let cacheCoherenceResyncs = MetricDescriptor(
        "hearth_cache_coherence_resyncs_total", .counter, help: "Times that this replica began to hear what others change."
    )
    /// 4 lines.
    package static let cacheEntries = MetricDescriptor("hearth_cache_entries", .gauge, labels: [store], help: "Answers that are kept.")
    /// 4 lines.
    package static let cacheSize = MetricDescriptor(
        "hearth_cache_size_bytes", .gauge, unit: .bytes, labels: [store], help: "Space that kept answers take."
    )
    /// 4 lines.
    package static let cacheCapacity = MetricDescriptor(
        "hearth_cache_capacity_bytes", .gauge, unit: .bytes, labels: [store], help: "Space that kept answers may take."
    )
    /// 12 lines: 4 stores, 3 outcomes.
    package static let cacheInsertions = MetricDescriptor(
        "hearth_cache_insertions_total", .counter, labels: [store, LabelDescriptor("outcome", CacheInstruments.InsertionOutcome.self)],
        help: "Answers written to a store."
    )
    /// 5 lines.
    package static let cacheWriteSkips = MetricDescriptor(
        "hearth_cache_write_skips_total", .counter, labels: [LabelDescriptor("reason", WriteSkipReason.self)],
        help: "Answers that were deliberately not kept."
    )
    /// 4 lines.
    package static let cacheWriteDrops = MetricDescriptor(
        "hearth_cache_write_drops_total", .counter, labels: [LabelDescriptor("reason", WriteDropReason.self)],
        help: "Answers that should have been kept and were lost on their way to the store."
    )
    /// 12 lines: 4 stores, 3 reasons.
    package static let cacheEvictions = MetricDescriptor(
        "hearth_cache_evictions_total", .counter, labels: [store, LabelDescriptor("reason", CacheInstruments.EvictionReason.self)],
        help: "Answers removed from a store."
    )
    /// 6 lines: 3 scopes, 2 outcomes.
    package static let cacheInvalidations = MetricDescriptor(
        "hearth_cache_invalidations_total", .counter,
        labels: [
            LabelDescriptor("scope", CacheInstruments.InvalidationScope.self),
            LabelDescriptor("outcome", CacheInstruments.InvalidationOutcome.self),
        ],
        help: "Calls to invalidate answers."
    )
    /// 12 lines.
    package static let cacheEntryAge = MetricDescriptor(
        "hearth_cache_entry_age_seconds", .histogram, unit: .seconds, buckets: .age,
        help: "Age of an answer at the moment it is reused."
    )
    /// 30 lines: 2 decisions.
    package static let cacheSimilarity = MetricDescriptor(
        "hearth_cache_similarity_ratio", .histogram, unit: .ratio, labels: [LabelDescriptor("decision", ["accepted", "rejected"])],
        buckets: .similarity, help: "Similarity of the best semantic match, to tune the threshold by."
    )
    /// 3 lines.
    package static let cacheCoalesced = MetricDescriptor(
        "hearth_cache_coalesced_requests_total", .counter,
        labels: [LabelDescriptor("outcome", CacheInstruments.CoalescingOutcome.self)],
        help: "Callers that waited for another caller's identical request."
    )
    /// 3 lines.
    package static let cacheShadowChecks = MetricDescriptor(
        "hearth_cache_shadow_checks_total", .counter, labels: [LabelDescriptor("verdict", ShadowInstruments.Verdict.self)],
        help: "Sampled hits that were asked of the provider again and compared."
    )
    /// 3 lines.
    package static let cacheShadowSkips = MetricDescriptor(
        "hearth_cache_shadow_skips_total", .counter, labels: [LabelDescriptor("reason", ShadowInstruments.SkipReason.self)],
        help: "Sampled hits that were not asked of the provider again."
    )
    /// 1 line.
    package static let cacheShadowWaiting = MetricDescriptor(
        "hearth_cache_shadow_waiting", .gauge, help: "Sampled hits that wait to be compared or are being compared."
    )
    /// 8 lines.
    package static let cacheLifetimeFactor = MetricDescriptor(
        "hearth_cache_lifetime_factor", .gauge, labels: [LabelDescriptor("category", ResponseCategory.self)],
        help: "Share of the configured lifetime that new answers get; below 1 where shadow checks found too many that differ."
    )
    /// 2 lines.
    package static let cacheSavedTokens = MetricDescriptor(
        "hearth_cache_saved_tokens_total", .counter, unit: .tokens, labels: [LabelDescriptor("gen_ai_token_type", TokenType.self)],
        help: "Tokens that were not bought because of hits."
    )
    /// 1 line.
    package static let cacheSavedUpstream = MetricDescriptor(
        "hearth_cache_saved_upstream_seconds_total", .counter, unit: .seconds,
        help: "Provider time that was recorded with the answers that were reused."
    )
    /// 2 lines.
    package static let cacheIntegrityFailures = MetricDescriptor(
        "hearth_cache_integrity_failures_total", .counter, labels: [LabelDescriptor("kind", IntegrityFailure.self)],
        help: "Kept entries that were refused as answers because they are damaged or belong to another question."
    )
}
