import HearthStatistics
import HearthTelemetry
import Testing

struct StatisticsPeriodTests {
    @Test(
        "a moment falls into the bucket of its period in UTC",
        arguments: [
            (.minute, "2026-11-22T17:40:59.999Z", "2026-11-22T17:40:00Z", "2026-11-22T17:41:00Z"),
            (.hourly, "2026-11-22T17:40:59.999Z", "2026-11-22T17:00:00Z", "2026-11-22T18:00:00Z"),
            (.daily, "2026-03-29T01:30:00Z", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"),
            (.weekly, "2026-11-22T23:59:59.999Z", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            (.weekly, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (.weekly, "2027-01-01T12:00:00Z", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
            (.weekly, "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
            (.monthly, "2028-02-29T23:59:59.999Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
            (.monthly, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] as [(StatisticsPeriod, String, String, String)])
    func buckets(period: StatisticsPeriod, at: String, start: String, end: String) throws {
        let bucket = try period.bucketStart(containing: moment(at))
        #expect(try bucket == moment(start))
        #expect(try period.bucketEnd(from: bucket) == moment(end))
        #expect(period.bucketStart(period.bucketEnd(from: bucket), advancedBy: -1) == bucket)
    }

    @Test(
        "a second 60 is no moment, as no clock of the service has one",
        arguments: ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2016-12-31T18:59:60-05:00", "1970-01-01T00:00:60Z"])
    func leapSecond(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
        #expect(Timestamp(iso8601: text.replacing(":60", with: ":59")) != nil)
    }

    @Test(
        "without dates a report ends with the current bucket and has the usual number",
        arguments: [(.minute, 120), (.hourly, 24), (.daily, 30), (.weekly, 12), (.monthly, 12)] as [(StatisticsPeriod, Int)])
    func defaults(period: StatisticsPeriod, count: Int) throws {
        for text in ["2026-11-22T17:40:30Z", "2026-06-01T00:00:00Z"] {
            let now = try moment(text)
            let range = try StatisticsRange(period: period, from: nil, to: nil, now: now, retention: StatisticsRetention())
            #expect(range.bucketStarts.count == count)
            #expect(range.contains(now))
            #expect(range.end == period.bucketEnd(from: period.bucketStart(containing: now)))
            #expect(range.previous.bucketStarts.count == count)
            #expect(range.previous.end == range.start)
        }
    }

    @Test("dates are widened to whole buckets, and an end without a time of day includes its day")
    func parsing() throws {
        let now = try moment("2026-11-22T17:40:30Z")
        func range(_ start: String?, _ end: String?) throws -> StatisticsRange {
            try .parse(period: .daily, startDate: start, endDate: end, now: now, retention: StatisticsRetention())
        }
        #expect(try range("2026-11-01", "2026-11-22").end == moment("2026-11-23"))
        #expect(try range("2026-11-01", "2026-11-22T00:00:00Z").end == moment("2026-11-22"))
        #expect(try range("2026-11-01T10:00:00Z", "2026-11-03T00:00:01Z").bucketStarts.count == 3)
        #expect(try range("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z").bucketStarts.isEmpty)
    }

    @Test(
        "what cannot be answered is refused with a reason",
        arguments: [
            ("2026-11-22", "2026-11-20"), ("2026-01-01", "2026-11-20"), ("yesterday", nil), (nil, "2026-13-01"),
            ("0000-01-01", "9999-12-31"), ("2027-01-01", nil),
        ] as [(String?, String?)])
    func refusals(start: String?, end: String?) throws {
        let now = try moment("2026-11-22T17:40:30Z")
        #expect(throws: StatisticsError.self) {
            try StatisticsRange.parse(period: .daily, startDate: start, endDate: end, now: now, retention: StatisticsRetention())
        }
    }

    @Test("the most buckets of a report follow from what is kept")
    func limits() {
        let retention = StatisticsRetention()
        #expect(retention.bucketLimit(of: .hourly) == 7 * 24 + 2)
        #expect(retention.bucketLimit(of: .daily) == 32)
        #expect(retention.bucketLimit(of: .monthly) == 15)
    }
}
