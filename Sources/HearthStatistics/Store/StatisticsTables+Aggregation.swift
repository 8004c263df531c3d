import HearthTelemetry

/// Minutes to hours and longer buckets, and the end of what is old.
extension StatisticsTables {
    func aggregateNextHour(endingBy limit: Timestamp) throws -> HourAggregation? {
        let watermark = try watermark()
        guard let hour = try nextHour(from: watermark, endingBy: limit) else {
            try advanceWatermark(to: StatisticsPeriod.hourly.bucketStart(containing: limit))
            return nil
        }
        let (read, written) = try aggregate(hour)
        try close(hour)
        try advanceWatermark(to: StatisticsPeriod.hourly.bucketEnd(from: hour))
        let wasReopened = watermark.map { hour < $0 } ?? false
        return HourAggregation(hour: hour, wasReopened: wasReopened, rowsRead: read, rowsWritten: written)
    }

    func removeOldestBuckets(of period: StatisticsPeriod, before cutoff: Timestamp) throws -> Int? {
        guard let end = try removableEnd(of: period, before: cutoff) else { return nil }
        guard let oldest = try oldestBucket(of: period, from: Timestamp(milliseconds: .min)), oldest < end else {
            try advanceRemovedBefore(period, to: end)
            return nil
        }
        let sliceEnd = min(end, sliceEnd(of: period, from: oldest, limit: end))
        let removed = try remove(period, before: sliceEnd)
        try advanceRemovedBefore(period, to: sliceEnd)
        return removed
    }

    /// The oldest re-opened hour or hour with minutes from the watermark on, if it ends in time.
    private func nextHour(from watermark: Timestamp?, endingBy limit: Timestamp) throws -> Timestamp? {
        let fresh = try oldestBucket(of: .minute, from: watermark ?? Timestamp(milliseconds: .min))
            .map(StatisticsPeriod.hourly.bucketStart(containing:))
        let candidates = [fresh, try reopenedHours().first].compactMap { $0 }
        guard let hour = candidates.min(), StatisticsPeriod.hourly.bucketEnd(from: hour) <= limit else { return nil }
        return hour
    }

    /// Brings the hour's rows to the sum of its minutes, and adds what that changed to the longer buckets.
    private func aggregate(_ hour: Timestamp) throws -> (read: Int, written: Int) {
        let end = StatisticsPeriod.hourly.bucketEnd(from: hour)
        var (change, read) = try sum(.minute, from: hour, to: end, as: hour)
        let (before, _) = try sum(.hourly, from: hour, to: end, as: hour)
        change.subtract(before)
        var written = 0
        for period in StatisticsPeriod.aggregated {
            try add(change, to: period)
            written += change.rowCount
        }
        return (read, written)
    }

    /// How far buckets may go: minutes stay until their hour is aggregated, hours as long as their minutes can re-open them.
    private func removableEnd(of period: StatisticsPeriod, before cutoff: Timestamp) throws -> Timestamp? {
        switch period {
        case .minute:
            guard let watermark = try watermark() else { return nil }
            let end = StatisticsPeriod.hourly.bucketStart(containing: min(cutoff, watermark))
            return min(end, try reopenedHours().first ?? end)
        case .hourly:
            return try removedBefore(.minute).map { min(cutoff, $0) }
        case .daily, .weekly, .monthly:
            return cutoff
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
