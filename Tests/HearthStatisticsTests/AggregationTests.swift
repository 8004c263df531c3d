import HearthStatistics
import HearthTelemetry
import Testing

@Suite(.serialized)
struct AggregationTests {
    @Test("hours are joined to days, weeks and months, and the report does not change by it", arguments: StoreKind.allCases)
    func sums(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-03-02T12:10:00Z")
        let times = [
            "2026-02-22T23:59:59.999Z", "2026-02-23T00:00:00Z", "2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00Z",
            "2026-03-01T23:59:00Z", "2026-03-02T00:00:00Z", "2026-03-02T12:05:00Z",
        ]
        for time in times { try await fixture.store(event(.hit, at: moment(time), saved: 2000)) }
        fixture.recorder.record(.shadow, costMicroDollars: 700, at: try moment("2026-03-01T00:00:00Z"))
        #expect(await fixture.flusher().flush())

        var before: [StatisticsReport] = []
        for period in StatisticsPeriod.allCases { before.append(try await fixture.query.report(period: period)) }
        let result = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(result.hours == 6 && result.rowsRead == 7 && result.backlogRows == 1)
        #expect(try result.watermark == moment("2026-03-02T12:00:00Z"))
        var after: [StatisticsReport] = []
        for period in StatisticsPeriod.allCases { after.append(try await fixture.query.report(period: period)) }
        #expect(before == after)

        let weekly = try #require(after.first { $0.period == .weekly })
        #expect(weekly.series.suffix(3).map(\.metrics.totalRequests) == [1, 4, 2])
        let monthly = try #require(after.first { $0.period == .monthly })
        #expect(monthly.series.suffix(2).map(\.metrics.totalRequests) == [3, 4])
        #expect(monthly.series.suffix(2).map(\.savings.shadow) == [0, 0.0007])
        #expect(monthly.series.suffix(2).map(\.complete) == [true, false])
    }

    @Test("a second run changes nothing, and the watermark moves on while nothing happens", arguments: StoreKind.allCases)
    func idempotence(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        try await fixture.store(event(.hit, at: fixture.time.now()))
        fixture.time.advance(by: .seconds(3600))
        #expect(try await fixture.aggregator.aggregate(now: fixture.time.now()).hours == 1)
        let rows = try await fixture.requests(["hour", "day", "week", "month"])
        #expect(rows == [1, 1, 1, 1])
        fixture.time.advance(by: .seconds(7200))
        let again = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(again.hours == 0)
        #expect(try again.watermark == moment("2026-11-22T20:00:00Z"))
        #expect(try await fixture.requests(["hour", "day", "week", "month"]) == rows)
    }

    @Test("the hour that has just ended is left alone until it has settled", arguments: StoreKind.allCases)
    func settling(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        try await fixture.store(event(.hit, at: fixture.time.now()))
        #expect(try await fixture.aggregator.aggregate(now: moment("2026-11-22T18:00:59Z")).hours == 0)
        #expect(try await fixture.aggregator.aggregate(now: moment("2026-11-22T18:01:00Z")).hours == 1)
    }

    @Test(
        "a run that ends after any transaction is completed by the next, and the report is right in between", arguments: StoreKind.allCases)
    func interruption(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-11-22T17:40:30Z")
        for hour in 0..<12 {
            for minute in 0..<3 {
                let finishedAt = try moment("2026-11-22T00:00:00Z") + .seconds(hour * 3600 + minute * 60)
                try await fixture.store(event(minute == 0 ? .miss : .hit, at: finishedAt, milliseconds: Double(hour + 1), saved: 5))
            }
        }
        let expected = try await fixture.query.report(period: .hourly)
        #expect(expected.metrics.totalRequests == 36)
        let limit = try moment("2026-11-22T17:00:00Z")
        var transactions = 0
        while try await fixture.store.aggregateNextHour(endingBy: limit) != nil {
            transactions += 1
            #expect(try await fixture.query.report(period: .hourly) == expected)
            #expect(try await fixture.query.report(period: .monthly).metrics == expected.metrics)
        }
        #expect(transactions == 12)
        #expect(try await fixture.query.report(period: .hourly) == expected)
    }

    @Test("rows that come after their hour was aggregated count at once and re-open it", arguments: StoreKind.allCases)
    func lateRows(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let finishedAt = fixture.time.now()
        try await fixture.store(event(.hit, at: finishedAt, milliseconds: 1))
        fixture.time.advance(by: .seconds(7200))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
        try await fixture.store(event(.hit, at: finishedAt, milliseconds: 3, saved: 2000))
        fixture.recorder.record(.warming, costMicroDollars: 500, at: finishedAt)
        #expect(await fixture.flusher().flush())

        for period in StatisticsPeriod.allCases {
            let report = try await fixture.query.report(period: period, from: finishedAt - .seconds(60), to: finishedAt + .seconds(60))
            #expect(report.metrics.totalRequests == 2 && report.savings.net == 0.0015, "\(period)")
            #expect(report.metrics.avgCacheResponseTime == 2)
        }
        let result = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(result.hours == 1 && result.reopenedHours == 1)
        #expect(try await fixture.requests(["minute", "hour", "day", "week", "month"]) == [2, 2, 2, 2, 2])
        let report = try await fixture.query.report(period: .daily)
        #expect(report.metrics.totalRequests == 2 && report.savings.warming == 0.0005)
    }

    @Test(
        "buckets go when their end is older than their limit, and never before they are part of the longer ones",
        arguments: StoreKind.allCases)
    func retention(kind: StoreKind) async throws {
        let start = "2026-01-01T00:30:00Z"
        let fixture = try await StatisticsFixture(kind, now: start)
        for day in 0..<120 {
            try await fixture.store(event(.hit, at: moment(start) + .seconds(day * 86_400)))
        }
        let now = try moment("2026-05-01T00:10:00Z")
        _ = try await fixture.aggregator.retain(now: now)
        #expect(try await fixture.rows("minute").count == 120, "nothing is aggregated, so nothing may go")
        _ = try await fixture.aggregator.aggregate(now: now)
        let removed = try await fixture.aggregator.retain(now: now)
        #expect(removed.total > 0)
        #expect(try await fixture.rows("minute").count == 2)
        #expect(try await fixture.rows("hour").count == 7)
        #expect(try await fixture.rows("day").count == 30)
        // 90 days before is Saturday 31 January; the week of Monday 26 January is not over by then.
        #expect(try await fixture.rows("week").requests == 120 - 25)
        #expect(try await fixture.rows("month").requests == 120)
        #expect(try await fixture.aggregator.retain(now: now).total == 0)
        fixture.time.stepWallClock(to: now)
        #expect(try await fixture.query.report(period: .monthly).metrics.totalRequests == 120)
        let daily = try await fixture.query.report(period: .daily)
        #expect(daily.metrics.totalRequests == 29 && !daily.previous.complete)
    }

    @Test("rows that come after their minutes were removed are added to what is still kept", arguments: StoreKind.allCases)
    func veryLateRows(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-11-01T00:30:00Z")
        let finishedAt = fixture.time.now()
        try await fixture.store(event(.hit, at: finishedAt))
        fixture.time.advance(by: .seconds(10 * 86_400))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
        _ = try await fixture.aggregator.retain(now: fixture.time.now())
        try await fixture.store(event(.hit, at: finishedAt, saved: 2000))
        #expect(try await fixture.requests(["minute", "hour", "day", "week", "month"]) == [0, 0, 2, 2, 2])
        #expect(try await fixture.aggregator.aggregate(now: fixture.time.now()).hours == 0)
        #expect(try await fixture.query.report(period: .daily).metrics.totalRequests == 2)
    }

    @Test("a clock that was ahead and was set back loses nothing", arguments: StoreKind.allCases)
    func clockSetBack(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-11-25T12:00:00Z")
        try await fixture.store(event(.hit, at: fixture.time.now()))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now() + .seconds(7200))
        fixture.time.stepWallClock(to: try moment("2026-11-22T12:30:00Z"))
        for _ in 0..<3 {
            try await fixture.store(event(.hit, at: fixture.time.now()))
            _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
            fixture.time.advance(by: .seconds(1800))
        }
        #expect(try await fixture.query.report(period: .daily).metrics.totalRequests == 3)
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now() + .seconds(7200))
        #expect(try await fixture.rows("day").requests == 4)
    }
}
