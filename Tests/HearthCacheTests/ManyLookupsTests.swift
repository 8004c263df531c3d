import HearthTelemetry
import HearthTestKit
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
