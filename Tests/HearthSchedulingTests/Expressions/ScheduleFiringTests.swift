import HearthTelemetry
import Testing

@testable import HearthScheduling

@Suite("Expressions: when they fire")
struct ScheduleFiringTests {
    @Test(
        "next firing in UTC",
        arguments: [
            ("0 3 * * *", "2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z"),
            ("0 3 * * *", "2026-11-22T02:59:59.999Z", "2026-11-22T03:00:00Z"),
            ("5 * * * *", "2026-12-31T23:05:00Z", "2027-01-01T00:05:00Z"), ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 29 2 *", "2097-01-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("0 0 29 2 +MON", "2026-01-01T00:00:00Z", "2044-02-29T00:00:00Z"),
            ("0 0 29 2 +SUN", "2060-03-01T00:00:00Z", "2088-02-29T00:00:00Z"),
            ("0 0 13 * FRI", "2026-11-22T00:00:00Z", "2026-11-27T00:00:00Z"),
            ("0 0 13 * +FRI", "2026-11-22T00:00:00Z", "2027-08-13T00:00:00Z"),
            ("0 0 L * *", "2028-02-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 L-3 * *", "2026-02-01T00:00:00Z", "2026-02-25T00:00:00Z"), ("0 0 LW * *", "2026-05-01T00:00:00Z", "2026-05-29T00:00:00Z"),
            ("0 0 LW * *", "2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z"), ("0 0 1W * *", "2026-08-01T00:00:00Z", "2026-08-03T00:00:00Z"),
            ("0 0 15W * *", "2026-08-01T00:00:00Z", "2026-08-14T00:00:00Z"),
            ("0 0 31W * *", "2026-04-01T00:00:00Z", "2026-05-29T00:00:00Z"),
            ("0 0 L-3W * *", "2026-08-01T00:00:00Z", "2026-08-28T00:00:00Z"),
            ("0 0 * * 5#5", "2026-02-01T00:00:00Z", "2026-05-29T00:00:00Z"),
            ("0 0 * * MONL", "2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("0 0 * * 2#1", "2026-12-01T00:00:00Z", "2027-01-05T00:00:00Z"),
            ("0 0 0 1 1 * 2030", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
            ("@every 15s", "2026-01-01T00:00:07Z", "2026-01-01T00:00:15Z"),
            ("@every 7s", "1970-01-01T00:00:00Z", "1970-01-01T00:00:07Z"), ("@every 7s", "1970-01-01T00:00:08Z", "1970-01-01T00:00:14Z"),
            ("0 0 1 1 *", "1969-06-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("* * * * *", "2026-01-01T00:00:00.001Z", "2026-01-01T00:01:00Z"),
        ])
    func next(text: String, after: String, expected: String) throws {
        let schedule = try Schedule.parse(text)
        let firing = schedule.next(after: moment(after))
        #expect(firing?.instant == moment(expected))
        #expect(schedule.previous(before: moment(expected) + .milliseconds(1))?.instant == moment(expected))
    }

    @Test("a year that is over has no next firing, and one ahead has no previous")
    func yearsEnd() throws {
        let schedule = try Schedule.parse("0 0 0 1 1 * 2020-2021")
        #expect(schedule.next(after: moment("2026-01-01T00:00:00Z")) == nil)
        #expect(schedule.previous(before: moment("2026-01-01T00:00:00Z"))?.instant == moment("2021-01-01T00:00:00Z"))
        #expect(schedule.previous(before: moment("2020-01-01T00:00:00Z")) == nil)
    }

    @Test("manual and start-up jobs have no firings", arguments: ["@manual", "@startup", "@reboot"])
    func untimed(text: String) throws {
        #expect(try Schedule.parse(text).next(after: moment("2026-01-01T00:00:00Z")) == nil)
    }

    @Test(
        "instants at the ends of time end the search instead of trapping",
        arguments: [Int64.min, Int64.min + 1, -1, 0, Int64.max - 1, Int64.max])
    func endsOfTime(milliseconds: Int64) throws {
        for (text, zone) in [
            ("0 3 * * *", "UTC"), ("0 3 29 2 *", "Europe/Athens"), ("@every 1h", "UTC"), ("0 0 0 1 1 * 2030", "Asia/Tokyo"),
        ] {
            let schedule = try Schedule.parse(text, timezone: zone)
            _ = schedule.next(after: Timestamp(milliseconds: milliseconds))
            _ = schedule.previous(before: Timestamp(milliseconds: milliseconds))
        }
    }

    @Test(
        "gaps and overlaps",
        arguments: [
            // Athens leaves 03:00 out on 29 March and repeats 03:00 to 04:00 on 25 October.
            ("30 3 * * *", "Europe/Athens", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z gap_shifted", "2026-03-30T00:30:00Z none"]),
            ("0,30 3 * * *", "Europe/Athens", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z gap_shifted", "2026-03-30T00:00:00Z none"]),
            ("0 3,4 * * *", "Europe/Athens", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z gap_shifted", "2026-03-30T00:00:00Z none"]),
            ("0 4 * * *", "Europe/Athens", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z none"]),
            ("30 3 * * *", "Europe/Athens", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z overlap_first", "2026-10-26T01:30:00Z none"]),
            (
                "30 * * * *", "Europe/Athens", "2026-10-24T23:45:00Z",
                ["2026-10-25T00:30:00Z overlap_first", "2026-10-25T01:30:00Z overlap_second", "2026-10-25T02:30:00Z none"]
            ),
            ("30 * * * *", "Europe/Athens", "2026-03-28T23:45:00Z", ["2026-03-29T00:30:00Z none", "2026-03-29T01:30:00Z none"]),
            ("*/30 3 * * *", "Europe/Athens", "2026-03-28T12:00:00Z", ["2026-03-30T00:00:00Z none"]),
            // New York.
            ("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", ["2026-03-08T07:00:00Z gap_shifted", "2026-03-09T06:30:00Z none"]),
            (
                "30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z",
                ["2026-11-01T05:30:00Z overlap_first", "2026-11-02T06:30:00Z none"]
            ),
            // Lord Howe moves by half an hour: 02:00 to 02:30 on 4 October, and 01:30 to 02:00 twice on 5 April.
            (
                "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
                ["2026-10-03T15:30:00Z gap_shifted", "2026-10-04T15:15:00Z none"]
            ),
            (
                "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z",
                ["2026-04-04T14:45:00Z overlap_first", "2026-04-05T15:15:00Z none"]
            ),
            (
                "*/15 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:15:00Z",
                [
                    "2026-04-04T14:30:00Z overlap_first", "2026-04-04T14:45:00Z overlap_first", "2026-04-04T15:00:00Z overlap_second",
                    "2026-04-04T15:15:00Z overlap_second", "2026-04-05T14:30:00Z none",
                ]
            ),
            // Apia had no 30 December 2011.
            (
                "0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z",
                ["2011-12-29T22:00:00Z none", "2011-12-30T10:00:00Z gap_shifted", "2011-12-30T22:00:00Z none"]
            ),
            ("0 12 30 * *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2011-12-30T10:00:00Z gap_shifted", "2012-01-29T22:00:00Z none"]),
            ("0 * 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2012-12-29T10:00:00Z none"]),
            // Troll jumps by two hours.
            (
                "30 1,2 * * *", "Antarctica/Troll", "2026-03-28T12:00:00Z",
                ["2026-03-29T01:00:00Z gap_shifted", "2026-03-29T23:30:00Z none"]
            ),
            // Far beyond the zone file's table the rule goes on; 25 March 2063 is the last Sunday of that month.
            ("30 3 * * *", "Europe/Athens", "2063-03-24T12:00:00Z", ["2063-03-25T01:00:00Z gap_shifted"]),
            ("30 3 * * *", "Europe/Athens", "2463-03-24T12:00:00Z", ["2463-03-25T01:00:00Z gap_shifted"]),
            ("30 3 * * *", "Europe/Athens", "8863-03-24T12:00:00Z", ["8863-03-25T01:00:00Z gap_shifted"]),
        ])
    func daylightSaving(text: String, zone: String, after: String, expected: [String]) throws {
        let schedule = try Schedule.parse(text, timezone: zone)
        let found = schedule.firings(after: moment(after), count: expected.count)
        let shown = found.map { "\($0.instant.description.replacing(".000Z", with: "Z")) \($0.dstKind.rawValue)" }
        #expect(shown == expected)
        for (index, firing) in found.enumerated().dropFirst() {
            #expect(schedule.previous(before: firing.instant) == found[index - 1])
        }
    }

    @Test("the offset and the label of a shifted firing are shown")
    func labels() throws {
        let firing = try #require(try Schedule.parse("30 3 * * *", timezone: "Europe/Athens").next(after: moment("2026-03-28T12:00:00Z")))
        #expect(firing.localLabel.description == "2026-03-29T03:30:00")
        #expect(firing.localTime == "2026-03-29T04:00:00+03:00")
        let west = try #require(try Schedule.parse("0 3 * * *", timezone: "America/St_Johns").next(after: moment("2026-01-01T00:00:00Z")))
        #expect(west.localTime == "2026-01-01T03:00:00-03:30")
    }

    @Test("an explanation names daylight saving's effects in the next two years")
    func explanation() throws {
        let schedule = try Schedule.parse("30 3 * * *", timezone: "Europe/Athens")
        let explanation = CronExplanation(schedule, after: moment("2026-01-01T00:00:00Z"))
        #expect(explanation.next.count == 10)
        #expect(explanation.daylightEffects.map(\.firing.dstKind) == [.gapShifted, .overlapFirst, .gapShifted, .overlapFirst])
        #expect(
            explanation.daylightEffects[0].text == "2026-03-29T03:30:00 does not exist that day; it fires once at 2026-03-29T04:00:00+03:00"
        )
        #expect(CronExplanation(try Schedule.parse("*/7 * * * *"), after: moment("2026-01-01T00:00:00Z")).warnings.count == 1)
        #expect(CronExplanation(try Schedule.parse("0 0 13 * 5"), after: moment("2026-01-01T00:00:00Z")).warnings.count == 1)
        #expect(CronExplanation(try Schedule.parse("0 3 * * *"), after: moment("2026-01-01T00:00:00Z")).warnings.isEmpty)
    }
}
