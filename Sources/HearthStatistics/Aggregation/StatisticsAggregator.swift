package import HearthTelemetry

/// The work of the jobs `aggregate-statistics` and `retain-statistics`.
///
/// Every step is one short transaction that leaves the store right by itself, so a run may end anywhere and the next goes on.
package struct StatisticsAggregator: Sendable {
    private let store: any StatisticsStore
    private let retention: StatisticsRetention
    private let settle: Duration

    /// `settle` is how long after its end an hour is left alone, so that replicas can store the last of it; rows that come later
    /// re-open the hour.
    package init(
        store: any StatisticsStore, retention: StatisticsRetention = StatisticsRetention(), settle: Duration = .seconds(60)
    ) {
        self.store = store
        self.retention = retention
        self.settle = settle
    }

    /// Joins the minutes of every complete hour that needs it to hours, days, ISO weeks and months.
    package func aggregate(now: Timestamp) async throws(StatisticsError) -> AggregationResult {
        let limit = StatisticsPeriod.hourly.bucketStart(containing: now - settle)
        var result = AggregationResult()
        // With every run, as one of the older replicas may have the next turn and close the hours again without what it does not know.
        try await store.reopenHours(ofUpgradeWithin: retention.minutes)
        while let hour = try await store.aggregateNextHour(endingBy: limit) {
            result.hours += 1
            result.reopenedHours += hour.wasReopened ? 1 : 0
            result.rowsRead += hour.rowsRead
            result.rowsWritten += hour.rowsWritten
            guard !Task.isCancelled else { throw .cancelled }
        }
        let progress = try await store.progress()
        result.watermark = progress.watermark
        result.backlogRows = progress.backlogRows
        return result
    }

    /// How far the work has come.
    package func progress() async throws(StatisticsError) -> AggregationProgress { try await store.progress() }

    /// Removes what is older than it is kept.
    package func retain(now: Timestamp) async throws(StatisticsError) -> RetentionResult {
        var result = RetentionResult()
        for period in StatisticsPeriod.allCases {
            let cutoff = retention.cutoff(of: period, now: now)
            while let removed = try await store.removeOldestBuckets(of: period, before: cutoff) {
                result.removed[period, default: 0] += removed
                guard !Task.isCancelled else { throw .cancelled }
            }
        }
        try await store.forgetReplicas(notSeenSince: now - .seconds(86_400))
        return result
    }
}

/// What one run of aggregation did.
package struct AggregationResult: Equatable, Sendable {
    package var hours = 0
    /// Hours among them that had been aggregated before.
    package var reopenedHours = 0
    package var rowsRead = 0
    package var rowsWritten = 0
    /// Minute rows of the hours that are not complete.
    package var backlogRows = 0
    /// Every hour before it is aggregated.
    package var watermark: Timestamp?

    package init() {}
}

/// What one run of retention removed, in rows.
package struct RetentionResult: Equatable, Sendable {
    package var removed: [StatisticsPeriod: Int] = [:]

    package init() {}

    package var total: Int { removed.values.reduce(0, +) }
}
