import GRDB
package import HearthTelemetry

extension SQLiteStatisticsStore {
    package func aggregateNextHour(endingBy limit: Timestamp) async throws(StatisticsError) -> HourAggregation? {
        try await write("aggregating an hour") { db in
            let progress = ProgressRows(db: db)
            let watermark = try progress.watermark()
            guard let hour = try Self.nextHour(in: db, from: watermark, endingBy: limit) else {
                try progress.advanceWatermark(to: StatisticsPeriod.hourly.bucketStart(containing: limit))
                return nil
            }
            let (read, written) = try Self.aggregate(hour, in: db)
            try progress.close(hour)
            try progress.advanceWatermark(to: StatisticsPeriod.hourly.bucketEnd(from: hour))
            let wasReopened = watermark.map { hour < $0 } ?? false
            return HourAggregation(hour: hour, wasReopened: wasReopened, rowsRead: read, rowsWritten: written)
        }
    }

    package func removeOldestBuckets(
        of period: StatisticsPeriod, before cutoff: Timestamp
    ) async throws(StatisticsError) -> Int? {
        try await write("removing old buckets") { db in
            let progress = ProgressRows(db: db)
            guard let end = try Self.removableEnd(of: period, before: cutoff, in: db) else { return nil }
            let rows = UsageRows(db: db)
            guard let oldest = try rows.oldestBucket(of: period), oldest < end else {
                try progress.advanceRemovedBefore(period, to: end)
                return nil
            }
            let sliceEnd = min(end, Self.sliceEnd(of: period, from: oldest))
            let removed = try rows.remove(period, before: sliceEnd)
            try progress.advanceRemovedBefore(period, to: sliceEnd)
            return removed
        }
    }

    /// The oldest re-opened hour or hour with minutes from the watermark on, if it ends in time.
    private static func nextHour(in db: Database, from watermark: Timestamp?, endingBy limit: Timestamp) throws -> Timestamp? {
        let start = watermark ?? Timestamp(milliseconds: .min)
        let fresh = try UsageRows(db: db).oldestBucket(of: .minute, from: start)
            .map(StatisticsPeriod.hourly.bucketStart(containing:))
        let candidates = [fresh, try ProgressRows(db: db).reopenedHours().first].compactMap { $0 }
        guard let hour = candidates.min(), StatisticsPeriod.hourly.bucketEnd(from: hour) <= limit else { return nil }
        return hour
    }

    /// Brings the hour's rows to the sum of its minutes, and adds what that changed to the longer buckets.
    private static func aggregate(_ hour: Timestamp, in db: Database) throws -> (read: Int, written: Int) {
        let rows = UsageRows(db: db)
        let end = StatisticsPeriod.hourly.bucketEnd(from: hour)
        var (change, read) = try rows.sum(.minute, from: hour, to: end, as: hour)
        let (before, _) = try rows.sum(.hourly, from: hour, to: end, as: hour)
        change.subtract(before)
        var written = 0
        for period in StatisticsPeriod.aggregated {
            for (key, tally) in change.usage {
                try rows.add(tally, to: period, at: key)
                written += 1
            }
            for (key, tally) in change.background {
                try rows.add(tally, to: period, at: key)
                written += 1
            }
        }
        return (read, written)
    }

    /// How far buckets may go: minutes stay until their hour is aggregated, hours as long as their minutes can re-open them.
    private static func removableEnd(of period: StatisticsPeriod, before cutoff: Timestamp, in db: Database) throws -> Timestamp? {
        let progress = ProgressRows(db: db)
        switch period {
        case .minute:
            guard let watermark = try progress.watermark() else { return nil }
            let end = StatisticsPeriod.hourly.bucketStart(containing: min(cutoff, watermark))
            return min(end, try progress.reopenedHours().first ?? end)
        case .hourly:
            return try progress.removedBefore(.minute).map { min(cutoff, $0) }
        case .daily, .weekly, .monthly:
            return cutoff
        }
    }

    /// The end of what one transaction removes: an hour of minutes, a day of hours, and single longer buckets.
    private static func sliceEnd(of period: StatisticsPeriod, from oldest: Timestamp) -> Timestamp {
        switch period {
        case .minute: StatisticsPeriod.hourly.bucketEnd(from: StatisticsPeriod.hourly.bucketStart(containing: oldest))
        case .hourly: StatisticsPeriod.daily.bucketEnd(from: StatisticsPeriod.daily.bucketStart(containing: oldest))
        case .daily, .weekly, .monthly: period.bucketEnd(from: oldest)
        }
    }
}

extension UsageDeltas {
    /// Takes away counts and leaves out what is zero after it.
    fileprivate mutating func subtract(_ other: UsageDeltas) {
        for (key, tally) in other.usage {
            usage[key, default: UsageTally()].subtract(tally)
            if usage[key] == UsageTally() { usage[key] = nil }
        }
        for (key, tally) in other.background {
            background[key, default: BackgroundTally()].subtract(tally)
            if background[key] == BackgroundTally() { background[key] = nil }
        }
    }
}
