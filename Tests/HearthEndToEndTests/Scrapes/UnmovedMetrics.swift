/// Children that ``MovementTests`` does not move, each with its reason.
enum UnmovedMetrics {
    enum Reason {
        /// Hearth has nothing yet that it would count.
        case absent(String)
        /// Needs an engine or a fault that another test brings about: its file, below `Tests`.
        case elsewhere(String)
        /// It is a fault of Hearth itself if it ever moves.
        case mustNot(String)
        /// It stands at 0 whenever a test can look.
        case atRest(String)
    }

    /// By the beginning of the child's name.
    static let reasons: [(child: String, reason: Reason)] = [
        // Not there yet.
        ("hearth_cache_similarity_ratio", .absent("there are no semantic matches")),
        ("hearth_cache_requests_total{result=hit,match=semantic}", .absent("there are no semantic matches")),
        ("hearth_cache_requests_total{result=stale,match=semantic}", .absent("there are no semantic matches")),
        ("hearth_cache_lookup_duration_seconds{stage=embed}", .absent("there are no semantic matches")),
        ("hearth_cache_lookup_duration_seconds{stage=search}", .absent("there are no semantic matches")),
        ("hearth_store_operations_total{store=sqlite,operation=search", .absent("there are no semantic matches")),
        ("hearth_store_operation_duration_seconds{store=sqlite,operation=search}", .absent("there are no semantic matches")),
        ("hearth_cache_write_skips_total{reason=private}", .absent("a caller's no-store counts as uncacheable")),
        ("hearth_cache_write_skips_total{reason=disabled}", .absent("keeping answers cannot be switched off")),
        ("hearth_cache_write_drops_total{reason=store_unavailable}", .absent("writes wait in the queue while a store is away")),
        ("hearth_cache_write_drops_total{reason=read_only}", .absent("no store is opened for reading only")),
        ("hearth_cache_coalesced_requests_total{outcome=timeout}", .absent("who waits is bound by the leader's own time limit")),
        (
            "hearth_aggregation_rows_total{stage=dropped}",
            .absent("nothing is dropped there; losses are in hearth_statistics_dropped_requests_total")
        ),
        ("hearth_cache_insertions_total{store=memory,outcome=error}", .absent("memory does not fail")),
        (
            "hearth_cache_insertions_total{store=sqlite,outcome=rejected}",
            .absent("the gate refuses what is too large before the store is asked")
        ),
        ("hearth_store_connections{store=sqlite", .absent("a file has no connections")),
        ("hearth_store_connections_limit{store=sqlite}", .absent("a file has no connections")),
        ("hearth_store_pending_requests{store=sqlite}", .absent("a file has no connections")),
        ("hearth_store_reconnects_total{store=sqlite", .absent("a file has no connections")),
        ("hearth_store_protocol_errors_total{store=sqlite}", .absent("a file has no connections")),
        ("hearth_store_topology_refreshes_total{store=sqlite}", .absent("a file has no connections")),
        ("hearth_store_breaker_state{store=sqlite", .absent("the embedded store has no breaker")),

        // Other engines, other faults.
        ("hearth_access_", .elsewhere("HearthEndToEndTests/Access/AccessMatrixTests.swift")),
        ("hearth_session_", .elsewhere("HearthEndToEndTests/Access/SessionTests.swift")),
        ("hearth_audit_acts_total{outcome=dropped}", .elsewhere("HearthServerTests/Audit/AuditTrailTests.swift")),
        ("hearth_budget_", .elsewhere("HearthEndToEndTests/Limits/BudgetTests.swift")),
        ("hearth_overload_", .elsewhere("HearthEndToEndTests/Limits/OverloadTests.swift")),
        ("hearth_limits_", .elsewhere("HearthEndToEndTests/Limits/RateLimitTests.swift")),
        ("hearth_http_rejections_total{reason=rate_limited}", .elsewhere("HearthEndToEndTests/Access/KeysCommandTests.swift")),
        ("hearth_http_rejections_total{reason=forbidden}", .elsewhere("HearthEndToEndTests/Lifecycle/AccessTests.swift")),
        ("hearth_inbox_", .elsewhere("HearthEndToEndTests/Inbox/WhatsAppTests.swift")),
        ("hearth_gateway_routing_total", .elsewhere("HearthEndToEndTests/Gateway/GatewayRoutingTests.swift")),
        ("hearth_upstream_invalid_total", .elsewhere("HearthEndToEndTests/Faults/ProviderFaultTests.swift")),
        ("hearth_upstream_stream_aborts_total", .elsewhere("HearthEndToEndTests/Gateway/GatewayStreamTests.swift")),
        ("hearth_cache_shadow_", .elsewhere("HearthEndToEndTests/Answers/ShadowCheckTests.swift")),
        ("hearth_cost_usd_total{purpose=shadow}", .elsewhere("HearthEndToEndTests/Answers/ShadowCheckTests.swift")),
        ("hearth_database_reopened_total", .elsewhere("HearthEndToEndTests/Lifecycle/LostFileTests.swift")),
        ("hearth_trace_", .elsewhere("HearthEndToEndTests/Traces/TraceOutageTests.swift")),
        ("hearth_cache_coherence_", .elsewhere("HearthEndToEndTests/Shared/RedisReplicaTests.swift")),
        ("hearth_scheduler_clock_skew_seconds", .elsewhere("HearthServerTests/SharedDatabaseTests.swift")),
        ("hearth_scheduler_claims_total", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_scheduler_clock_steps_total", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_scheduler_start_lateness_seconds", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_scheduler_config_mismatch", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_scheduler_fence_rejections_total", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_job_skips_total", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_job_runs_total{outcome=timeout}", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_job_runs_total{outcome=cancelled}", .elsewhere("HearthServerTests/Observation/SchedulerMetricsTests.swift")),
        ("hearth_job_paused_until_timestamp_seconds", .elsewhere("HearthEndToEndTests/Jobs/JobRouteTests.swift")),
        (
            "hearth_certificate_expiry_timestamp_seconds{peer=provider}",
            .elsewhere("HearthUpstreamTests/Provider/ProviderClientTests.swift")
        ),
        ("hearth_certificate_reloads_total", .elsewhere("HearthEndToEndTests/Transport/CertificateReloadTests.swift")),
        ("hearth_certificate_expiry_timestamp_seconds{peer=listener}", .elsewhere("HearthEndToEndTests/Transport/EncryptionTests.swift")),
        ("hearth_http_rejections_total{reason=handshake", .elsewhere("HearthEndToEndTests/Transport/EncryptionTests.swift")),
        ("hearth_certificate_expiry_timestamp_seconds", .elsewhere("HearthEndToEndTests/Shared/CertificateTests.swift")),
        ("hearth_job_pings_total", .elsewhere("HearthEndToEndTests/Jobs/ReloadTests.swift")),
        ("hearth_cache_integrity_failures_total", .elsewhere("HearthEndToEndTests/Lifecycle/DamageTests.swift")),
        ("hearth_cache_insertions_total{store=sqlite,outcome=error}", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_cache_write_drops_total{reason=queue_full}", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_cache_write_drops_total{reason=superseded}", .elsewhere("HearthCacheTests/Store/RedisAnswerStoreTests+Clocks.swift")),
        ("hearth_cache_requests_total{result=error", .elsewhere("HearthEndToEndTests/Shared/RedisReplicaTests.swift")),
        ("hearth_answer_duration_seconds{result=error}", .elsewhere("HearthEndToEndTests/Shared/RedisReplicaTests.swift")),
        ("hearth_cache_invalidations_total{scope=key,outcome=error}", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_cache_invalidations_total{scope=prefix,outcome=error}", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_cache_invalidations_total{scope=all,outcome=error}", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_cache_evictions_total{store=sqlite,reason=capacity}", .elsewhere("HearthEndToEndTests/Upkeep/MaintenanceTests.swift")),
        ("hearth_cache_pruned_entries_total", .elsewhere("HearthEndToEndTests/Upkeep/MaintenanceTests.swift")),
        ("hearth_http_rejections_total{reason=", .elsewhere("HearthEndToEndTests/Protocol/ListenerTests.swift")),
        ("hearth_statistics_dropped_requests_total", .elsewhere("HearthStatisticsTests/StatisticsFlusherTests.swift")),
        ("hearth_query_patterns_folded_total", .elsewhere("HearthStatisticsTests/QueryPatternStoreTests.swift")),
        ("hearth_store_operations_total{store=sqlite,operation=", .elsewhere("HearthCacheTests/CacheMetricsTests.swift")),
        ("hearth_upstream_retries_total{reason=timeout}", .elsewhere("HearthUpstreamTests/Retries/RetryPolicyTests.swift")),
        ("hearth_upstream_breaker_state{state=half_open}", .elsewhere("HearthUpstreamTests/Provider/ProviderClientTests.swift")),
        ("hearth_metrics_conflicts_total", .elsewhere("HearthTelemetryTests/RegistryTests.swift")),
        ("hearth_metrics_overflow_total", .elsewhere("HearthTelemetryTests/RegistryTests.swift")),
        ("hearth_metrics_collector_errors_total", .elsewhere("HearthTelemetryTests/RegistryTests.swift")),
        ("hearth_log_dropped_total", .elsewhere("HearthTelemetryTests/LoggingTests.swift")),
        ("hearth_log_messages_total", .elsewhere("HearthTelemetryTests/LoggingTests.swift")),

        ("hearth_scheduler_unaccounted_occurrences", .mustNot("a planned run without a final state")),

        ("hearth_scheduler_jobs{state=paused}", .atRest("pauses are tested in JobRouteTests")),
        ("hearth_job_runs_in_progress", .atRest("runs here take milliseconds")),
        ("hearth_job_oldest_run_start_timestamp_seconds", .atRest("runs here take milliseconds")),
        ("hearth_upstream_requests_in_flight", .atRest("calls here take milliseconds")),
        ("hearth_query_patterns{place=pending}", .atRest("written each second")),
        ("hearth_statistics_pending_rows", .atRest("written each second")),
        ("hearth_audit_pending_acts", .atRest("written each second")),
        ("hearth_aggregation_backlog_rows", .atRest("nothing is older than an hour")),
        ("hearth_aggregation_rows_total", .atRest("nothing is older than an hour")),
    ]
}
