import GRDB
import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization
import Testing

@testable import HearthCache

@Suite("What the cache counts when things go wrong")
struct CacheMetricsTests {
    private let time = ManualTimeSource(now: Sample.start)
    private let registry = MetricRegistry()

    private func makeCache(_ store: any AnswerStore, memoryBytes: Int = 1 << 20, queue: Int = 100) -> (AnswerCache, CacheInstruments) {
        let instruments = CacheInstruments(registry: registry)
        let observed = ObservedAnswerStore(
            store, instruments: StoreInstruments(registry: registry, store: .sqlite), timeSource: time)
        let cache = AnswerCache(
            memory: MemoryTier(capacityBytes: memoryBytes), store: observed, writes: WriteQueue(limit: queue),
            freshness: FreshnessPolicy(jitterShare: 0) { _ in
                FreshnessPolicy.Rule(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
            },
            instruments: instruments, timeSource: time, render: { Array($0.text.utf8) })
        return (cache, instruments)
    }

    private func value(_ name: String, _ labels: [String: String]) -> Double? {
        MetricSamples(String(decoding: registry.render(.text), as: UTF8.self)).value(name, labels)
    }

    /// A store without its tables.
    private func brokenStore() throws -> SQLiteAnswerStore {
        SQLiteAnswerStore(database: try DatabaseQueue(), lookupDeadline: .seconds(5))
    }

    @Test("What does not fit into memory is rejected there and kept in the store; where memory keeps none, nothing is counted")
    func rejected() throws {
        let store = try SQLiteFixture().store
        let (cache, instruments) = makeCache(store)
        cache.keep(Sample.answer("small"))
        cache.keep(Sample.answer("large", response: String(repeating: "x", count: 1 << 17)))
        #expect(instruments.insertions(store: .memory, .stored).value == 1)
        #expect(instruments.insertions(store: .memory, .rejected).value == 1)
        #expect(cache.memory.count == 1 && cache.writes.count == 2)
        let (bare, _) = makeCache(store, memoryBytes: 0)
        bare.keep(Sample.answer("small"))
        #expect(instruments.insertions(store: .memory, .stored).value == 1)
        #expect(instruments.insertions(store: .memory, .rejected).value == 1)
    }

    @Test("A store that fails is counted as such, and so is what its queue cannot hold")
    func failing() async throws {
        let (cache, instruments) = makeCache(try brokenStore(), queue: 1)
        for question in ["a", "b", "c"] { cache.keep(Sample.answer(question)) }
        #expect(instruments.writeDrops(.queueFull).value == 2)
        let writer = StoreWriter(
            cache: cache, instruments: instruments, retryDelay: .zero, timeSource: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await writer.writeAll()
        #expect(instruments.insertions(store: .sqlite, .error).value == 1)
        #expect(value("hearth_store_operations_total", ["operation": "set", "outcome": "error"]) == 1)
        for (selection, scope) in [
            (AnswerSelection(key: Sample.key("a")), CacheInstruments.InvalidationScope.key), (AnswerSelection(category: .hours), .prefix),
            (AnswerSelection(), .all),
        ] {
            _ = try? await cache.invalidate(selection, by: "test")
            #expect(instruments.invalidations(scope, .error).value == 1)
        }
        _ = try? await cache.store.ping()
        _ = try? await cache.store.summary()
        _ = try? await cache.store.answer(for: Sample.key("a"))
        for operation in ["get", "scan", "delete"] {
            #expect(value("hearth_store_operations_total", ["operation": operation, "outcome": "error"]) ?? 0 > 0, "\(operation)")
        }
    }

    @Test("In a full store room is made before the next write: again at once where there was something to remove, else after a minute")
    func full() async throws {
        let database = try DatabaseQueue()
        var migrator = DatabaseMigrator()
        AnswerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        try await database.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }  // SQLite takes it as the pages that there are
        let (cache, instruments) = makeCache(SQLiteAnswerStore(database: database, lookupDeadline: .seconds(5)))
        for number in 0..<40 { cache.keep(Sample.answer("\(number)", response: String(repeating: "x", count: 4096))) }
        let timesMade = Mutex(0)
        let writer = StoreWriter(
            cache: cache, instruments: instruments, retryDelay: .zero, timeSource: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) {
            let time = timesMade.withLock { times in
                times += 1
                return times
            }
            if time == 3 { try? await database.write { try $0.execute(sql: "PRAGMA max_page_count = 1000") } }
            return time == 2
        }
        for _ in 0..<3 { await writer.writeAll() }
        #expect(timesMade.withLock { $0 } == 1)
        time.advance(by: .seconds(60))
        await writer.writeAll()
        #expect(timesMade.withLock { $0 } == 2)
        // At the end others want to write, too.
        await writer.writeAll(mayMakeRoom: false)
        #expect(timesMade.withLock { $0 } == 2)
        await writer.writeAll()
        #expect(timesMade.withLock { $0 } == 3 && cache.writes.count == 40)
        await writer.writeAll()
        #expect(cache.writes.count == 0)
        #expect(try await cache.store.summary().entries == 40)
    }
}
