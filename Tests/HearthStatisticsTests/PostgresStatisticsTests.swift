import Foundation
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

    /// What the release 0.1.0 sends to add counts, as its server recorded it.
    private static func releasedUpsert() throws -> String {
        let path = URL(filePath: #filePath).appending(path: "../../HearthServerTests/Releases/0.1.0.sql").standardizedFileURL
        let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
        return String(try #require(lines.first { $0.hasPrefix("INSERT INTO cache_statistics AS kept (resolution, ") }))
    }

    /// As a replica of the release 0.1.0 does, which does not know of shared calls.
    private static func aggregateAsReleased(_ hour: Timestamp, _ client: PostgresClient) async throws {
        let upsert = try releasedUpsert()
        try await client.transaction { connection -> Void in
            let row = try #require(try connection.query("SELECT * FROM cache_statistics WHERE resolution = 'minute'").first)
            let names: [PostgresValue] = try ["language", "category", "result", "tenant"].map { .array([.text(try row.text(.name($0)))]) }
            let sums = [
                "requests", "failed", "saved_microdollars", "cost_microdollars", "duration_nanoseconds", "upstream_requests",
                "upstream_nanoseconds", "miss_never_stored", "miss_expired", "miss_invalidated", "miss_low_confidence", "miss_bypass",
                "miss_integrity", "miss_store_unavailable",
            ]
            let numbers: [PostgresValue] = try sums.map { .array([.integer(try row.integer(.name($0)))]) }
            let latency = PostgresValue.array([.bytes(try row.bytes("latency"))])
            for period in StatisticsPeriod.allCases where period != .minute {
                let bucket = PostgresValue.array([.moment(period.bucketStart(containing: hour))])
                try connection.query(upsert, [.text(period.resolution), bucket] + names + numbers + [latency])
            }
            try connection.query(
                "UPDATE aggregation_watermark SET complete_through = greatest(complete_through, $1) WHERE resolution = 'hour'",
                [.moment(StatisticsPeriod.hourly.bucketEnd(from: hour))])
        }
    }

    @Test("Hours that a replica of the release before has aggregated get what it does not know from their minutes, once and not twice")
    func olderReplicas() async throws {
        let home = try await Self.home(try await PostgresScratch.url())
        guard case .postgres(let client) = home else { return }
        let fixture = try StatisticsFixture(home: home)
        let answered = fixture.time.now() - .seconds(7200)
        for isShared in [true, true, false] { try await fixture.store(event(.miss, at: answered, milliseconds: 3, isShared: isShared)) }
        try await Self.aggregateAsReleased(StatisticsPeriod.hourly.bucketStart(containing: answered), client)
        func shared() async throws -> [Int] {
            var sums: [Int] = []
            for resolution in ["minute", "hour", "day", "week", "month"] {
                sums.append(
                    try await home.integer("SELECT sum(shared)::bigint FROM cache_statistics WHERE resolution = '\(resolution)'"))
            }
            return sums
        }
        // Tables that were made in one go had no older replicas.
        #expect(try await fixture.aggregator.aggregate(now: fixture.time.now()).hours == 0)
        #expect(try await shared() == [2, 0, 0, 0, 0])
        _ = try await client.query(
            "UPDATE hearth_migration SET applied_at = applied_at - interval '1 hour' WHERE name = 'statistics-1-tables'")
        let first = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(first.hours == 1 && first.reopenedHours == 1 && first.rowsWritten == 4)
        #expect(try await shared() == [2, 2, 2, 2, 2])
        #expect(try await fixture.requests(["minute", "hour", "day", "week", "month"]) == [3, 3, 3, 3, 3])
        // Whoever has the next turn finds nothing missing; an hour of minutes that are gone is left as it is.
        let second = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(second.hours == 1 && second.rowsWritten == 0)
        #expect(try await shared() == [2, 2, 2, 2, 2])
        _ = try await client.query(
            "UPDATE aggregation_watermark SET removed_before = $1 WHERE resolution = 'minute'", [.moment(fixture.time.now())])
        #expect(try await fixture.aggregator.aggregate(now: fixture.time.now()).hours == 0)
        _ = try await client.query("UPDATE aggregation_watermark SET removed_before = NULL WHERE resolution = 'minute'")
        _ = try await client.query("UPDATE hearth_migration SET applied_at = applied_at - interval '2 days'")
        #expect(try await fixture.aggregator.aggregate(now: fixture.time.now()).hours == 0, "the upgrade is over")
    }
}
