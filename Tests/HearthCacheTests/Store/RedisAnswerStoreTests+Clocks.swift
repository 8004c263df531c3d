import Foundation
import HearthDrivers
import HearthScheduling
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthCache

/// Clocks that are wrong, and runs that come late.
extension RedisAnswerStoreTests {
    /// Debian's `libfaketime` does not carry Redis, so its own expiry is moved instead: to where a server whose clock is a day ahead or
    /// behind would act on it.
    @Test("Whatever the server's clock says, an answer is there until its end and is not served after it", arguments: [-86_400, 86_400])
    func serverClock(secondsOff: Int64) async throws {
        let store = try await RedisStoreFixture.single()
        let now = SystemTimeSource().now()
        let answer = Sample.answer("one", storedAt: now)
        try await store.put([answer])
        let bucket = store.layout.bucket(of: answer.key)
        func ask(_ words: String...) async throws -> RedisValue? {
            try await store.client.send([RedisCommand(texts: words)], slot: bucket.slot, within: .seconds(2)).first
        }
        let end = try #require(try await ask("PEXPIRETIME", bucket.entry(answer.key))?.integer)
        // A clock that is ahead forgets sooner.
        let moved = end - secondsOff * 1000
        _ = try await ask("PEXPIREAT", bucket.entry(answer.key), "\(moved)")
        #expect(moved > (now + .seconds(3600)).milliseconds, "it is kept for as long as it may be served")

        let question = IdentifiedQuestion(
            key: answer.key, form: answer.form, normalized: NormalizedQuery(text: "one", category: .general, isExact: false, steps: []))
        for (seconds, isServed) in [(1800, true), (3599, true), (3601, false), (80_000, false)] {
            // Each with an empty memory.
            let time = ManualTimeSource(now: now + .seconds(seconds))
            let cache = AnswerCache(
                memory: MemoryTier(capacityBytes: 1 << 20), store: store, writes: WriteQueue(limit: 10),
                freshness: FreshnessPolicy(jitterShare: 0) { _ in
                    .init(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
                },
                instruments: CacheInstruments(registry: MetricRegistry(timeSource: time), stores: [.memory, .redis]), timeSource: time,
                render: { Array($0.text.utf8) })
            let found = await cache.lookup(question, at: time.now())
            if case .hit = found { #expect(isServed, "\(seconds) s") } else { #expect(!isServed, "\(seconds) s: \(found)") }
        }
        #expect(try await ask("EXISTS", bucket.entry(answer.key)) == .integer(1), "Redis itself has not forgotten it")
    }

    @Test("A run of a job removes nothing where a later one has been")
    func lateRun() async throws {
        let client = try await RedisStoreFixture.client()
        let namespace = "test-\(UUID().uuidString)"
        let log = RedisInvalidationLog(client: client, namespace: namespace)
        let fenced = RedisAnswerStore(
            client: client, namespace: namespace, log: log, lookupDeadline: .seconds(5), writeDeadline: .seconds(30))
        let answers = (0..<100).map { Sample.answer("q\($0)") }
        func prune(_ store: RedisAnswerStore, fence: Int64?, _ request: PruneRequest) async throws -> PruneOutcome {
            try await JobFence.$current.withValue(fence.map { JobFence(job: "prune-cache", number: $0) }) { try await store.prune(request) }
        }
        let during = PruneRequest(now: Sample.start, maximumBytes: 1 << 30)
        let afterwards = PruneRequest(now: Sample.start + .seconds(7200), maximumBytes: 1 << 30)
        var small = during
        small.maximumBytes = 0
        try await fenced.put(answers)
        #expect(try await prune(fenced, fence: 7, during).totalRemoved == 0)
        for request in [afterwards, small] {
            let refused = try await #require(throws: AnswerStoreError.self) { _ = try await prune(fenced, fence: 6, request) }
            #expect(refused.kind == .superseded)
        }
        #expect(try await fenced.summary().entries == 100)
        // The same run, what is no job's doing, and another job.
        #expect(try await prune(fenced, fence: 7, during).totalRemoved == 0)
        #expect(try await prune(fenced, fence: nil, during).totalRemoved == 0)
        try await JobFence.$current.withValue(JobFence(job: "another", number: 1)) { _ = try await fenced.prune(during) }
        // A later one does the work, and its own mark does not outlast the hour.
        #expect(try await prune(fenced, fence: 8, afterwards).expiredRemoved == 100)
        let bucket = fenced.layout.buckets[0]
        let left = try await client.send([RedisCommand("PTTL", bucket.key("j:prune-cache"))], slot: bucket.slot, within: .seconds(2)).first
        #expect((1...3_600_000).contains(left?.integer ?? 0))
    }

    @Test("A run of a job writes nothing where a later one has been, and its memory forgets what it made; callers' answers are written")
    func lateWrites() async throws {
        let client = try await RedisStoreFixture.client()
        let namespace = "test-\(UUID().uuidString)"
        let store = RedisAnswerStore(
            client: client, namespace: namespace, log: RedisInvalidationLog(client: client, namespace: namespace),
            lookupDeadline: .seconds(5), writeDeadline: .seconds(30))
        let time = ManualTimeSource(now: Sample.start)
        let instruments = CacheInstruments(registry: MetricRegistry(timeSource: time), stores: [.memory, .redis])
        let cache = AnswerCache(
            memory: MemoryTier(capacityBytes: 1 << 20), store: store, writes: WriteQueue(limit: 10),
            freshness: FreshnessPolicy(jitterShare: 0) { _ in
                FreshnessPolicy.Rule(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
            },
            instruments: instruments, timeSource: time, render: { Array($0.text.utf8) })
        func keep(_ response: String, fence: Int64?) {
            JobFence.$current.withValue(fence.map { JobFence(job: "warm-cache", number: $0) }) {
                cache.keep(Sample.answer("warmed", response: response))
            }
        }
        // The runs of two replicas, in the order in which their answers arrive.
        for (response, fence) in [("of the first run", 7), ("of the later run", 8), ("of the first run, late", 7)] as [(String, Int64)] {
            keep(response, fence: fence)
        }
        JobFence.$current.withValue(JobFence(job: "refresh-popular", number: 1)) { cache.keep(Sample.answer("refreshed")) }
        cache.keep(Sample.answer("asked"))
        let writer = StoreWriter(
            cache: cache, instruments: instruments, retryDelay: .zero, timeSource: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await writer.writeAll()
        #expect(cache.writes.count == 0)
        #expect(try await store.answer(for: Sample.key("warmed"))?.text == "of the later run")
        #expect(cache.memory.peek(Sample.key("warmed")) == nil)
        for question in ["refreshed", "asked"] { #expect(try await store.answer(for: Sample.key(question)) != nil, "\(question)") }
        #expect(instruments.writeDrops(.superseded).value == 1)
        #expect(instruments.insertions(store: .redis, .stored).value == 4)
        // A caller's answer takes the place of a run's.
        keep("asked by a caller", fence: nil)
        await writer.writeAll()
        #expect(try await store.answer(for: Sample.key("warmed"))?.text == "asked by a caller")
    }

    @Test("A job prunes a server that is full, too")
    func fullServer() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(server.url) { client in
            let store = RedisAnswerStore(
                client: client, namespace: "test", log: RedisInvalidationLog(client: client, namespace: "test"),
                lookupDeadline: .seconds(5))
            try await store.put((0..<50).map { Sample.answer("q\($0)") })
            try await server.command(["CONFIG", "SET", "maxmemory", "1"])
            let refused = try await #require(throws: AnswerStoreError.self) { try await store.put([Sample.answer("one more")]) }
            #expect(refused.kind == .full)
            let request = PruneRequest(now: Sample.start + .seconds(7200), maximumBytes: 1 << 30)
            let outcome = try await JobFence.$current.withValue(JobFence(job: "prune-cache", number: 1)) { try await store.prune(request) }
            #expect(outcome.expiredRemoved == 50)
        }
        await server.stop()
    }
}
