package import HearthTelemetry

/// Archives and removes query patterns; part of the job `retain-statistics`.
package struct PatternRetention: Sendable {
    /// What one run did, in patterns.
    package struct Result: Equatable, Sendable {
        package var archived = 0
        package var removed = 0
        /// What was counted of one pattern in one month.
        package var monthsRemoved = 0
        /// Moved to the remainder because too many were kept.
        package var folded = 0

        package init() {}
    }

    private let store: any QueryPatternStore
    private let limit: Int
    private let unseen: Duration
    private let archive: Duration
    private let months: Duration

    /// - Parameters:
    ///   - limit: patterns that are kept, the archived ones included.
    ///   - unseen: how long a pattern stays without being asked.
    ///   - archive: how long it stays in the archive.
    ///   - months: how long it is known what was counted in a month; as long as ``StatisticsRetention`` keeps months.
    package init(
        store: any QueryPatternStore, limit: Int, unseen: Duration = .seconds(90 * 86_400), archive: Duration = .seconds(366 * 86_400),
        months: Duration = .seconds(366 * 86_400)
    ) {
        self.store = store
        self.limit = limit
        self.unseen = unseen
        self.archive = archive
        self.months = months
    }

    /// Every step is one short transaction, so a run may end anywhere and the next goes on.
    package func run(now: Timestamp) async throws(StatisticsError) -> Result {
        var result = Result()
        result.archived = try await repeated { () async throws(StatisticsError) in
            try await store.archivePatterns(unseenSince: now - unseen, at: now)
        }
        result.removed = try await repeated { () async throws(StatisticsError) in
            try await store.removePatterns(archivedBefore: now - archive)
        }
        result.monthsRemoved = try await repeated { () async throws(StatisticsError) in
            try await store.removePatternMonths(before: StatisticsPeriod.monthly.bucketStart(containing: now - months))
        }
        result.folded = try await repeated { () async throws(StatisticsError) in try await store.foldPatterns(over: limit) }
        return result
    }

    private func repeated(_ step: () async throws(StatisticsError) -> Int) async throws(StatisticsError) -> Int {
        var total = 0
        while true {
            let count = try await step()
            guard count > 0 else { return total }
            total += count
            guard !Task.isCancelled else { throw .cancelled }
        }
    }
}
