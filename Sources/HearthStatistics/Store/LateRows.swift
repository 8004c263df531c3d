import GRDB
import HearthTelemetry

/// Adds new counts to the minutes, however late they come.
///
/// - On time: to the minute; aggregation will find it.
/// - After the hour was aggregated: to the minute, and the hour is re-opened.
/// - After the minutes were removed: to the hour, day, week and month at once, as far as those are still kept.
struct LateRows {
    let db: Database

    /// Returns how many rows were written.
    func add(_ deltas: UsageDeltas) throws -> Int {
        let rows = UsageRows(db: db)
        let progress = ProgressRows(db: db)
        let watermark = try progress.watermark()
        let removedBefore = try StatisticsPeriod.allCases.map { ($0, try progress.removedBefore($0)) }
        let minutesRemovedBefore = try progress.removedBefore(.minute)
        var written = 0
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

        for (key, tally) in deltas.usage {
            for period in targets(of: key.bucket) {
                try rows.add(tally, to: period, at: key)
                written += 1
            }
        }
        for (key, tally) in deltas.background {
            for period in targets(of: key.bucket) {
                try rows.add(tally, to: period, at: key)
                written += 1
            }
        }
        for hour in reopened { try progress.reopen(hour) }
        return written
    }
}
