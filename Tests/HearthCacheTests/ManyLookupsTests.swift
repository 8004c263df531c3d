import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthCache

@Suite("Many look-ups of one request", .timeLimit(.minutes(2)))
struct ManyLookupsTests {
    private let time = ManualTimeSource(now: Sample.start)

    private func cache(over store: any AnswerStore) -> AnswerCache {
        AnswerCache(
            memory: MemoryTier(capacityBytes: 1 << 20), store: store, writes: WriteQueue(limit: 100),
            freshness: FreshnessPolicy(jitterShare: 0) { _ in
                FreshnessPolicy.Rule(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
            },
            instruments: CacheInstruments(registry: MetricRegistry(timeSource: time)), timeSource: time, render: { Array($0.text.utf8) })
    }

    private static func question(_ text: String) -> IdentifiedQuestion {
        IdentifiedQuestion(
            key: Sample.key(text), form: Sample.form(text),
            normalized: NormalizedQuery(text: text, category: .general, isExact: true, steps: []))
    }

    /// What a look-up found, in a word.
    private static func word(_ lookup: AnswerCache.Lookup) -> String {
        switch lookup {
        case .hit(let entry, let source): "\(source) \(entry.answer.query ?? "")"
        case .stale: "stale"
        case .miss(let reason, _): "\(reason)"
        }
    }

    @Test("They do not wait for each other, are bounded in number, and come back in the order of the questions")
    func together() async throws {
        let inner = try SQLiteFixture().store
        try await inner.put((0..<50).filter { $0 % 2 == 0 }.map { Sample.answer("q\($0)") })
        let store = WatchedAnswerStore(inner) { state in
            // Nobody is answered before as many as may be are there: one after the other they would never be.
            try? await Deadline.until("look-ups meet") { state.asked >= AnswerCache.lookupsAtOnce }
        }
        let found = await cache(over: store).lookups((0..<50).map { Self.question("q\($0)") }, at: Sample.start, within: .seconds(60))
        #expect(found.map(Self.word) == (0..<50).map { $0 % 2 == 0 ? "store q\($0)" : "neverStored" })
        #expect(store.asked == 50 && store.mostAtOnce == AnswerCache.lookupsAtOnce)
    }

    @Test("After their time the store is not asked for the rest, and what is in memory is found all the same")
    func patience() async throws {
        let clock = time
        let store = WatchedAnswerStore(try SQLiteFixture().store) { _ in clock.advance(by: .milliseconds(40)) }
        let cache = cache(over: store)
        cache.keep(Sample.answer("remembered"))
        let questions = (0..<500).map { Self.question("q\($0)") } + [Self.question("remembered")]
        let words = await cache.lookups(questions, at: Sample.start, within: .milliseconds(200)).map(Self.word)
        #expect(words.last == "memory remembered")
        #expect(words.first == "neverStored" && words.dropLast().last == "storeUnavailable")
        #expect((5...AnswerCache.lookupsAtOnce + 5).contains(store.asked))
        #expect(words.count(where: { $0 == "neverStored" }) == store.asked)
        // Those that need no store do not ask it.
        _ = await cache.lookups([Self.question("remembered")], at: Sample.start, within: .zero)
        #expect(words.count == 501 && store.asked <= AnswerCache.lookupsAtOnce + 5)
    }
}

/// Counts look-ups, and does something before each is answered.
private final class WatchedAnswerStore: AnswerStore {
    private struct Counts {
        var asked = 0
        var underWay = 0
        var mostAtOnce = 0
    }

    private let inner: any AnswerStore
    private let counts = Mutex(Counts())
    private let beforeAnswer: @Sendable (WatchedAnswerStore) async -> Void

    init(_ inner: any AnswerStore, beforeAnswer: @escaping @Sendable (WatchedAnswerStore) async -> Void) {
        self.inner = inner
        self.beforeAnswer = beforeAnswer
    }

    var asked: Int { counts.withLock { $0.asked } }
    var mostAtOnce: Int { counts.withLock { $0.mostAtOnce } }
    var name: String { inner.name }

    func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer? {
        counts.withLock {
            $0.asked += 1
            $0.underWay += 1
            $0.mostAtOnce = max($0.mostAtOnce, $0.underWay)
        }
        defer { counts.withLock { $0.underWay -= 1 } }
        await beforeAnswer(self)
        return try await inner.answer(for: key)
    }

    func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError) { try await inner.put(answers) }
    func add(hits: [HitDelta]) async throws(AnswerStoreError) { try await inner.add(hits: hits) }
    func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int { try await inner.count(selection) }

    func invalidate(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp
    ) async throws(AnswerStoreError) -> InvalidationOutcome {
        try await inner.invalidate(selection, by: actor, at: now)
    }

    func generations() async throws(AnswerStoreError) -> Generations { try await inner.generations() }

    func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await inner.invalidations(of: space, limit: limit)
    }

    func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer? {
        try await inner.vote(key, isHelpful: isHelpful, by: voter)
    }

    func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int { try await inner.forget(voter) }
    func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer] { try await inner.mostUsed(limitBytes: limitBytes) }

    func popular(
        expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int
    ) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await inner.popular(expiringBefore: moment, minimumHits: minimumHits, limit: limit)
    }

    func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome { try await inner.prune(request) }
    func summary() async throws(AnswerStoreError) -> AnswerStoreSummary { try await inner.summary() }
    func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary { try await inner.summary(of: space) }
    func ping() async throws(AnswerStoreError) { try await inner.ping() }
}
