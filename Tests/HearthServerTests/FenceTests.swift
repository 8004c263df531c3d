import GRDB
import HearthCache
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("A run that lost its claim writes nothing")
struct FenceTests {
    private static let now = Timestamp(seconds: 1_790_000_000)

    @Test("Statistics and answers refuse the writes of a superseded run, and take those of the one that holds the job")
    func sinks() async throws {
        let folder = try TemporaryFolder()
        let database = try HearthDatabase.open(at: folder.path + "/hearth.sqlite")
        let ledger = SQLiteRunLedger(database: database, holder: "me")
        _ = try await ledger.register([JobRegistration(job: "job", schedule: "", configHash: "", isTimed: false)], at: Self.now)
        try await database.write { try $0.execute(sql: "UPDATE job_fence SET fence = 5") }
        let statistics = SQLiteStatisticsStore(database: database)
        let answers = SQLiteAnswerStore(database: database, lookupDeadline: .seconds(5))
        let request = PruneRequest(now: Self.now, maximumBytes: 1)

        try await JobFence.$current.withValue(JobFence(job: "job", number: 4)) {
            await #expect(throws: StatisticsError.superseded(FenceRejection(fence: JobFence(job: "job", number: 4)))) {
                _ = try await statistics.aggregateNextHour(endingBy: Self.now)
            }
            let refused = try await #require(throws: AnswerStoreError.self) { _ = try await answers.prune(request) }
            #expect(refused.kind == .superseded)
        }
        try await JobFence.$current.withValue(JobFence(job: "job", number: 5)) {
            _ = try await statistics.aggregateNextHour(endingBy: Self.now)
            _ = try await answers.prune(request)
        }
        // What is no job's doing needs no fence.
        _ = try await answers.prune(request)
    }
}
