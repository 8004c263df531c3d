import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization
import Testing

@testable import HearthCache

@Suite("The cache over its tiers")
struct AnswerCacheTests {
    private let time = ManualTimeSource(now: Sample.start)

    private func cache(over store: (any AnswerStore)? = nil) throws -> AnswerCache {
        AnswerCache(
            memory: MemoryTier(capacityBytes: 1 << 20), store: try store ?? SQLiteFixture().store, writes: WriteQueue(limit: 100),
            freshness: FreshnessPolicy(jitterShare: 0) { _ in
                FreshnessPolicy.Rule(timeToLive: .seconds(3600), staleWhileRevalidate: .zero, staleIfError: .zero)
            },
            instruments: CacheInstruments(registry: MetricRegistry(timeSource: time)), timeSource: time, render: { Array($0.text.utf8) })
    }

    @Test("An answer that was asked for before an invalidation does not take the place of one that was asked for after it")
    func lateAnswer() async throws {
        let cache = try cache()
        let before = Sample.answer("q", response: "Old.")
        var after = Sample.answer("q", response: "New.")
        _ = try await cache.invalidate(AnswerSelection(key: after.key), by: "test")
        after.generation = cache.generation
        #expect(after.generation > before.generation)
        cache.keep(after)
        cache.keep(before)
        #expect(try await cache.entry(after.key, in: .standard)?.text == "New.")
        #expect(cache.memory.peek(after.key)?.answer.text == "New.")
        after.text = "Newer."
        cache.keep(after)
        #expect(try await cache.entry(after.key, in: .standard)?.text == "Newer.")
    }

    @Test("Answers that somebody gives wait for room on the way to the store; without it none of them is kept, and nothing is pushed out")
    func givenAnswers() async throws {
        let cache = try cache()
        for number in 0..<95 { cache.keep(Sample.answer("asked \(number)")) }
        let given = (0..<10).map { Sample.answer("given \($0)") }
        #expect(await cache.keepGiven(given, within: .zero) == 0)
        #expect(cache.writes.count == 95 && cache.memory.peek(given[0].key) == nil)
        let waiting = Task { await cache.keepGiven(given, within: .seconds(60)) }
        let writer = StoreWriter(
            cache: cache, instruments: CacheInstruments(registry: MetricRegistry(timeSource: time)), timeSource: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await writer.writeAll()
        #expect(await waiting.value == 10)
        await writer.writeAll()
        #expect(try await cache.store.summary().entries == 105)
        #expect(cache.memory.peek(given[9].key) != nil)

        // More than may wait at all go in parts.
        let many = (0..<250).map { Sample.answer("many \($0)") }
        let parts = Task { await cache.keepGiven(many, within: .seconds(60)) }
        try await Deadline.until("all parts are in the store") {
            await writer.writeAll()
            return try await cache.store.summary().entries == 355
        }
        #expect(await parts.value == 250)
        #expect(await cache.hasRoom(within: .zero))
    }

    @Test("What another space keeps is as unknown as what nobody keeps, in memory, on its way to the store and in it")
    func spaces() async throws {
        let cache = try cache()
        let (acme, globex) = (Sample.space("acme"), Sample.space("globex"))
        let answer = Sample.answer("q", in: acme)
        cache.keep(answer)
        func isUnknown() async throws {
            for space in [globex, .standard] { #expect(try await cache.entry(answer.key, in: space) == nil) }
            #expect(try await cache.vote(answer.key, in: globex, isHelpful: false, by: nil) == nil)
            #expect(try await cache.invalidate(AnswerSelection(in: globex, key: answer.key), by: "test") == 0)
            #expect(try await cache.invalidate(AnswerSelection(in: globex), by: "test") == 0)
            #expect(try await cache.entry(answer.key, in: acme)?.text == answer.text)
        }
        try await isUnknown()
        try await cache.store.put([answer])
        _ = cache.writes.take { _ in true }
        try await isUnknown()
        cache.memory.remove(answer.key)
        try await isUnknown()
        // What the other space has invalidated does not put the answer out of use either.
        let question = IdentifiedQuestion(
            key: answer.key, form: answer.form, normalized: NormalizedQuery(text: "q", category: .general, isExact: true, steps: []))
        guard case .hit = await cache.lookup(question, at: Sample.start) else {
            Issue.record("the answer is lost")
            return
        }
        #expect(try await cache.vote(answer.key, in: acme, isHelpful: false, by: nil) == 0.72)
    }

    enum Progress: CaseIterable {
        case olderStored
        case olderWaiting
        case olderBeingWritten
        case newerBeingWritten
    }

    @Test("An invalidation by tag brings no older answer back that the invalidated one was about to replace", arguments: Progress.allCases)
    func olderAnswer(progress: Progress) async throws {
        let cache = try cache()
        let older = Sample.answer("q", response: "Old.")
        var newer = Sample.answer("q", response: "New.")
        newer.tags = ["winter"]
        switch progress {
        case .olderStored, .newerBeingWritten: try await cache.store.put([older])
        case .olderWaiting, .olderBeingWritten: cache.keep(older)
        }
        if progress == .newerBeingWritten { cache.keep(newer) }
        var removed = 0
        switch progress {
        case .olderStored, .olderWaiting:
            cache.keep(newer)
            removed = try await cache.invalidate(AnswerSelection(tag: "winter"), by: "test")
        case .olderBeingWritten, .newerBeingWritten:
            await cache.writes.beginTurn()
            let batch = cache.writes.takeBatch()
            if progress == .olderBeingWritten { cache.keep(newer) }
            async let invalidation = cache.invalidate(AnswerSelection(tag: "winter"), by: "test")
            // It gets every chance to overtake what is being written.
            for _ in 0..<1000 { await Task.yield() }
            try await cache.write(batch)
            cache.writes.settle()
            cache.writes.endTurn()
            removed = try await invalidation
        }
        #expect(removed == 1)
        #expect(cache.writes.count == 0)
        let question = IdentifiedQuestion(
            key: newer.key, form: newer.form, normalized: NormalizedQuery(text: "q", category: .general, isExact: false, steps: []))
        guard case .miss = await cache.lookup(question, at: time.now()) else {
            Issue.record("the older answer is served again")
            return
        }
    }

    @Test("An answer that somebody gives is not replaced in memory by the older one that a look-up has read meanwhile")
    func givenWhileRead() async throws {
        let cache = try cache()
        let older = Sample.answer("q", response: "Old.")
        let read = cache.trust.changes(of: older.key)
        #expect(await cache.keepGiven([Sample.answer("q", response: "New.")], within: .zero) == 1)
        cache.admit(cache.entry(of: older), readAt: read)
        #expect(cache.memory.peek(older.key)?.answer.text == "New.")
    }

    @Test("A vote brings the answer that it was about not back into memory where a newer one has come while it was counted")
    func votedWhileReplaced() async throws {
        let older = Sample.answer("q", response: "Old.")
        let newer = Sample.answer("q", response: "New.", storedAt: Sample.start + .seconds(1))
        let replaced = Mutex<AnswerCache?>(nil)
        let store = WatchedAnswerStore(try SQLiteFixture().store, afterVote: { replaced.withLock { $0 }?.keep(newer) })
        let cache = try cache(over: store)
        cache.keep(older)
        #expect(try await cache.vote(older.key, in: .standard, isHelpful: true, by: nil) != nil)
        #expect(cache.memory.peek(older.key)?.answer.votes != older.votes)
        replaced.withLock { $0 = cache }
        #expect(try await cache.vote(older.key, in: .standard, isHelpful: true, by: nil) != nil)
        #expect(cache.memory.peek(older.key)?.answer.text == "New.")
        replaced.withLock { $0 = nil }
    }

    @Test("The note of another's invalidation counts although this one's own has a higher number, also for what was found current before")
    func lateNote() async throws {
        let cache = try cache()
        var answer = Sample.answer("q")
        answer.tags = ["winter"]
        cache.keep(answer)
        let entry = try #require(cache.memory.peek(answer.key))
        _ = try await cache.invalidate(AnswerSelection(tag: "summer"), by: "test")
        _ = try await cache.invalidate(AnswerSelection(tag: "autumn"), by: "test")
        #expect(cache.generation == 2 && cache.isCurrent(entry))
        var others = Generations()
        others.note(AnswerSelection(tag: "winter"), generation: 1)
        cache.adopt(others)
        #expect(!cache.isCurrent(entry) && cache.memory.peek(answer.key) == nil)
    }

    @Test("What was found in the store while a newer answer waited and was not in memory any more does not stay there")
    func foundWhileWaiting() async throws {
        let cache = try cache()
        try await cache.store.put([Sample.answer("q", response: "Old.")])
        let newer = Sample.answer("q", response: "New.", storedAt: Sample.start + .seconds(1))
        cache.keep(newer)
        cache.memory.remove(newer.key)
        let question = IdentifiedQuestion(
            key: newer.key, form: newer.form, normalized: NormalizedQuery(text: "q", category: .general, isExact: false, steps: []))
        _ = await cache.lookup(question, at: time.now())
        #expect(cache.memory.peek(newer.key)?.answer.text == "Old.")
        try await cache.writeOut { _ in true }
        #expect(cache.memory.peek(newer.key) == nil)
        guard case .hit(let entry, _) = await cache.lookup(question, at: time.now()), entry.answer.text == "New." else {
            Issue.record("the newer answer is not found")
            return
        }
    }
}
