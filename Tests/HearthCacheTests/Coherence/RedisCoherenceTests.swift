import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import ServiceLifecycle
import Testing

@testable import HearthCache

@Suite("Replicas that share Redis", .serialized, .timeLimit(.minutes(10)))
struct RedisCoherenceTests {
    /// One replica's cache with its own connections.
    struct Replica: Sendable {
        let cache: AnswerCache
        let writer: StoreWriter
        let client: RedisClient
        let store: RedisAnswerStore
        let services: [any Service]

        init(url: String, namespace: String) throws {
            let registry = MetricRegistry(timeSource: SystemTimeSource())
            let instruments = CacheInstruments(registry: registry, stores: [.memory, .redis])
            var options = RedisPoolOptions()
            options.minimumConnections = 2
            options.breaker.openTime = .seconds(1)
            client = try RedisClient(target: RedisTarget(url: url), options: options)
            store = RedisStoreFixture.store(on: client, namespace: namespace, lookupDeadline: .milliseconds(200))
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            cache = AnswerCache(
                memory: MemoryTier(capacityBytes: 8 << 20), store: store, writes: WriteQueue(limit: 100),
                freshness: FreshnessPolicy(jitterShare: 0) { _ in
                    .init(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
                },
                instruments: instruments, timeSource: SystemTimeSource(), render: { Array($0.text.utf8) })
            writer = StoreWriter(
                cache: cache, instruments: instruments, retryDelay: .milliseconds(1), timeSource: SystemTimeSource(), logger: logger)
            services = [
                RedisCoherence(
                    client: client, options: options.connection, cache: cache, store: store,
                    instruments: CoherenceInstruments(registry: registry), timeSource: SystemTimeSource(), logger: logger)
            ]
        }
    }

    func withReplicas(
        _ urls: [String], _ body: @escaping @Sendable ([Replica]) async throws -> Void
    ) async throws {
        let namespace = "test-\(UUID().uuidString)"
        let replicas = try urls.map { try Replica(url: $0, namespace: namespace) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for replica in replicas {
                group.addTask { await replica.client.run() }
                for service in replica.services { group.addTask { try await service.run() } }
            }
            defer { group.cancelAll() }
            try await Deadline.until("all hear each other") { replicas.allSatisfy { $0.cache.trust.isLive } }
            try await body(replicas)
        }
    }

    func question(_ text: String) -> IdentifiedQuestion {
        IdentifiedQuestion(
            key: Sample.key(text), form: Sample.form(text),
            normalized: NormalizedQuery(text: text, category: .general, isExact: false, steps: []))
    }

    func keep(_ text: String, _ response: String, in replica: Replica) async {
        let now = SystemTimeSource().now()
        var answer = Sample.answer(text, response: response, storedAt: now)
        answer.generation = replica.cache.generation
        replica.cache.keep(answer)
        await replica.writer.writeAll()
    }

    func found(_ text: String, in replica: Replica) async -> String? {
        switch await replica.cache.lookup(question(text), at: SystemTimeSource().now()) {
        case .hit(let entry, _): entry.answer.text
        case .stale, .miss: nil
        }
    }

    /// The news of an answer may come when it has been read already, and take it out of memory once more.
    func learn(_ text: String, _ response: String, in replica: Replica) async throws {
        try await Deadline.until("it is in memory") {
            await found(text, in: replica) == response && remembered(text, in: replica) == response
        }
    }

    func remembered(_ text: String, in replica: Replica) -> String? {
        replica.cache.serveFromMemory(question(text), at: SystemTimeSource().now())?.answer.text
    }

    /// A second is promised; the machine may take as long again.
    static let newsTime = Duration.seconds(10)

    @Test("What one overwrites or invalidates leaves the memory of the other within a second")
    func news() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url, server.url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            await keep("q", "first", in: one)
            try await learn("q", "first", in: two)
            let clock = ContinuousClock()
            let overwritten = try await clock.measure {
                await keep("q", "second", in: one)
                try await Deadline.until("the old answer is gone", within: Self.newsTime) { remembered("q", in: two) != "first" }
            }
            #expect(await found("q", in: two) == "second")
            let invalidated = try await clock.measure {
                _ = try await one.cache.invalidate(AnswerSelection(category: .general), by: "test")
                try await Deadline.until("the answer is gone", within: Self.newsTime) { remembered("q", in: two) == nil }
            }
            #expect(await found("q", in: two) == nil)
            print("News of an overwritten answer took \(overwritten), of an invalidation \(invalidated)")
        }
        await server.stop()
    }

    @Test("Who invalidates right after another learns of the other's invalidation, too")
    func invalidationsOfBoth() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url, server.url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            var late = Sample.answer("q", response: "Late.", storedAt: SystemTimeSource().now())
            late.tags = ["winter"]
            late.generation = two.cache.generation
            _ = try await one.cache.invalidate(AnswerSelection(tag: "winter"), by: "test")
            _ = try await two.cache.invalidate(AnswerSelection(tag: "summer"), by: "test")
            // It was asked for before the first of them, and comes after both.
            two.cache.keep(late)
            try await Deadline.until("the other's invalidation is known") { await found("q", in: two) == nil }
        }
        await server.stop()
    }

    @Test("When only the news are lost, memory is compared with the store within a second, and nothing stale is served")
    func lostNews() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        try await withReplicas([server.url, "redis://127.0.0.1:\(proxy.port)"]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            await keep("q", "first", in: one)
            try await learn("q", "first", in: two)
            // Everything of the second replica falls silent; it must doubt its memory before the first changes something for long.
            proxy.set(FaultProxy.Faults(isSilent: true))
            let silentSince = ContinuousClock.now
            try await Deadline.until("the memory is suspect", within: Self.newsTime) { remembered("q", in: two) == nil }
            print("Lost news were noticed after \(silentSince.duration(to: .now))")
            // What it still knows it serves rather than nothing: the store does not answer.
            #expect(await found("q", in: two) == "first")
            await keep("q", "second", in: one)
            await keep("r", "other", in: one)
            _ = try await one.cache.invalidate(AnswerSelection(key: Sample.key("r")), by: "test")
            proxy.set(FaultProxy.Faults())
            try await Deadline.until("the news are back") { two.cache.trust.isLive && two.client.isConnected }
            #expect(await found("q", in: two) == "second")
            #expect(await found("r", in: two) == nil)
        }
        await proxy.stop()
        await server.stop()
    }

    @Test("A server that forgot its counter gives no number again: what is invalidated then is gone everywhere, from memory too")
    func forgottenCounter() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url, server.url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            for number in 0..<5 { _ = try await one.cache.invalidate(AnswerSelection(key: Sample.key("\(number)")), by: "test") }
            await keep("q", "first", in: one)
            try await learn("q", "first", in: two)
            try await Deadline.until("both know the counter") { replicas.allSatisfy { $0.cache.generation == 5 } }
            _ = try await one.client.broadcast(RedisCommand("FLUSHALL"), within: .seconds(2))
            #expect(two.cache.memory.peek(Sample.key("q")) != nil)
            _ = try await one.cache.invalidate(AnswerSelection(language: .en), by: "test")
            try await Deadline.until("the other has learnt of it") { await found("q", in: two) == nil }
            #expect(await found("q", in: one) == nil && one.cache.generation == 6)
        }
        await server.stop()
    }

    @Test("A server that forgot everything gets back what replicas remember, but not what was invalidated")
    func forgotten() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url, server.url]) { replicas in
            let one = replicas[0]
            await keep("q", "first", in: one)
            await keep("r", "gone", in: one)
            let stale = try #require(one.cache.memory.peek(Sample.key("r")))
            _ = try await one.cache.invalidate(AnswerSelection(key: Sample.key("r")), by: "test")
            _ = try await one.client.broadcast(RedisCommand("FLUSHALL"), within: .seconds(2))
            _ = try await one.client.broadcast(RedisCommand("CLIENT", "KILL", "TYPE", "pubsub"), within: .seconds(2))
            try await Deadline.until("the loss is noticed") { !one.cache.trust.isLive }
            try await Deadline.until("the news are back") { one.cache.trust.isLive }
            // As if a look-up had put it back at the last moment.
            one.cache.memory.insert(stale)
            #expect(await found("q", in: one) == "first")
            #expect(await found("r", in: one) == nil)
            await one.writer.writeAll()
            #expect(try await one.cache.store.answer(for: Sample.key("q"))?.text == "first")
            #expect(try await one.cache.store.answer(for: Sample.key("r")) == nil)
        }
        await server.stop()
    }
}
