import HearthPages
import HearthStatistics
import HearthTelemetry

/// The figures of usage, from the report that answers the API.
struct UsagePanels: Sendable {
    let statistics: StatisticsQuery
    let trail: AuditTrail
    let shelf: PanelShelf
    let timeSource: any TimeSource
    let retention = StatisticsRetention()

    private static let markedEvents = 60

    func usage(_ state: PageState, of tenant: Tenant?) async -> Panel<Usage> {
        let name = "usage \(tenant?.name ?? "*") \(state.range) \(state.language?.rawValue ?? "*") \(state.category?.rawValue ?? "*")"
        return await shelf.panel(name) { try await read(state, of: tenant) }
    }

    /// The whole of a month.
    func month(_ month: CivilMonth, of tenant: Tenant?) async -> Panel<Usage> {
        await shelf.panel("month \(tenant?.name ?? "*") \(month.text)") {
            await usage(try await report(month, of: tenant), of: tenant)
        }
    }

    /// The same as a table.
    func monthTable(_ month: CivilMonth, of tenant: Tenant?) async -> Panel<String> {
        await shelf.panel("month table \(tenant?.name ?? "*") \(month.text)") { try await report(month, of: tenant).csv() }
    }

    /// The whole of a month.
    func bounds(of month: CivilMonth) -> Range<Timestamp> {
        let start = Timestamp(iso8601: month.text + "-01") ?? timeSource.now()
        return start..<StatisticsPeriod.monthly.bucketEnd(from: start)
    }

    private func report(_ month: CivilMonth, of tenant: Tenant?) async throws(StatisticsError) -> StatisticsReport {
        let bounds = bounds(of: month)
        return try await statistics.report(
            period: .monthly, from: bounds.lowerBound, to: bounds.upperBound, of: UsageSelection(tenant: tenant))
    }

    private func read(_ state: PageState, of tenant: Tenant?) async throws -> Usage {
        let selection = UsageSelection(tenant: tenant, language: state.language, category: state.category)
        let now = timeSource.now()
        var length: BucketLength? = state.range.bucket
        while let bucket = length {
            let period = bucket.period
            let (from, to) = Self.bounds(state.range, period, at: now)
            do throws(StatisticsError) {
                return await usage(try await statistics.report(period: period, from: from, to: to, of: selection), of: tenant)
            } catch {
                // What is older than the finest that is kept is shown as coarse as it is kept.
                guard case .rangeTooLarge = error, let next = bucket.coarser else { throw error }
                length = next
            }
        }
        throw APIError(.invalidRequest, "The range is longer than anything is kept.")
    }

    /// The same buckets as the API gives where no dates are named.
    private static func bounds(_ range: PageRange, _ period: StatisticsPeriod, at now: Timestamp) -> (from: Timestamp, to: Timestamp?) {
        let count: Int
        switch range {
        case .hour: count = 60
        case .day: count = 24
        case .week: count = 168
        case .month: count = 30
        case .quarter: count = 13
        case .year: count = 12
        case .between(let from, let to): return (from, to)
        }
        return (period.bucketStart(period.bucketStart(containing: now), advancedBy: 1 - count), nil)
    }

    private func usage(_ report: StatisticsReport, of tenant: Tenant?) async -> Usage {
        // Only an empty range has to say when there was something.
        let isEmpty = report.metrics.totalRequests == 0
        let first = isEmpty ? (try? await statistics.firstRequest(of: tenant)) : nil
        return Usage(
            from: report.startDate, to: report.endDate, bucket: BucketLength(report.period), totals: UsageTotals(report),
            previous: report.previous.complete && report.previous.metrics.totalRequests > 0 ? UsageTotals(report.previous) : nil,
            buckets: report.series.map(UsageBucket.init),
            languages: report.languageBreakdown.entries.map {
                UsageShare(
                    key: $0.key, answers: $0.value.requests, fromCache: $0.value.hits, hitRate: $0.value.hitRate,
                    savedDollars: $0.value.estimatedCostSavings)
            },
            categories: report.categoryBreakdown.entries.map {
                UsageShare(
                    key: $0.key, answers: $0.value.requests, fromCache: $0.value.hits, hitRate: $0.value.hitRate,
                    savedDollars: $0.value.estimatedCostSavings)
            },
            grid: report.grid.map { GridCell(language: $0.language, category: $0.category, answers: $0.requests, hitRate: $0.hitRate) },
            marks: (try? await marks(from: report.startDate, to: report.endDate)) ?? [], firstQuestion: first,
            keptDays: Int(retention.limit(of: report.period).components.seconds / 86_400))
    }

    private func marks(from: Timestamp, to: Timestamp) async throws -> [PageEvent] {
        var query = AuditQuery(limit: Self.markedEvents)
        query.actions = [.serviceStarted, .versionChanged, .configurationRead, .invalidate, .breakerOpened]
        query.isOfDoneOnly = true
        (query.from, query.through) = (from, to)
        return try await trail.store.records(query).reversed().map { PageEvent($0) }
    }
}

extension BucketLength {
    var period: StatisticsPeriod {
        switch self {
        case .minute: .minute
        case .hour: .hourly
        case .day: .daily
        case .week: .weekly
        case .month: .monthly
        }
    }

    init(_ period: StatisticsPeriod) {
        self =
            switch period {
            case .minute: .minute
            case .hourly: .hour
            case .daily: .day
            case .weekly: .week
            case .monthly: .month
            }
    }

    var coarser: BucketLength? {
        switch self {
        case .minute: .hour
        case .hour: .day
        case .day: .week
        case .week: .month
        case .month: nil
        }
    }
}

extension UsageTotals {
    init(_ report: StatisticsReport) {
        self.init(report.metrics, ResultCounts(report.byResult, shared: report.sharedMisses), report.savings)
    }

    init(_ previous: StatisticsReport.Previous) {
        let metrics = previous.metrics
        self.init(metrics, ResultCounts(hit: metrics.cacheHits, miss: metrics.cacheMisses), previous.savings)
    }

    private init(_ metrics: StatisticsReport.Metrics, _ results: ResultCounts, _ savings: StatisticsReport.Savings) {
        self.init(
            results: results, hitRate: metrics.hitRate, savings: SavingsFigures(savings),
            p95CacheMilliseconds: metrics.p95CacheResponseTime,
            paidDollars: metrics.aiApiCallsCost)
    }
}

extension ResultCounts {
    /// - Parameter shared: those of the misses that waited for another's call.
    init(_ results: Breakdown<LookupResult, Int64>, shared: Int64) {
        self.init(
            hit: results[.hit], stale: results[.stale], shared: shared, miss: results[.miss] - shared, bypass: results[.bypass],
            error: results[.error])
    }
}

extension SavingsFigures {
    init(_ savings: StatisticsReport.Savings) {
        self.init(avoided: savings.avoided, warming: savings.warming, refresh: savings.refresh, checks: savings.shadow)
    }
}

extension UsageBucket {
    init(_ bucket: StatisticsReport.Bucket) {
        self.init(
            from: bucket.startDate, to: bucket.endDate, isComplete: bucket.complete,
            results: ResultCounts(bucket.byResult, shared: bucket.sharedMisses),
            savings: SavingsFigures(bucket.savings),
            // Without an answer from the cache there is no time, and 0 ms would be one.
            p95CacheMilliseconds: bucket.metrics.cacheHits > 0 ? bucket.metrics.p95CacheResponseTime : nil)
    }
}

extension PageEvent {
    init(_ record: AuditRecord) {
        let facts = record.parameters.filter { $0.key != "replica" }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let entries = record.entries.map { ["\($0) entries"] } ?? []
        self.init(
            at: record.at, kind: Kind(record.action), text: ([record.action.rawValue] + facts + entries).joined(separator: ", "),
            actor: record.action.isEvent ? record.parameters["replica"] : record.actor,
            act: record.action.isEvent ? nil : record.action.rawValue)
    }
}

extension PageEvent.Kind {
    init(_ action: AuditAction) {
        self =
            switch action {
            case .serviceStarted: .start
            case .serviceStopping: .stop
            case .versionChanged: .version
            case .configurationRead, .configurationRefused: .configuration
            case .breakerOpened, .breakerClosed: .breaker
            case .invalidate, .removeEntry: .invalidation
            case .maintain: .maintenance
            default: .other
            }
    }
}
