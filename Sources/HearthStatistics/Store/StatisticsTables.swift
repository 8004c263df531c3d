import HearthTelemetry

/// The tables of statistics inside a transaction, whichever database they are in.
///
/// Implementations read and write rows; what the rows mean is decided once, in the extensions of this protocol.
protocol StatisticsTables {
    /// Calls `body` for every row of a tenant, or of all for nil, whose bucket begins in the range; returns how many there were.
    @discardableResult
    func forEachUsage(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp, _ body: (UsageKey, UsageTally) -> Void
    ) throws -> Int

    @discardableResult
    func forEachBackground(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp,
        _ body: (BackgroundKey, BackgroundTally) -> Void
    ) throws -> Int

    /// Adds counts to the rows of those buckets of the period in which their own lie, which are made when they do not exist.
    func add(_ deltas: UsageDeltas, to period: StatisticsPeriod) throws

    /// Removes the buckets that begin before `end`; returns how many rows they had.
    func remove(_ period: StatisticsPeriod, before end: Timestamp) throws -> Int

    /// The end of what one transaction removes, counted from the oldest bucket; nothing that ends after `limit`, if possible.
    func sliceEnd(of period: StatisticsPeriod, from oldest: Timestamp, limit: Timestamp) -> Timestamp

    /// The beginning of the oldest bucket that begins at or after `start`.
    func oldestBucket(of period: StatisticsPeriod, from start: Timestamp) throws -> Timestamp?

    /// The beginning of the oldest bucket with a tenant's requests, or with anybody's for nil.
    func firstBucket(of period: StatisticsPeriod, for tenant: Tenant?) throws -> Timestamp?

    /// How many rows the minutes from a moment on have; from the first for nil.
    func minuteRows(from moment: Timestamp?) throws -> Int

    /// Every hour before it is aggregated.
    func watermark() throws -> Timestamp?
    /// Moves the watermark forward; it never goes back.
    func advanceWatermark(to moment: Timestamp) throws
    /// Buckets of the period that began before it were removed.
    func removedBefore(_ period: StatisticsPeriod) throws -> Timestamp?
    func advanceRemovedBefore(_ period: StatisticsPeriod, to moment: Timestamp) throws
    func reopenedHours() throws -> [Timestamp]
    func reopen(_ hour: Timestamp) throws
    func close(_ hour: Timestamp) throws
    /// Re-opens what is aggregated and still has its minutes, if replicas of an older version may have aggregated it within `span`.
    func reopenHours(ofUpgradeWithin span: Duration) throws

    /// The last batch of this life of a replica that was applied.
    func lastSequence(of replica: ReplicaIdentity) throws -> Int64?
    func note(_ replica: ReplicaIdentity, sequence: Int64, seenAt: Timestamp, hasLeft: Bool) throws
    /// The latest life of each replica.
    func replicas() throws -> [ReplicaSighting]
    func forgetReplicas(notSeenSince moment: Timestamp) throws

    /// The tables of query patterns in the same transaction.
    var patterns: any QueryPatternTables { get }
}

extension StatisticsTables {
    /// When the first request that is still known was counted: the oldest month, told more exactly by the shorter buckets of that time as
    /// far as none of them was removed.
    func firstRequest(of tenant: Tenant?) throws -> Timestamp? {
        var first: Timestamp?
        var end: Timestamp?
        for period in StatisticsPeriod.allCases.reversed() {
            guard let oldest = try firstBucket(of: period, for: tenant), end.map({ oldest < $0 }) ?? true else { continue }
            if let first, let removed = try removedBefore(period), removed > first { continue }
            // A week may begin before its month.
            first = first.map { max($0, oldest) } ?? oldest
            end = [end, period.bucketEnd(from: oldest)].compactMap { $0 }.min()
        }
        return first
    }

    /// An hour of minutes, a day of hours, and single longer buckets.
    func sliceEnd(of period: StatisticsPeriod, from oldest: Timestamp, limit: Timestamp) -> Timestamp {
        switch period {
        case .minute: StatisticsPeriod.hourly.bucketEnd(from: StatisticsPeriod.hourly.bucketStart(containing: oldest))
        case .hourly: StatisticsPeriod.daily.bucketEnd(from: StatisticsPeriod.daily.bucketStart(containing: oldest))
        case .daily, .weekly, .monthly: period.bucketEnd(from: oldest)
        }
    }

    /// All rows of a stretch of time as deltas whose keys all carry `bucket`.
    func sum(_ period: StatisticsPeriod, from start: Timestamp, to end: Timestamp, as bucket: Timestamp) throws -> (UsageDeltas, rows: Int)
    {
        var deltas = UsageDeltas()
        var rows = try forEachUsage(period, of: nil, from: start, to: end) { key, tally in
            deltas.usage[UsageKey(bucket: bucket, tenant: key.tenant, cell: key.cell), default: UsageTally()].add(tally)
        }
        rows += try forEachBackground(period, of: nil, from: start, to: end) { key, tally in
            let key = BackgroundKey(bucket: bucket, tenant: key.tenant, purpose: key.purpose)
            deltas.background[key, default: BackgroundTally()].add(tally)
        }
        return (deltas, rows)
    }
}
