import GRDB
import HearthDrivers
import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

/// The databases that keep statistics.
enum StoreKind: String, CaseIterable, Sendable {
    case sqlite
    case postgres
}

/// An empty database with the tables of statistics, which replicas may share.
enum StatisticsHome: Sendable {
    case sqlite(any DatabaseWriter)
    case postgres(PostgresClient)

    init(_ kind: StoreKind) async throws {
        switch kind {
        case .sqlite: try self.init(DatabaseQueue())
        case .postgres:
            let client = PostgresClient(address: try PostgresAddress(url: await PostgresScratch.url()), logger: quietLogger)
            try await PostgresMigrator(PostgresStatisticsSchema.migrations).migrate(client)
            self = .postgres(client)
        }
    }

    init(_ database: any DatabaseWriter) throws {
        var migrator = DatabaseMigrator()
        StatisticsSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        self = .sqlite(database)
    }

    var store: any StatisticsStore & QueryPatternStore {
        switch self {
        case .sqlite(let database): SQLiteStatisticsStore(database: database)
        case .postgres(let client): PostgresStatisticsStore(client: client)
        }
    }

    /// Takes a table away and has the migration that makes it run once more, on what there is by then.
    func migrateAgain(_ migration: String, dropping table: String) async throws {
        switch self {
        case .sqlite(let database):
            try await database.write { db in
                try db.execute(sql: "DROP TABLE \(table); DELETE FROM grdb_migrations WHERE identifier = '\(migration)'")
            }
            var migrator = DatabaseMigrator()
            StatisticsSchema.registerMigrations(in: &migrator)
            try migrator.migrate(database)
        case .postgres(let client):
            _ = try await client.query("DROP TABLE \(table)")
            _ = try await client.query("DELETE FROM hearth_migration WHERE name = '\(migration)'")
            try await PostgresMigrator(PostgresStatisticsSchema.migrations).migrate(client)
        }
    }

    /// A whole number that a statement gives, which both databases understand.
    func integer(_ sql: String) async throws -> Int {
        switch self {
        case .sqlite(let database): try await database.read { try Int.fetchOne($0, sql: sql) } ?? 0
        case .postgres(let client): Int(try await client.query(sql).first?.integer(0) ?? 0)
        }
    }
}

/// A database with the tables of statistics, and the parts that work on it as one replica.
struct StatisticsFixture {
    let time: ManualTimeSource
    let home: StatisticsHome
    let store: any StatisticsStore
    let patterns: any QueryPatternStore
    let recorder: StatisticsRecorder
    let buffer: StatisticsBuffer
    let query: StatisticsQuery
    let aggregator: StatisticsAggregator

    init(
        _ kind: StoreKind, now: String = "2026-11-22T17:40:30Z", replica: String = "a", time: ManualTimeSource? = nil,
        rowLimit: Int = 20_000
    ) async throws {
        try await self.init(home: StatisticsHome(kind), now: now, replica: replica, time: time, rowLimit: rowLimit)
    }

    init(
        home: StatisticsHome, now: String = "2026-11-22T17:40:30Z", replica: String = "a", time: ManualTimeSource? = nil,
        rowLimit: Int = 20_000
    ) throws {
        let time = try time ?? ManualTimeSource(now: moment(now))
        let store = home.store
        let recorder = StatisticsRecorder()
        let buffer = StatisticsBuffer(recorder: recorder, replica: ReplicaIdentity(name: replica), rowLimit: rowLimit)
        self.time = time
        self.home = home
        self.store = store
        patterns = store
        self.recorder = recorder
        self.buffer = buffer
        query = StatisticsQuery(store: store, buffer: buffer, time: time)
        aggregator = StatisticsAggregator(store: store)
    }

    func flusher(store: (any StatisticsStore)? = nil, interval: Duration = .seconds(1)) -> StatisticsFlusher {
        StatisticsFlusher(buffer: buffer, store: store ?? self.store, time: time, logger: quietLogger, interval: interval)
    }

    /// Records at a moment and stores it.
    func store(_ event: UsageEvent) async throws {
        recorder.record(event)
        #expect(await flusher().flush())
    }

    /// The replicas that the store knows.
    func sightings() async throws -> [ReplicaSighting] {
        let now = time.now()
        return try await store.read(
            try StatisticsRange(period: .minute, from: now, to: now, now: now, retention: StatisticsRetention()), of: UsageSelection(),
            for: buffer.replica
        ).replicas
    }

    /// How many rows a resolution has, and the sum of their requests.
    func rows(_ resolution: String) async throws -> (count: Int, requests: Int) {
        let part = "FROM cache_statistics WHERE resolution = '\(resolution)'"
        return (
            try await home.integer("SELECT count(*) \(part)"),
            try await home.integer("SELECT CAST(coalesce(sum(requests), 0) AS bigint) \(part)")
        )
    }

    /// The sums of requests of several resolutions.
    func requests(_ resolutions: [String]) async throws -> [Int] {
        var sums: [Int] = []
        for resolution in resolutions { sums.append(try await rows(resolution).requests) }
        return sums
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
    failed: Bool = false, isShared: Bool = false
) -> UsageEvent {
    UsageEvent(
        finishedAt: finishedAt, result: result, missReason: reason, language: language, category: category, source: nil,
        duration: .nanoseconds(Int64(milliseconds * 1_000_000)), upstreamDuration: upstream, isShared: isShared, costMicroDollars: cost,
        savedMicroDollars: saved, failed: failed)
}
