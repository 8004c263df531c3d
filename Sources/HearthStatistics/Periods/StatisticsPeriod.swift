package import HearthTelemetry

/// The length of one bucket of statistics; all buckets begin in UTC.
///
/// The raw value is the `period` parameter of `GET /api/v1/cache/statistics`. Weeks are those of ISO 8601 and begin on Monday.
package enum StatisticsPeriod: String, CaseIterable, Codable, Sendable {
    case minute
    case hourly
    case daily
    case weekly
    case monthly
}

extension StatisticsPeriod {
    /// The periods that aggregation writes.
    static let aggregated: [StatisticsPeriod] = [.hourly, .daily, .weekly, .monthly]

    /// The name of the period's rows in the database.
    package var resolution: String {
        switch self {
        case .minute: "minute"
        case .hourly: "hour"
        case .daily: "day"
        case .weekly: "week"
        case .monthly: "month"
        }
    }

    /// How many buckets a report covers when no range is asked for, the current one included.
    package var defaultBucketCount: Int {
        switch self {
        case .minute: 120
        case .hourly: 24
        case .daily: 30
        case .weekly: 12
        case .monthly: 12
        }
    }

    /// The beginning of the bucket that contains a moment.
    package func bucketStart(containing moment: Timestamp) -> Timestamp {
        switch self {
        case .minute: moment.floored(to: 60_000)
        case .hourly: moment.floored(to: 3_600_000)
        case .daily: moment.floored(to: Self.dayLength)
        case .weekly:
            // Day 0 was a Thursday, so three days are added to make weeks begin on Monday.
            Self.midnight(ofDay: (moment.daysSinceEpoch + 3).flooredQuotient(by: 7) * 7 - 3)
        case .monthly:
            Self.midnight(ofDay: moment.daysSinceEpoch - Int64(CivilDate(daysSinceEpoch: moment.daysSinceEpoch).day) + 1)
        }
    }

    /// The beginning of the bucket `count` buckets after the one that begins at `start`; before it for negative counts.
    package func bucketStart(_ start: Timestamp, advancedBy count: Int) -> Timestamp {
        switch self {
        case .minute: start + .milliseconds(60_000 * count)
        case .hourly: start + .milliseconds(3_600_000 * count)
        case .daily: start + .milliseconds(Int(Self.dayLength) * count)
        case .weekly: start + .milliseconds(Int(Self.dayLength) * 7 * count)
        case .monthly: Self.month(after: start, by: count)
        }
    }

    /// The end of the bucket that begins at `start`, which is the beginning of the next.
    package func bucketEnd(from start: Timestamp) -> Timestamp { bucketStart(start, advancedBy: 1) }

    private static let dayLength: Int64 = 86_400_000

    private static func midnight(ofDay day: Int64) -> Timestamp { Timestamp(milliseconds: day * dayLength) }

    private static func month(after start: Timestamp, by count: Int) -> Timestamp {
        let date = CivilDate(daysSinceEpoch: start.daysSinceEpoch)
        let months = date.year * 12 + Int64(date.month - 1) + Int64(count)
        let year = months.flooredQuotient(by: 12)
        guard let first = CivilDate(year: year, month: Int(months - year * 12) + 1, day: 1) else { return start }
        return midnight(ofDay: first.daysSinceEpoch)
    }
}

extension Timestamp {
    fileprivate func floored(to length: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds.flooredQuotient(by: length) * length)
    }

    fileprivate var daysSinceEpoch: Int64 { milliseconds.flooredQuotient(by: 86_400_000) }
}
