package import HearthTelemetry

/// A half-open stretch of whole buckets of one period.
package struct StatisticsRange: Equatable, Sendable {
    package let period: StatisticsPeriod
    /// The beginning of the first bucket.
    package let start: Timestamp
    /// The end of the last bucket, which is not part of the range.
    package let end: Timestamp

    /// Widens the range outwards to whole buckets and checks it.
    ///
    /// Without `to` the range ends with the current bucket; without `from` it has the period's usual number of buckets. A range
    /// of no length is one of no buckets.
    package init(
        period: StatisticsPeriod, from: Timestamp?, to: Timestamp?, now: Timestamp, retention: StatisticsRetention
    ) throws(StatisticsError) {
        let end = period.bucketEndCovering(to ?? Timestamp(milliseconds: now.milliseconds + 1))
        let start = from.map(period.bucketStart(containing:)) ?? period.bucketStart(end, advancedBy: -period.defaultBucketCount)
        guard from ?? start <= to ?? end else {
            throw .invalidRange("it starts at \(from ?? start) and ends before that, at \(to ?? end)")
        }
        let limit = retention.bucketLimit(of: period)
        self.period = period
        self.start = start
        self.end = max(start, from == to && from != nil ? start : end)
        let buckets = estimatedBuckets
        guard buckets <= limit else { throw .rangeTooLarge(period: period, buckets: buckets, limit: limit) }
    }

    private init(period: StatisticsPeriod, start: Timestamp, end: Timestamp) {
        self.period = period
        self.start = start
        self.end = end
    }

    /// Reads the `startDate` and `endDate` of a request.
    ///
    /// Both take ISO 8601. An `endDate` without a time of day includes that day, because that is what people mean by it.
    package static func parse(
        period: StatisticsPeriod, startDate: String?, endDate: String?, now: Timestamp, retention: StatisticsRetention
    ) throws(StatisticsError) -> StatisticsRange {
        let from = try timestamp("startDate", startDate)
        var to = try timestamp("endDate", endDate)
        if let end = to, let endDate, !endDate.contains(":") { to = end + .seconds(86_400) }
        return try StatisticsRange(period: period, from: from, to: to, now: now, retention: retention)
    }

    /// The beginnings of the buckets in order.
    package var bucketStarts: [Timestamp] {
        var starts: [Timestamp] = []
        var next = start
        while next < end {
            starts.append(next)
            next = period.bucketEnd(from: next)
        }
        return starts
    }

    /// The range of as many buckets that ends where this one begins.
    package var previous: StatisticsRange {
        let count = bucketStarts.count
        return StatisticsRange(period: period, start: period.bucketStart(start, advancedBy: -count), end: start)
    }

    /// This range together with the one before it.
    package var withPrevious: StatisticsRange {
        StatisticsRange(period: period, start: previous.start, end: end)
    }

    package func contains(_ moment: Timestamp) -> Bool { start <= moment && moment < end }

    /// The number of buckets, without listing them: a hostile range may have billions.
    private var estimatedBuckets: Int {
        let length = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
        guard !length.overflow else { return .max }
        return Int(clamping: (length.partialValue + period.shortestBucket - 1) / period.shortestBucket)
    }

    private static func timestamp(_ name: String, _ text: String?) throws(StatisticsError) -> Timestamp? {
        guard let text else { return nil }
        guard let timestamp = Timestamp(iso8601: text) else {
            throw .invalidRange("\(name) is not a date such as 2026-11-22 or 2026-11-22T17:40:00Z")
        }
        return timestamp
    }
}

extension StatisticsPeriod {
    fileprivate func bucketEndCovering(_ moment: Timestamp) -> Timestamp {
        let start = bucketStart(containing: moment)
        return start == moment ? moment : bucketEnd(from: start)
    }

    /// The length of the shortest bucket in milliseconds; February's for months, which are counted a little too many.
    fileprivate var shortestBucket: Int64 {
        switch self {
        case .minute: 60_000
        case .hourly: 3_600_000
        case .daily: 86_400_000
        case .weekly: 604_800_000
        case .monthly: 28 * 86_400_000
        }
    }
}
