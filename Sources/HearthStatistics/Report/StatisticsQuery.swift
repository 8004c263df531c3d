package import HearthTelemetry

/// Answers questions about usage, true to the last recorded request of this replica and the last flush of the others.
///
/// Nothing is written for a report. What is stored is read in one snapshot together with the number of the last batch in it;
/// what is pending in memory is added from the batches after that one. So no request is missing and none is counted twice, even
/// while a flush is under way or its acknowledgement was lost.
package struct StatisticsQuery: Sendable {
    private let store: any StatisticsStore
    private let buffer: StatisticsBuffer
    private let time: any TimeSource
    private let retention: StatisticsRetention

    /// A replica not heard of for this long is not reporting; it says something every 10 seconds.
    private static let reportingLimit: Duration = .seconds(30)
    /// A replica not heard of for this long is no longer waited for.
    private static let knownLimit: Duration = .seconds(3600)

    package init(
        store: any StatisticsStore, buffer: StatisticsBuffer, time: any TimeSource,
        retention: StatisticsRetention = StatisticsRetention()
    ) {
        self.store = store
        self.buffer = buffer
        self.time = time
        self.retention = retention
    }

    /// A report on the buckets that the range touches, about what is selected.
    ///
    /// `from` and `to` are widened to whole buckets in UTC; `to` is exclusive. Without them the range ends with the current
    /// bucket and has 120 minutes, 24 hours, 30 days, 12 weeks or 12 months.
    package func report(
        period: StatisticsPeriod, from: Timestamp? = nil, to: Timestamp? = nil, of selection: UsageSelection = UsageSelection()
    ) async throws(StatisticsError) -> StatisticsReport {
        try await report(StatisticsRange(period: period, from: from, to: to, now: time.now(), retention: retention), of: selection)
    }

    /// A report on the dates of a request, which are ISO 8601; an end without a time of day includes that day.
    package func report(
        period: StatisticsPeriod, startDate: String?, endDate: String?, of selection: UsageSelection = UsageSelection()
    ) async throws(StatisticsError) -> StatisticsReport {
        try await report(
            .parse(period: period, startDate: startDate, endDate: endDate, now: time.now(), retention: retention), of: selection)
    }

    /// The totals of the current day in UTC.
    package func today() async throws(StatisticsError) -> StatisticsReport.Metrics {
        let start = StatisticsPeriod.daily.bucketStart(containing: time.now())
        return try await report(period: .daily, from: start, to: StatisticsPeriod.daily.bucketEnd(from: start)).metrics
    }

    /// When the first request of a tenant that is still known was counted, or anybody's for nil; nil before there was one.
    package func firstRequest(of tenant: Tenant?) async throws(StatisticsError) -> Timestamp? {
        try await store.firstRequest(of: tenant)
    }

    package func report(
        _ range: StatisticsRange, of selection: UsageSelection = UsageSelection()
    ) async throws(StatisticsError) -> StatisticsReport {
        let now = time.now()
        let pending = buffer.pending(at: now)
        var stored = try await store.read(range.withPrevious, of: selection, for: buffer.replica)
        for batch in pending where batch.sequence > stored.appliedSequence { stored.summary.add(batch.deltas) }
        return Self.report(range, of: stored, asSeenBy: buffer.replica, now: now)
    }

    private static func report(
        _ range: StatisticsRange, of stored: StoredUsage, asSeenBy replica: ReplicaIdentity, now: Timestamp
    ) -> StatisticsReport {
        let others = stored.replicas.filter { $0.name != replica.name && !$0.hasLeft && $0.lastSeen >= now - knownLimit }
        let completeThrough = others.reduce(now) { min($0, $1.lastSeen) }
        let keptFrom = stored.removedBefore ?? Timestamp(milliseconds: .min)
        var total = BucketSummary()
        var series: [StatisticsReport.Bucket] = []
        for start in range.bucketStarts {
            let sums = stored.summary.buckets[start] ?? BucketSummary()
            total.add(sums)
            let end = range.period.bucketEnd(from: start)
            series.append(
                StatisticsReport.Bucket(
                    startDate: start, endDate: end, complete: end <= completeThrough && start >= keptFrom,
                    metrics: sums.metrics, byResult: sums.requestsByResult, missReasons: sums.missReasons, sharedMisses: sums.sharedMisses,
                    savings: sums.savings))
        }
        return StatisticsReport(
            period: range.period, startDate: range.start, endDate: range.end, generatedAt: now, completeThrough: completeThrough,
            replicas: StatisticsReport.Replicas(
                reporting: 1 + others.count { $0.lastSeen >= now - reportingLimit }, known: 1 + others.count),
            metrics: total.metrics, languageBreakdown: total.languageBreakdown, categoryBreakdown: total.categoryBreakdown,
            byResult: total.requestsByResult, latencyByResult: total.latencyByResult, missReasons: total.missReasons,
            sharedMisses: total.sharedMisses,
            grid: total.grid, savings: total.savings, previous: previous(of: range, in: stored, keptFrom: keptFrom), series: series)
    }

    private static func previous(of range: StatisticsRange, in stored: StoredUsage, keptFrom: Timestamp) -> StatisticsReport.Previous {
        let previous = range.previous
        var total = BucketSummary()
        for start in previous.bucketStarts {
            if let sums = stored.summary.buckets[start] { total.add(sums) }
        }
        return StatisticsReport.Previous(
            startDate: previous.start, endDate: previous.end, complete: previous.start >= keptFrom, metrics: total.metrics,
            savings: total.savings)
    }
}
