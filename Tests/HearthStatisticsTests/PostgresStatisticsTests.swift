import HearthDrivers
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Testing

/// What only a server shared by replicas can show; the rest is in the suites that run on both databases.
@Suite("Statistics that replicas share in PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresStatisticsTests {
    private static func home(_ url: String) async throws -> StatisticsHome {
        let client = PostgresClient(address: try PostgresAddress(url: url), logger: quietLogger)
        try await PostgresMigrator(PostgresStatisticsSchema.migrations).migrate(client)
        return .postgres(client)
    }

    @Test("Replicas that store and aggregate at the same time lose nothing and count nothing twice")
    func together() async throws {
        let url = try await PostgresScratch.url()
        let time = ManualTimeSource(now: try moment("2026-11-22T17:40:30Z"))
        var fixtures: [StatisticsFixture] = []
        for name in ["a", "b", "c"] {
            fixtures.append(try StatisticsFixture(home: try await Self.home(url), replica: name, time: time))
        }
        let start = time.now() - .seconds(6 * 3600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, fixture) in fixtures.enumerated() {
                group.addTask {
                    for round in 0..<30 {
                        // Old and new minutes, so that hours are re-opened while they are aggregated.
                        for step in 0..<4 {
                            fixture.recorder.record(
                                event(.hit, at: start + .seconds(step * 3600 + round * 60 + number), milliseconds: 2, saved: 2000))
                        }
                        #expect(await fixture.flusher().flush())
                    }
                }
            }
            group.addTask { [aggregator = fixtures[0].aggregator] in
                for _ in 0..<15 { _ = try await aggregator.aggregate(now: time.now()) }
            }
            try await group.waitForAll()
        }
        _ = try await fixtures[1].aggregator.aggregate(now: time.now())
        #expect(try await fixtures[0].requests(["minute", "hour", "day"]) == [360, 360, 360])
        for period in StatisticsPeriod.allCases where period != .minute {
            let metrics = try await fixtures[2].query.report(period: period).metrics
            #expect(metrics.totalRequests == 360 && metrics.estimatedCostSavings == 0.72, "\(period)")
            #expect(abs(metrics.p99CacheResponseTime - 2) < 0.02)
        }
    }

    @Test("Aggregation by a run that has lost its claim changes nothing")
    func fence() async throws {
        let home = try await Self.home(try await PostgresScratch.url())
        guard case .postgres(let client) = home else { return }
        try await client.transaction { db -> Void in
            try db.query("CREATE TABLE job_fence (job text PRIMARY KEY, fence bigint NOT NULL)")
            try db.query("INSERT INTO job_fence VALUES ('aggregate-statistics', 5)")
        }
        let fixture = try StatisticsFixture(home: home)
        try await fixture.store(event(.hit, at: fixture.time.now() - .seconds(7200)))
        await #expect(throws: StatisticsError.superseded(FenceRejection(fence: JobFence(job: "aggregate-statistics", number: 4)))) {
            try await JobFence.$current.withValue(JobFence(job: "aggregate-statistics", number: 4)) {
                _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
            }
        }
        #expect(try await fixture.rows("hour").count == 0)
        let hours = try await JobFence.$current.withValue(JobFence(job: "aggregate-statistics", number: 5)) {
            try await fixture.aggregator.aggregate(now: fixture.time.now()).hours
        }
        #expect(hours == 1)
    }

    @Test("Minutes lie in a partition for each day, which retention drops as a whole")
    func partitions() async throws {
        let home = try await Self.home(try await PostgresScratch.url())
        let fixture = try StatisticsFixture(home: home, now: "2026-11-22T17:40:30Z")
        for day in 0..<3 { try await fixture.store(event(.hit, at: fixture.time.now() + .seconds(day * 86_400))) }
        let partitions = """
            SELECT count(*) FROM pg_inherits WHERE inhparent = 'cache_statistics_minute'::regclass
            """
        #expect(try await home.integer(partitions) == 3)
        fixture.time.advance(by: .seconds(30 * 86_400))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
        _ = try await fixture.aggregator.retain(now: fixture.time.now())
        #expect(try await home.integer(partitions) == 0)
        #expect(try await fixture.requests(["minute", "month"]) == [0, 3])
    }
}
