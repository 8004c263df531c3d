import HearthCache
import HearthPages
import HearthTelemetry

/// How stores and provider are, from what answers the API and the metrics.
struct HealthPanels: Sendable {
    let cache: AnswerCache
    let health: HealthReporter
    let conditions: ConditionWatch
    let alertmanager: AlertmanagerReader?
    let trail: AuditTrail
    let registry: MetricRegistry
    let shelf: PanelShelf
    let configuration: HearthConfiguration
    let providerName: String
    let breaker: BreakerWatch

    func stores() async -> Panel<[StoreState]> {
        await shelf.panel("stores") { [self] in
            let report = await health.cacheHealth(of: .everything)
            let degradations = health.degradations
            func reason(_ name: String) -> String? { degradations.first { $0.component == name }?.reason }
            var stores = [
                StoreState(
                    name: "memory", isUp: true, entries: Int64(cache.memory.count), sizeBytes: Int64(cache.memory.sizeBytes),
                    capacityBytes: Int64(configuration.cache.memoryBytes))
            ]
            let hasRedis = configuration.redis.url != nil
            let kept = hasRedis ? report.redis : report.database
            let store: StoreName = hasRedis ? .redis : .sqlite
            // The embedded database is one file, without connections that are counted.
            let connections = hasRedis ? pool(of: .redis) : nil
            stores.append(
                StoreState(
                    name: health.storeName, isUp: kept.connected, reason: reason(health.storeName),
                    p95Milliseconds: p95(MetricCatalogue.storeOperationDuration, [store.rawValue, "get"]) ?? kept.latency,
                    entries: Int64(report.cacheMetrics.totalEntries), sizeBytes: report.cacheMetrics.totalSize,
                    capacityBytes: Int64(configuration.cache.maximumBytes),
                    oldest: report.cacheMetrics.oldestEntry.flatMap { Timestamp(iso8601: $0) }, poolInUse: connections?.used,
                    poolSize: connections?.size))
            if configuration.database.url != nil {
                let connections = pool(of: .postgres)
                stores.append(
                    StoreState(
                        name: "PostgreSQL", isUp: report.database.connected, reason: reason("PostgreSQL"),
                        p95Milliseconds: report.database.latency, poolInUse: connections?.used, poolSize: connections?.size)
                )
            }
            return stores
        }
    }

    func provider() async -> Panel<ProviderStanding> {
        let model = configuration.provider.model
        func calls(_ failure: String) -> Histogram {
            registry.histogram(MetricCatalogue.upstreamDuration, labels: ["chat", providerName, model, failure])
        }
        let errors = UpstreamInstruments.Failure.labelValues.map { (kind: $0, count: Int64(clamping: calls($0).count)) }
            .filter { $0.count > 0 }
        let done = Int64(clamping: calls("").count)
        func tokens(_ type: TokenType) -> Int64 {
            Int64(registry.histogram(MetricCatalogue.upstreamTokens, labels: ["chat", providerName, model, type.label]).sum)
        }
        return .ready(
            ProviderStanding(
                name: providerName, breaker: breakerState, breakerSince: breaker.changedAt,
                calls: done + errors.reduce(0) { $0 + $1.count }, errors: errors,
                p95Milliseconds: p95(MetricCatalogue.upstreamDuration, ["chat", providerName, model, ""]),
                inputTokens: tokens(.input), outputTokens: tokens(.output)))
    }

    var breakerState: ProviderStanding.Breaker {
        ProviderStanding.Breaker.allCases.first {
            registry.gauge(MetricCatalogue.upstreamBreakerState, labels: [providerName, $0.rawValue]).value == 1
        } ?? .closed
    }

    /// How a provider that is left alone stands in the line of the service's state; nil for one that is asked.
    var providerDegradation: ServiceStatus.Degradation? {
        guard breakerState != .closed else { return nil }
        return .init(
            component: "provider", reason: "calls to \(providerName) failed, so it is left alone; kept answers are served",
            since: breaker.changedAt)
    }

    /// Connections in use and allowed; nil where none are counted.
    private func pool(of store: StoreName) -> (used: Int, size: Int)? {
        func gauge(_ state: StoreInstruments.ConnectionState) -> Int {
            Int(registry.gauge(MetricCatalogue.storeConnections, labels: [store.rawValue, state.label]).value)
        }
        let size = Int(registry.gauge(MetricCatalogue.storeConnectionsLimit, labels: [store.rawValue]).value)
        let (active, idle) = (gauge(.active), gauge(.idle))
        return size > 0 && active + idle > 0 ? (active, size) : nil
    }

    func standing() async -> Panel<[Condition]> {
        await shelf.panel("conditions") { [conditions] in
            await conditions.readings().readings.map(Condition.init)
        }
    }

    func alerts() async -> AlertmanagerState {
        guard let alertmanager else { return .notConfigured }
        let panel: Panel<AlertmanagerReader.Reading> = await shelf.panel("alerts") { await alertmanager.reading() }
        guard let reading = panel.content else { return .unreachable(reason: "it does not answer") }
        if let problem = reading.problem { return .unreachable(reason: problem) }
        return .alerts(
            reading.alerts.map {
                .init(
                    name: $0.name, summary: $0.summary ?? "", severity: $0.severity,
                    since: Timestamp(iso8601: $0.startsAt) ?? reading.checkedAt, isSilenced: $0.state == "suppressed", runbook: $0.runbook)
            })
    }

    func events(_ range: PageRange, at now: Timestamp) async -> Panel<[PageEvent]> {
        await shelf.panel("events \(range)") { [trail] in
            var query = AuditQuery(limit: 50)
            (query.from, query.through) = range.bounds(at: now)
            query.actions = AuditAction.notable
            query.isOfDoneOnly = true
            return try await ObservationRoutes.records(query, of: trail).map { PageEvent($0) }
        }
    }

    private func p95(_ descriptor: MetricDescriptor, _ labels: [String]) -> Double? {
        registry.histogram(descriptor, labels: labels).quantile(0.95).map { $0 * 1000 }
    }
}
