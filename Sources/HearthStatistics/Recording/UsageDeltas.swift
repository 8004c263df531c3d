import HearthTelemetry

/// Counts that have to be added to what is stored.
package struct UsageDeltas: Equatable, Sendable {
    package var usage: [UsageKey: UsageTally] = [:]
    package var background: [BackgroundKey: BackgroundTally] = [:]
    /// The questions themselves; they have no buckets of time.
    package var patterns: [QueryPatternKey: QueryPatternTally] = [:]

    package init() {}

    package var isEmpty: Bool { usage.isEmpty && background.isEmpty && patterns.isEmpty }
    /// Rows of buckets.
    package var rowCount: Int { usage.count + background.count }
    package var requests: Int64 { usage.values.reduce(0) { $0 + $1.requests } }

    package mutating func add(_ other: UsageDeltas) {
        for (key, tally) in other.usage { usage[key, default: UsageTally()].add(tally) }
        for (key, tally) in other.background { background[key, default: BackgroundTally()].add(tally) }
        patterns.add(other.patterns)
    }

    /// Joins the minutes of each hour into its first minute: up to 60 times fewer rows, and every sum of an hour unchanged.
    mutating func joinMinutesOfHours() {
        var joined = UsageDeltas()
        joined.patterns = patterns
        for (key, tally) in usage {
            let hour = StatisticsPeriod.hourly.bucketStart(containing: key.bucket)
            joined.usage[UsageKey(bucket: hour, tenant: key.tenant, cell: key.cell), default: UsageTally()].add(tally)
        }
        for (key, tally) in background {
            let hour = StatisticsPeriod.hourly.bucketStart(containing: key.bucket)
            let key = BackgroundKey(bucket: hour, tenant: key.tenant, purpose: key.purpose)
            joined.background[key, default: BackgroundTally()].add(tally)
        }
        self = joined
    }

    /// Drops the oldest buckets until at most `limit` rows are left, and returns how many requests they had.
    mutating func dropOldest(keeping limit: Int) -> Int64 {
        var dropped: Int64 = 0
        let buckets = Set(usage.keys.map(\.bucket)).union(background.keys.map(\.bucket)).sorted()
        for bucket in buckets {
            guard rowCount > limit else { break }
            for (key, tally) in usage where key.bucket == bucket {
                dropped += tally.requests
                usage[key] = nil
            }
            for key in background.keys where key.bucket == bucket { background[key] = nil }
        }
        return dropped
    }
}
