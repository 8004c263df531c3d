import Foundation
import GRDB
import HearthTelemetry
import Testing

@testable import HearthCache

/// What every ``AnswerStore`` must do; run on each implementation.
@Suite("Answer stores")
struct AnswerStoreConformanceTests {
    typealias Maker = @Sendable () async throws -> any AnswerStore

    static let makers: [Maker] = [
        { try SQLiteFixture().store },
        {
            let store = try SQLiteFixture(knownKeys: 1000).store
            try await store.learnKeys()
            return store
        }, { try await RedisStoreFixture.single() }, { try await RedisStoreFixture.cluster() },
    ]

    @Test("An answer comes back as it was put", arguments: makers)
    func roundTrip(make: Maker) async throws {
        let store = try await make()
        let answers = [
            Sample.answer("one", language: .he, category: .pricing, response: "מחיר \u{1F487} \"quoted\" \u{0}"),
            Sample.answer("two", timeToLive: nil),
        ]
        try await store.put(answers)
        for answer in answers { #expect(try await store.answer(for: answer.key) == answer) }
        #expect(try await store.answer(for: Sample.key("three")) == nil)
    }

    @Test("The provider's whole answer comes back byte by byte, beside answers that have none", arguments: makers)
    func completions(make: Maker) async throws {
        let store = try await make()
        var whole = Sample.answer("whole", response: "")
        whole.completion = Array(#"{"choices":[{"message":{"content":"é \u0000 👍"}}],"usage":{}}"#.utf8) + [0xff, 0x00]
        let plain = Sample.answer("plain")
        try await store.put([whole, plain])
        #expect(try await store.answer(for: whole.key) == whole)
        #expect(try await store.answer(for: plain.key) == plain)
        #expect(try await store.mostUsed(limitBytes: 1 << 20).first { $0.key == whole.key } == whole)
        whole.completion = nil
        try await store.put([whole])
        #expect(try await store.answer(for: whole.key) == whole)
    }

    @Test("Putting an answer again replaces it", arguments: makers)
    func replacing(make: Maker) async throws {
        let store = try await make()
        try await store.put([Sample.answer("one", response: "old")])
        try await store.put([Sample.answer("one", response: "new")])
        #expect(try await store.answer(for: Sample.key("one"))?.text == "new")
        #expect(try await store.summary().entries == 1)
    }

    @Test("Hits add up and move the last access forward only", arguments: makers)
    func hits(make: Maker) async throws {
        let store = try await make()
        try await store.put([Sample.answer("one")])
        let later = Sample.start + .seconds(60)
        try await store.add(hits: [HitDelta(key: Sample.key("one"), hits: 3, lastAccessedAt: later)])
        try await store.add(hits: [
            HitDelta(key: Sample.key("one"), hits: 2, lastAccessedAt: Sample.start),
            HitDelta(key: Sample.key("unknown"), hits: 2, lastAccessedAt: Sample.start),
        ])
        let found = try await store.answer(for: Sample.key("one"))
        #expect(found?.hitCount == 5)
        #expect(found?.lastAccessedAt == later)
    }

    @Test("An invalidation removes what it names and nothing else", arguments: makers)
    func removal(make: Maker) async throws {
        let store = try await make()
        try await store.put([
            Sample.answer("a", language: .en, category: .pricing), Sample.answer("b", language: .en, category: .hours),
            Sample.answer("c", language: .es, category: .pricing), Sample.answer("d", language: .ru, category: .general),
        ])
        func invalidate(_ selection: AnswerSelection) async throws -> InvalidationOutcome {
            let count = try await store.count(selection)
            let outcome = try await store.invalidate(selection, by: "test", at: Sample.start)
            #expect(outcome.keys.count == count, "a dry run counts what is removed")
            return outcome
        }
        #expect(try await invalidate(AnswerSelection(language: .en, category: .pricing)).keys == [Sample.key("a")])
        #expect(try await invalidate(AnswerSelection(key: Sample.key("d", language: .ru))).keys.count == 1)
        #expect(try await invalidate(AnswerSelection(category: .location)).keys.isEmpty)
        #expect(try await store.summary().entries == 2)
        #expect(try await invalidate(AnswerSelection()).keys.count == 2)
        let records = try await store.invalidations(of: nil, limit: 3)
        #expect(records.map(\.removed) == [2, 0, 1] && records.map(\.generation) == [4, 3, 2])
        #expect(records[0].actor == "test" && records[1].selection == AnswerSelection(category: .location))
    }

    @Test("Answers are invalidated by tag, alone and together with a kind", arguments: makers)
    func tags(make: Maker) async throws {
        let store = try await make()
        var answers = [Sample.answer("a"), Sample.answer("b"), Sample.answer("c", language: .es), Sample.answer("d")]
        answers[0].tags = ["spring", "prices"]
        answers[1].tags = ["prices"]
        answers[2].tags = ["prices"]
        try await store.put(answers)
        #expect(try await store.answer(for: answers[0].key)?.tags == ["spring", "prices"])
        #expect(try await store.count(AnswerSelection(tag: "prices")) == 3)
        #expect(try await store.invalidate(AnswerSelection(language: .es, tag: "prices"), by: "t", at: Sample.start).keys.count == 1)
        answers[1].tags = []
        try await store.put([answers[1]])
        let left = try await store.invalidate(AnswerSelection(tag: "prices"), by: "t", at: Sample.start)
        #expect(left.keys == [answers[0].key], "a replaced answer has its new tags only")
        #expect(try await store.summary().entries == 2)
    }

    @Test("What invalidations noted is there again after a restart", arguments: makers)
    func generations(make: Maker) async throws {
        let store = try await make()
        #expect(try await store.generations() == Generations())
        var expected = Generations()
        for selection in [
            AnswerSelection(category: .pricing), AnswerSelection(language: .es), AnswerSelection(key: Sample.key("x")),
            AnswerSelection(tag: "spring"), AnswerSelection(category: .pricing),
        ] {
            expected.note(selection, generation: try await store.invalidate(selection, by: "t", at: Sample.start).generation)
        }
        #expect(try await store.generations() == expected && expected.current == 5)
    }

    @Test("Votes move the confidence, and one vote never takes a good answer out", arguments: makers)
    func votes(make: Maker) async throws {
        let store = try await make()
        try await store.put([Sample.answer("a", confidence: 0.9)])
        let key = Sample.key("a")
        #expect(try await store.vote(Sample.key("b"), isHelpful: true, by: nil) == nil)
        let once = try #require(try await store.vote(key, isHelpful: false, by: nil))
        #expect(abs(once.currentConfidence - 0.72) < 1e-9 && once.isServable)
        for _ in 0..<3 { _ = try await store.vote(key, isHelpful: false, by: nil) }
        #expect(try await store.answer(for: key)?.isServable == false)
        let outcome = try await store.prune(PruneRequest(now: Sample.start, maximumBytes: 1 << 30))
        #expect(outcome.lowQualityRemoved == 1)
    }

    @Test("A newer answer to the same question inherits its hits", arguments: makers)
    func inheritance(make: Maker) async throws {
        let store = try await make()
        try await store.put([Sample.answer("a", hits: 7)])
        try await store.put([Sample.answer("a", response: "new")])
        let found = try #require(try await store.answer(for: Sample.key("a")))
        #expect(found.hitCount == 7 && found.text == "new")
    }

    @Test("Answers from the future are pruned", arguments: makers)
    func future(make: Maker) async throws {
        let store = try await make()
        try await store.put([Sample.answer("a", storedAt: Sample.start + .seconds(3600), timeToLive: nil), Sample.answer("b")])
        #expect(try await store.prune(PruneRequest(now: Sample.start, maximumBytes: 1 << 30)).expiredRemoved == 1)
    }

    @Test("The most used answers come first and fit the limit", arguments: makers)
    func mostUsed(make: Maker) async throws {
        let store = try await make()
        let answers = (0..<10).map { Sample.answer("q\($0)", hits: Int64($0)) }
        try await store.put(answers)
        let limit = answers[0].sizeBytes * 3
        #expect(try await store.mostUsed(limitBytes: limit).map(\.hitCount) == [9, 8, 7])
    }

    @Test("The summary counts entries, bytes and ages", arguments: makers)
    func summary(make: Maker) async throws {
        let store = try await make()
        #expect(try await store.summary() == AnswerStoreSummary())
        let answers = [Sample.answer("a"), Sample.answer("b", storedAt: Sample.start + .seconds(9))]
        try await store.put(answers)
        #expect(
            try await store.summary()
                == AnswerStoreSummary(
                    entries: 2, sizeBytes: Int64(answers[0].sizeBytes + answers[1].sizeBytes), oldest: Sample.start,
                    newest: Sample.start + .seconds(9)))
    }

    @Test("Pruning removes by each rule, in small steps, and says what it removed", arguments: makers)
    func pruning(make: Maker) async throws {
        let store = try await make()
        let month: Duration = .seconds(31 * 86_400)
        let now = Sample.start + month
        try await store.put((0..<7).map { Sample.answer("expired \($0)", timeToLive: .seconds(60), hits: 9) })
        try await store.put((0..<3).map { Sample.answer("doubtful \($0)", confidence: 0.4, timeToLive: nil, hits: 9) })
        try await store.put((0..<5).map { Sample.answer("unused \($0)", timeToLive: nil, hits: 1) })
        try await store.put([Sample.answer("used", timeToLive: nil, hits: 2), Sample.answer("young", storedAt: now)])
        var request = PruneRequest(now: now, maximumBytes: 1 << 30)
        request.batchSize = 2
        request.isDryRun = true
        var counted = try await store.prune(request)
        #expect(try await store.summary().entries == 17)
        request.isDryRun = false
        let outcome = try await store.prune(request)
        // What was counted before is what was removed then, whether the keys are told or not.
        counted.removedKeys = outcome.removedKeys
        #expect(counted == outcome)
        #expect(outcome.expiredRemoved == 7)
        #expect(outcome.lowQualityRemoved == 3)
        #expect(outcome.lowValueRemoved == 5)
        #expect(outcome.overSizeRemoved == 0)
        #expect(outcome.removedKeys.count == 15)
        #expect(outcome.bytesRemoved > 15 * 256)
        #expect(try await store.summary().entries == 2)
    }

    @Test("Once enough is removed the rest is left to the next pruning", arguments: makers)
    func enough(make: Maker) async throws {
        let store = try await make()
        try await store.put((0..<600).map { Sample.answer("q\($0)") })
        var request = PruneRequest(now: Sample.start + .seconds(365 * 86_400), maximumBytes: 1 << 30)
        (request.batchSize, request.enough) = (20, 100)
        let outcome = try await store.prune(request)
        #expect((100..<600).contains(outcome.totalRemoved))
        #expect(try await store.summary().entries == 600 - outcome.totalRemoved)
        request.enough = .max
        #expect(try await store.prune(request).totalRemoved == 600 - outcome.totalRemoved)
    }

    @Test("Over its size the least valuable answers go, and no more of them than needed", arguments: makers)
    func overSize(make: Maker) async throws {
        let store = try await make()
        let answers = (0..<10).map { Sample.answer("q\($0)", timeToLive: nil, hits: Int64($0)) }
        try await store.put(answers)
        var request = PruneRequest(now: Sample.start, maximumBytes: Int64(answers[0].sizeBytes * 6))
        request.lowValue = false
        request.batchSize = 3
        let outcome = try await store.prune(request)
        #expect(outcome.overSizeRemoved == 4)
        #expect(try await store.answer(for: answers[3].key) == nil)
        #expect(try await store.answer(for: answers[4].key) != nil)
    }
}

/// A store on a database of its own in a temporary folder.
struct SQLiteFixture {
    let store: SQLiteAnswerStore

    init(knownKeys: Int = 0) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let pool = try DatabasePool(path: folder.appendingPathComponent("answers.sqlite").path)
        var migrator = DatabaseMigrator()
        AnswerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(pool)
        store = SQLiteAnswerStore(database: pool, lookupDeadline: .seconds(5), knownKeys: knownKeys)
    }
}
