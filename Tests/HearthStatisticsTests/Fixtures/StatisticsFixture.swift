import GRDB
import HearthStatistics
import HearthTelemetry
import Logging
import Testing

/// A database with the tables of statistics, and the parts that work on it as one replica.
struct StatisticsFixture {
    let time: ManualTimeSource
    let database: any DatabaseWriter
    let store: SQLiteStatisticsStore
    let recorder: StatisticsRecorder
    let buffer: StatisticsBuffer
    let query: StatisticsQuery
    let aggregator: StatisticsAggregator

    init(
        now: String = "2026-11-22T17:40:30Z", database: (any DatabaseWriter)? = nil, replica: String = "a", time: ManualTimeSource? = nil,
        rowLimit: Int = 20_000
    ) throws {
        let time = try time ?? ManualTimeSource(now: moment(now))
        let database = try database ?? DatabaseQueue()
        try Self.migrate(database)
        let store = SQLiteStatisticsStore(database: database)
        let recorder = StatisticsRecorder()
        let buffer = StatisticsBuffer(recorder: recorder, replica: ReplicaIdentity(name: replica), rowLimit: rowLimit)
        self.time = time
        self.database = database
        self.store = store
        self.recorder = recorder
        self.buffer = buffer
        query = StatisticsQuery(store: store, buffer: buffer, time: time)
        aggregator = StatisticsAggregator(store: store)
    }

    static func migrate(_ database: any DatabaseWriter) throws {
        var migrator = DatabaseMigrator()
        StatisticsSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
    }

    func flusher(store: (any StatisticsStore)? = nil, interval: Duration = .seconds(1)) -> StatisticsFlusher {
        StatisticsFlusher(buffer: buffer, store: store ?? self.store, time: time, logger: quietLogger, interval: interval)
    }

    /// Records at a moment and stores it.
    func store(_ event: UsageEvent) async throws {
        recorder.record(event)
        #expect(await flusher().flush())
    }

    /// How many rows a resolution has, and the sum of their requests.
    func rows(_ resolution: String) throws -> (count: Int, requests: Int) {
        try database.read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT count(*), coalesce(sum(requests), 0) FROM cache_statistics WHERE resolution = ?",
                arguments: [resolution])
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func moment(_ text: String) throws -> Timestamp {
    try #require(Timestamp(iso8601: text))
}

/// An event with the figures that most tests do not look at.
func event(
    _ result: LookupResult, at finishedAt: Timestamp, language: Language = .en, category: ResponseCategory = .hours,
    milliseconds: Double = 1, upstream: Duration = .zero, cost: Int64 = 0, saved: Int64 = 0, reason: MissReason? = nil,
    failed: Bool = false
) -> UsageEvent {
    UsageEvent(
        finishedAt: finishedAt, result: result, missReason: reason, language: language, category: category, source: nil,
        duration: .nanoseconds(Int64(milliseconds * 1_000_000)), upstreamDuration: upstream, costMicroDollars: cost,
        savedMicroDollars: saved, failed: failed)
}

/// A generator of the same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
