import HearthTelemetry

/// Batches in, reports out.
extension StatisticsTables {
    func apply(_ batch: StatisticsBatch) throws -> BatchOutcome {
        let last = try lastSequence(of: batch.replica)
        if let last, batch.sequence <= last { return .duplicate }
        try note(batch.replica, sequence: batch.sequence, seenAt: batch.collectedAt, hasLeft: false)
        try patterns.addPatterns(batch.deltas.patterns)
        return .applied(rows: try addLate(batch.deltas))
    }

    func read(_ range: StatisticsRange, of selection: UsageSelection, for replica: ReplicaIdentity) throws -> StoredUsage {
        StoredUsage(
            summary: try summary(of: range, selection), appliedSequence: try lastSequence(of: replica) ?? 0, replicas: try replicas(),
            removedBefore: try removedBefore(range.period))
    }

    func progress() throws -> AggregationProgress {
        var progress = AggregationProgress()
        progress.watermark = try watermark()
        progress.reopenedHours = try reopenedHours()
        for period in StatisticsPeriod.allCases { progress.removedBefore[period] = try removedBefore(period) }
        progress.backlogRows = try minuteRows(from: progress.watermark)
        return progress
    }

    /// Adds new counts to the minutes, however late they come; returns how many rows were written.
    ///
    /// - On time: to the minute; aggregation will find it.
    /// - After the hour was aggregated: to the minute, and the hour is re-opened.
    /// - After the minutes were removed: to the hour, day, week and month at once, as far as those are still kept.
    private func addLate(_ deltas: UsageDeltas) throws -> Int {
        let watermark = try watermark()
        let removedBefore = try StatisticsPeriod.allCases.map { ($0, try self.removedBefore($0)) }
        let minutesRemovedBefore = try self.removedBefore(.minute)
        var reopened: Set<Timestamp> = []

        /// The periods to whose rows a minute's counts have to be added.
        func targets(of minute: Timestamp) -> [StatisticsPeriod] {
            if let removed = minutesRemovedBefore, minute < removed {
                return removedBefore.compactMap { period, removed in
                    guard period != .minute, removed.map({ period.bucketStart(containing: minute) >= $0 }) ?? true else { return nil }
                    return period
                }
            }
            if let watermark, minute < watermark { reopened.insert(StatisticsPeriod.hourly.bucketStart(containing: minute)) }
            return [.minute]
        }

        var shares: [StatisticsPeriod: UsageDeltas] = [:]
        for (key, tally) in deltas.usage {
            for period in targets(of: key.bucket) { shares[period, default: UsageDeltas()].usage[key] = tally }
        }
        for (key, tally) in deltas.background {
            for period in targets(of: key.bucket) { shares[period, default: UsageDeltas()].background[key] = tally }
        }
        for period in StatisticsPeriod.allCases { if let share = shares[period] { try add(share, to: period) } }
        for hour in reopened { try reopen(hour) }
        return shares.values.reduce(0) { $0 + $1.rowCount }
    }

    /// Whole buckets of the range's period, the minutes that are not part of them yet, and what late rows changed.
    private func summary(of range: StatisticsRange, _ selection: UsageSelection) throws -> UsageSummary {
        var summary = UsageSummary(range: range, selection: selection)
        guard range.period != .minute else {
            try add(.minute, from: range.start, to: range.end, to: &summary)
            return summary
        }
        try add(range.period, from: range.start, to: range.end, to: &summary)
        let watermark = try watermark() ?? range.start
        try add(.minute, from: max(watermark, range.start), to: range.end, to: &summary)
        for hour in try reopenedHours() where range.contains(hour) && hour < watermark {
            let end = StatisticsPeriod.hourly.bucketEnd(from: hour)
            try add(.minute, from: hour, to: end, to: &summary)
            try forEachUsage(.hourly, of: selection.tenant, from: hour, to: end) { summary.subtract($1, at: $0) }
            try forEachBackground(.hourly, of: selection.tenant, from: hour, to: end) { summary.subtract($1, at: $0) }
        }
        return summary
    }

    private func add(_ period: StatisticsPeriod, from start: Timestamp, to end: Timestamp, to summary: inout UsageSummary) throws {
        guard start < end else { return }
        try forEachUsage(period, of: summary.selection.tenant, from: start, to: end) { summary.add($1, at: $0) }
        try forEachBackground(period, of: summary.selection.tenant, from: start, to: end) { summary.add($1, at: $0) }
    }
}
