package import HearthTelemetry

/// The stretch of time that a page is about.
package enum PageRange: Sendable, Hashable {
    case hour
    case day
    case week
    case month
    case quarter
    case year
    /// From, and to, which is not part of it; of different minutes.
    case between(Timestamp, Timestamp)

    /// Those that end now, with the words of the address.
    package static let rolling: [(word: String, range: PageRange)] = [
        ("1h", .hour), ("24h", .day), ("7d", .week), ("30d", .month), ("90d", .quarter), ("1y", .year),
    ]

    package var word: String? { Self.rolling.first { $0.range == self }?.word }

    /// The length of a bucket: never finer than what is kept for so long, and never more than 168 of them.
    package var bucket: BucketLength {
        switch self {
        case .hour: .minute
        case .day, .week: .hour
        case .month: .day
        case .quarter: .week
        case .year: .month
        case .between(let from, let to):
            switch (to - from).components.seconds {
            case ...7200: .minute
            case ...(7 * 86_400): .hour
            case ...(62 * 86_400): .day
            case ...(2 * 366 * 86_400): .week
            default: .month
            }
        }
    }

    /// The beginning and end, for a page made at `now`.
    package func bounds(at now: Timestamp) -> (from: Timestamp, to: Timestamp) {
        switch self {
        case .hour: (now - .seconds(3600), now)
        case .day: (now - .seconds(86_400), now)
        case .week: (now - .seconds(7 * 86_400), now)
        case .month: (now - .seconds(30 * 86_400), now)
        case .quarter: (now - .seconds(91 * 86_400), now)
        case .year: (now - .seconds(365 * 86_400), now)
        case .between(let from, let to): (from, to)
        }
    }
}

/// A month of a report.
package struct CivilMonth: Sendable, Hashable {
    package let year: Int64
    package let month: Int

    /// Nil for a month outside 1...12 or a year outside 1970...9999.
    package init?(year: Int64, month: Int) {
        guard (1...12).contains(month), (1970...9999).contains(year) else { return nil }
        self.year = year
        self.month = month
    }

    /// Reads `2026-11`.
    package init?(_ text: String) {
        guard text.utf8.count == 7, let start = Timestamp(iso8601: text + "-01") else { return nil }
        let date = CivilDate(daysSinceEpoch: start.milliseconds / 86_400_000)
        self.init(year: date.year, month: date.month)
    }

    /// `2026-11`.
    package var text: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }
}
