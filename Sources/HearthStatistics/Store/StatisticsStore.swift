package import HearthTelemetry

/// Where statistics are kept; SQLite or PostgreSQL, with the same behaviour.
///
/// Rows of hours, days, weeks and months always hold the sum of exactly those hours that were aggregated: each hour is added
/// to all four in one transaction. A reader adds the minutes that are not aggregated, in the same snapshot.
package protocol StatisticsStore: Sendable {
    /// Adds a batch to the minutes in one transaction, unless it was added before.
    ///
    /// Minutes of an hour that was aggregated re-open it. Minutes older than what is kept are added to the longer buckets at once.
    func apply(_ batch: StatisticsBatch) async throws(StatisticsError) -> BatchOutcome

    /// Records that a replica is there, or that it has left and is not to be waited for.
    func note(_ replica: ReplicaIdentity, seenAt: Timestamp, hasLeft: Bool) async throws(StatisticsError)

    /// Everything that a report about a selection's `range` needs, read in one snapshot.
    func read(
        _ range: StatisticsRange, of selection: UsageSelection, for replica: ReplicaIdentity
    ) async throws(StatisticsError) -> StoredUsage

    /// When the first request of a tenant that is still known was counted, or anybody's for nil; nil before there was one.
    func firstRequest(of tenant: Tenant?) async throws(StatisticsError) -> Timestamp?

    /// Aggregates the oldest hour that ends by `limit` and needs it, in one short transaction.
    ///
    /// Returns nil when there is none; then everything before `limit` is aggregated and the watermark stands at least there.
    func aggregateNextHour(endingBy limit: Timestamp) async throws(StatisticsError) -> HourAggregation?

    /// Re-opens every aggregated hour whose minutes are still there, if the tables were changed within `span` for replicas that are newer
    /// than those which made them.
    ///
    /// Replicas of the version before work beside newer ones for a while, and join only the columns that they know.
    func reopenHours(ofUpgradeWithin span: Duration) async throws(StatisticsError)

    /// Removes the oldest buckets of a period that begin before `cutoff`, as many as one short transaction bears.
    ///
    /// Minutes are removed only when their hour is aggregated. Returns nil when nothing is left to remove.
    func removeOldestBuckets(
        of period: StatisticsPeriod, before cutoff: Timestamp
    ) async throws(StatisticsError) -> Int?

    /// Forgets replicas that were not seen since `moment`.
    func forgetReplicas(notSeenSince moment: Timestamp) async throws(StatisticsError)

    /// How far aggregation and removal have come.
    func progress() async throws(StatisticsError) -> AggregationProgress
}

/// What became of a batch.
package enum BatchOutcome: Equatable, Sendable {
    /// Its counts were added now; `rows` were written.
    case applied(rows: Int)
    /// It had been added before.
    case duplicate
}

/// The work done for one hour.
package struct HourAggregation: Equatable, Sendable {
    package var hour: Timestamp
    /// Whether the hour had been aggregated before and later rows re-opened it.
    package var wasReopened: Bool
    package var rowsRead: Int
    package var rowsWritten: Int
}

/// How far aggregation and removal have come.
package struct AggregationProgress: Equatable, Sendable {
    /// Every hour before this moment is aggregated, except re-opened ones; nil before the first run.
    package var watermark: Timestamp?
    /// Hours before the watermark to which rows were added later.
    package var reopenedHours: [Timestamp] = []
    /// Minute rows that are not yet aggregated.
    package var backlogRows: Int = 0
    /// The moment before which the buckets of a period were removed.
    package var removedBefore: [StatisticsPeriod: Timestamp] = [:]
}

/// When a replica was last heard of.
package struct ReplicaSighting: Equatable, Sendable {
    package var name: String
    package var lastSeen: Timestamp
    package var hasLeft: Bool
}

/// The stored part of a report.
package struct StoredUsage: Sendable {
    package var summary: UsageSummary
    /// The last batch of the asking replica that the summary contains; 0 for none.
    package var appliedSequence: Int64
    /// One per name: the latest of its lives.
    package var replicas: [ReplicaSighting]
    /// The moment before which buckets of the range's period were removed.
    package var removedBefore: Timestamp?
}
