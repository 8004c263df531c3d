import GRDB
import HearthPages
import HearthStatistics
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Buckets of the page from the statistics")
struct UsageBucketTests {
    @Test("A bucket has the time of its answers from the cache, and none where there was no such answer")
    func times() async throws {
        let database = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        StatisticsSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        let time = ManualTimeSource(now: try #require(Timestamp(iso8601: "2026-11-22T17:40:30Z")))
        let recorder = StatisticsRecorder()
        let query = StatisticsQuery(
            store: SQLiteStatisticsStore(database: database),
            buffer: StatisticsBuffer(recorder: recorder, replica: ReplicaIdentity(name: "a")), time: time)
        for (result, milliseconds, minutesAgo) in [(.hit, 4, 0), (.miss, 900, 0), (.miss, 700, 1)] as [(LookupResult, Int64, Int64)] {
            recorder.record(
                UsageEvent(
                    finishedAt: time.now() - .seconds(minutesAgo * 60), result: result, missReason: result == .hit ? nil : .neverStored,
                    language: .en, category: .hours, source: nil, duration: .milliseconds(milliseconds), upstreamDuration: .zero,
                    isShared: false, costMicroDollars: 0, savedMicroDollars: 0, failed: false))
        }
        let report = try await query.report(period: .minute, from: time.now() - .seconds(120), to: time.now())
        let buckets = report.series.map(UsageBucket.init)
        #expect(buckets.suffix(3).map(\.results.total) == [0, 1, 2])
        #expect(buckets.dropLast().allSatisfy { $0.p95CacheMilliseconds == nil })
        #expect((3.8...4.2).contains(try #require(buckets.last?.p95CacheMilliseconds)))
    }
}
