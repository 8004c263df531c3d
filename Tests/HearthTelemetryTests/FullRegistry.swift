import HearthTelemetry

/// A registry with every instrument set of the product in it, as at start-up.
enum FullRegistry {
    static func make(timeSource: any TimeSource = SystemTimeSource()) -> MetricRegistry {
        let registry = MetricRegistry(timeSource: timeSource)
        let cache = CacheInstruments(registry: registry, stores: StoreName.allCases)
        cache.record(
            UsageEvent(
                finishedAt: Timestamp(milliseconds: 0), result: .hit, language: .en, category: .hours, source: .memory,
                duration: .milliseconds(3), savedMicroDollars: 2000))
        let upstream = UpstreamInstruments(registry: registry, provider: "openai", models: ["gpt-4o-mini"])
        upstream.recordCall(model: "gpt-4o-mini", duration: .milliseconds(800))
        upstream.recordCall(model: "surprise", duration: .seconds(30), failure: .timeout)
        upstream.recordTokens(model: "gpt-4o-mini", input: 120, output: 80)
        _ = GatewayInstruments(registry: registry)
        _ = InboxInstruments(registry: registry)
        _ = AccessInstruments(registry: registry)
        _ = AuditInstruments(registry: registry)
        _ = SessionInstruments(registry: registry)
        _ = LimitInstruments(registry: registry)
        _ = OverloadInstruments(registry: registry)
        for store in StoreName.allCases { _ = StoreInstruments(registry: registry, store: store) }
        _ = DatabaseInstruments(registry: registry)
        _ = CertificateInstruments(registry: registry)
        _ = DiskInstruments(registry: registry)
        let jobs = JobInstruments(registry: registry, jobs: ["aggregate-statistics", "prune-cache", "warm-cache"])
        jobs.job("prune-cache").recordRun(.success, duration: .seconds(1), at: Timestamp(milliseconds: 1_763_838_000_123))
        _ = ShadowInstruments(registry: registry)
        _ = AggregationInstruments(registry: registry)
        let http = HTTPInstruments(
            registry: registry, routes: [.init(.post, "/api/v1/cache/query"), .init(.get, "/metrics"), .init(.get, "/jobs/{name}/runs")])
        http.record(.get, http.template(nil), status: 404, duration: .milliseconds(1))
        _ = LogInstruments(registry: registry)
        _ = TraceInstruments(registry: registry)
        _ = ServiceInstruments(registry: registry)
        ProcessCollector(registry: registry)
        BuildInfo(version: "0.1.0", revision: "abc123").register(in: registry)
        return registry
    }
}
