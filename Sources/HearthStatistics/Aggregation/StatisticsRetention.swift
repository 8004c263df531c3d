import HearthTelemetry

/// How long the buckets of each period are kept.
///
/// A bucket is removed when its end is older than the limit, so that a limit of 30 days leaves 30 whole days to be asked for.
package struct StatisticsRetention: Equatable, Sendable {
    /// Minutes are removed only after they are part of an hour.
    package var minutes: Duration
    package var hours: Duration
    package var days: Duration
    package var weeks: Duration
    package var months: Duration

    package init(
        minutes: Duration = .seconds(2 * 86_400),
        hours: Duration = .seconds(7 * 86_400),
        days: Duration = .seconds(30 * 86_400),
        weeks: Duration = .seconds(90 * 86_400),
        months: Duration = .seconds(366 * 86_400)
    ) {
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.weeks = weeks
        self.months = months
    }

    package func limit(of period: StatisticsPeriod) -> Duration {
        switch period {
        case .minute: minutes
        case .hourly: hours
        case .daily: days
        case .weekly: weeks
        case .monthly: months
        }
    }

    /// The most buckets that a report may cover: what is kept, the current bucket and one cut by the range's edge.
    package func bucketLimit(of period: StatisticsPeriod) -> Int {
        let length: Int64 =
            switch period {
            case .minute: 60
            case .hourly: 3600
            case .daily: 86_400
            case .weekly: 7 * 86_400
            case .monthly: 28 * 86_400
            }
        return Int(clamping: limit(of: period).components.seconds / length) + 2
    }

    /// The moment before which buckets of a period are no longer kept.
    func cutoff(of period: StatisticsPeriod, now: Timestamp) -> Timestamp {
        period.bucketStart(containing: now - limit(of: period))
    }
}
