import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthCache

@Suite("Answers in Redis", .timeLimit(.minutes(10)))
struct RedisAnswerStoreTests {
    @Test("A record that is damaged anywhere, cut or put under another key is no answer")
    func records() {
        var answer = Sample.answer("one", language: .he, response: "מחיר 120 ₪")
        answer.tags = ["spring", "new"]
        answer.metadata = #"{"a": 1}"#
        answer.generation = 7
        let bytes = AnswerRecord.encode(answer)
        #expect(AnswerRecord.decode(bytes, key: answer.key) == answer)
        for position in bytes.indices {
            var flipped = bytes
            flipped[position] ^= 1 << UInt8(position % 8)
            #expect(AnswerRecord.decode(flipped, key: answer.key) == nil)
            #expect(AnswerRecord.decode(Array(bytes[..<position]), key: answer.key) == nil)
        }
        #expect(AnswerRecord.decode(bytes, key: Sample.key("two")) == nil)
        var never = answer
        never.lifetime = Lifetime(freshUntil: nil, revalidateUntil: nil, onErrorUntil: nil)
        never.query = nil
        never.metadata = nil
        #expect(AnswerRecord.decode(AnswerRecord.encode(never), key: answer.key) == never)
    }

    @Test("An answer that waited for its store does not take the place of one that was stored later, unless that is dated wrongly")
    func olderAnswer() async throws {
        let store = try await RedisStoreFixture.single()
        let now = SystemTimeSource().now()
        func put(_ response: String, storedAt: Timestamp, generation: Int64 = 1) async throws -> String? {
            var answer = Sample.answer("q", response: response, storedAt: storedAt)
            answer.generation = generation
            try await store.put([answer])
            return try await store.answer(for: answer.key)?.text
        }
        #expect(try await put("newer", storedAt: now - .seconds(10)) == "newer")
        #expect(try await put("older", storedAt: now - .seconds(20)) == "newer")
        #expect(try await put("asked for after an invalidation", storedAt: now - .seconds(30), generation: 2).map { $0.first } == "a")
        #expect(try await put("from the future", storedAt: now + .seconds(3600), generation: 2) == "from the future")
        #expect(try await put("now", storedAt: now, generation: 2) == "now")
    }

    @Test("A value that somebody damaged or moved in the server is an error, never an answer")
    func damagedValues() async throws {
        let store = try await RedisStoreFixture.single()
        let (one, two) = (Sample.answer("one"), Sample.answer("two", response: "Another answer."))
        try await store.put([one, two])
        let bucket = store.layout.bucket(of: one.key)
        let other = store.layout.bucket(of: two.key)
        let moved = try await store.client.send([RedisCommand("HGET", other.entry(two.key), "a")], slot: other.slot, within: .seconds(2))
        let record = try #require(moved.first?.bytes)
        for value in [record, Array(record.dropLast()), [], Array("nonsense".utf8)] {
            let command = RedisCommand([Array("HSET".utf8), Array(bucket.entry(one.key).utf8), Array("a".utf8), value])
            _ = try await store.client.send([command], slot: bucket.slot, within: .seconds(2))
            let error = await #expect(throws: AnswerStoreError.self) { try await store.answer(for: one.key) }
            #expect(error?.kind == .damaged)
        }
        // The cache counts it and asks anew.
        let time = ManualTimeSource(now: Sample.start)
        let instruments = CacheInstruments(registry: MetricRegistry(timeSource: time), stores: [.memory, .redis])
        let cache = AnswerCache(
            memory: MemoryTier(capacityBytes: 1 << 20), store: store, writes: WriteQueue(limit: 10),
            freshness: FreshnessPolicy(jitterShare: 0) { _ in
                .init(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
            },
            instruments: instruments, timeSource: time, render: { Array($0.text.utf8) })
        let question = IdentifiedQuestion(
            key: one.key, form: one.form, normalized: NormalizedQuery(text: "one", category: .general, isExact: false, steps: []))
        guard case .miss(.integrity, fallback: nil) = await cache.lookup(question, at: time.now()) else {
            Issue.record("a damaged answer is a miss")
            return
        }
        #expect(instruments.integrityFailures(.damaged).value == 1)
    }

    @Test("An answer that was asked for before an invalidation does not take the place of a later one")
    func olderGeneration() async throws {
        let store = try await RedisStoreFixture.single()
        var (older, newer) = (Sample.answer("one", response: "old"), Sample.answer("one", response: "new"))
        older.generation = 1
        newer.generation = 2
        try await store.put([newer])
        try await store.put([older])
        #expect(try await store.answer(for: newer.key)?.text == "new")
    }

    @Test("Answers whose index the server has lost do not keep an invalidation of everything going for ever", .timeLimit(.minutes(10)))
    func lostIndex() async throws {
        let store = try await RedisStoreFixture.single()
        let bucket = store.layout.buckets[0]
        let answers = (0..<20_000).lazy.map { Sample.answer("q\($0)") }.filter { store.layout.bucket(of: $0.key) == bucket }
        let some = Array(answers.prefix(RedisAnswerStore.slice))
        try await store.put(some)
        _ = try await store.client.send([RedisCommand("DEL", bucket.key("i"))], slot: bucket.slot, within: .seconds(2))
        _ = try await store.invalidate(AnswerSelection(), by: "test", at: Sample.start)
        #expect(try await store.summary().oldest == nil)
    }

    @Test("Removing, replacing and pruning leave nothing behind: no index, no set, no byte")
    func nothingLeft() async throws {
        let store = try await RedisStoreFixture.single()
        var answers = (0..<50).map { Sample.answer("q\($0)", language: [.en, .es][$0 % 2], category: [.pricing, .hours][$0 % 2]) }
        for index in answers.indices { answers[index].tags = ["t\(index % 3)"] }
        try await store.put(answers)
        for index in answers.indices { answers[index].tags = ["other"] }
        try await store.put(answers)
        #expect(try await store.count(AnswerSelection(tag: "t1")) == 0)
        _ = try await store.invalidate(AnswerSelection(language: .en, category: .pricing), by: "test", at: Sample.start)
        var request = PruneRequest(now: Sample.start + .seconds(7200), maximumBytes: 1 << 30)
        request.batchSize = 3
        _ = try await store.prune(request)
        #expect(try await store.summary() == AnswerStoreSummary())
        let keys = try await store.client.broadcast(RedisCommand("KEYS", "{\(store.layout.namespace):[0-9]*"), within: .seconds(5))
        let left = keys.flatMap { $0.items ?? [] }.compactMap(\.text).filter { !$0.hasSuffix(":m") }
        #expect(left == [])
    }

    @Test("An entry that the server itself evicted is pruned from the indexes")
    func evicted() async throws {
        let store = try await RedisStoreFixture.single()
        let answer = Sample.answer("one", timeToLive: nil, hits: 9)
        try await store.put([answer])
        let bucket = store.layout.bucket(of: answer.key)
        _ = try await store.client.send([RedisCommand("DEL", bucket.entry(answer.key))], slot: bucket.slot, within: .seconds(2))
        #expect(try await store.answer(for: answer.key) == nil)
        #expect(try await store.summary().entries == 1)
        #expect(try await store.prune(PruneRequest(now: Sample.start, maximumBytes: 1 << 30)).expiredRemoved == 1)
        #expect(try await store.summary() == AnswerStoreSummary())
    }

    @Test("One of several replicas gets the claim; it ends by itself, by release, and when the answer is kept")
    func flights() async throws {
        let store = try await RedisStoreFixture.single()
        let flights = RedisFlights(client: store.client, store: store)
        let answer = Sample.answer("one")
        let claims = await withTaskGroup(of: FlightClaim.self) { group in
            for _ in 0..<50 { group.addTask { await flights.claim(answer.key) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let tokens = claims.compactMap { claim in if case .granted(let token) = claim { token } else { nil } }
        #expect(tokens.count == 1 && claims.count { $0 == .taken } == 49)
        let token = try #require(tokens.first)
        #expect(await flights.renew(answer.key, token: token))
        #expect(await flights.renew(answer.key, token: "another") == false)
        await flights.release(answer.key, token: "another")
        #expect(await flights.claim(answer.key) == .taken)
        await flights.release(answer.key, token: token)
        guard case .granted = await flights.claim(answer.key) else { return #expect(Bool(false), "it is free again") }
        try await store.put([answer])
        guard case .granted = await flights.claim(answer.key) else { return #expect(Bool(false), "the answer is there") }
    }

    @Test("A renewal that Redis does not answer is not a lost claim")
    func unansweredRenewal() async throws {
        // Not connected, since nobody runs it.
        let client = try RedisClient(target: RedisTarget(url: "redis://127.0.0.1:1"), options: RedisPoolOptions())
        let flights = RedisFlights(client: client, store: RedisStoreFixture.store(on: client, namespace: "nobody"))
        #expect(await flights.renew(Sample.answer("one").key, token: "mine"))
    }
}
