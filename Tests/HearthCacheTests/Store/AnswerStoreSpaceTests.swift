import HearthTelemetry
import Testing

@testable import HearthCache

/// What every ``AnswerStore`` must do to keep the answers of several tenants apart; run on each implementation.
@Suite("Answer stores with several tenants")
struct AnswerStoreSpaceTests {
    typealias Maker = AnswerStoreConformanceTests.Maker

    private static let acme = Sample.space("acme")
    private static let globex = Sample.space("globex")

    /// The same four questions in three spaces.
    private static func filled(_ make: Maker) async throws -> any AnswerStore {
        let store = try await make()
        for space in [AnswerSpace.standard, acme, globex] {
            var answers = [
                Sample.answer("a", category: .pricing, in: space), Sample.answer("b", category: .hours, in: space),
                Sample.answer("c", language: .es, category: .pricing, in: space), Sample.answer("d", language: .ru, in: space),
            ]
            answers[0].tags = ["vip"]
            try await store.put(answers)
        }
        return store
    }

    @Test("The same question is kept once for each, and comes back with its space", arguments: AnswerStoreConformanceTests.makers)
    func apart(make: Maker) async throws {
        let store = try await Self.filled(make)
        for space in [AnswerSpace.standard, Self.acme, Self.globex] {
            #expect(try await store.answer(for: Sample.key("a", in: space))?.space == space)
            #expect(try await store.count(AnswerSelection(in: space)) == 4)
        }
        #expect(try await [store.summary().entries, store.count(.everything)] == [12, 12])
    }

    @Test(
        "An invalidation removes and counts what its space has, whatever it names, and nothing of the others",
        arguments: AnswerStoreConformanceTests.makers)
    func invalidation(make: Maker) async throws {
        let store = try await Self.filled(make)
        let selections: [(AnswerSelection, Int)] = [
            (AnswerSelection(in: Self.acme, key: Sample.key("a", in: Self.globex)), 0),
            (AnswerSelection(in: Self.acme, key: Sample.key("a")), 0),
            (AnswerSelection(key: Sample.key("a", in: Self.acme)), 0),
            (AnswerSelection(in: Self.acme, key: Sample.key("d", language: .ru, in: Self.acme)), 1),
            (AnswerSelection(in: Self.acme, tag: "vip"), 1),
            (AnswerSelection(in: Self.acme, category: .pricing), 1),
            (AnswerSelection(in: Self.acme, language: .en, category: .hours), 1), (AnswerSelection(in: Self.acme), 0),
            (AnswerSelection(in: Self.globex, language: .en), 2), (AnswerSelection(in: Self.globex), 2),
        ]
        for (selection, count) in selections {
            #expect(try await store.count(selection) == count, "\(selection)")
            let outcome = try await store.invalidate(selection, by: "test", at: Sample.start)
            #expect(outcome.keys.count == count, "\(selection)")
        }
        #expect(try await store.count(AnswerSelection()) == 4, "the standard space has lost nothing")
        #expect(try await store.summary().entries == 4)
        #expect(try await store.invalidate(.everything, by: "test", at: Sample.start).keys.count == 4)
    }

    @Test("The record of invalidations is told to each space apart", arguments: AnswerStoreConformanceTests.makers)
    func records(make: Maker) async throws {
        let store = try await Self.filled(make)
        let selections = [
            AnswerSelection(in: Self.acme, category: .pricing), AnswerSelection(tag: "vip"), .everything, AnswerSelection(in: Self.globex),
        ]
        for selection in selections { _ = try await store.invalidate(selection, by: "test", at: Sample.start) }
        #expect(try await store.invalidations(of: nil, limit: 10).map(\.selection) == selections.reversed())
        #expect(try await store.invalidations(of: Self.acme, limit: 10).map(\.selection) == [.everything, selections[0]])
        #expect(try await store.invalidations(of: .standard, limit: 1).map(\.selection) == [.everything])
        #expect(try await store.invalidations(of: Sample.space("other"), limit: 10).map(\.selection) == [.everything])
        var expected = Generations()
        for (number, selection) in selections.enumerated() { expected.note(selection, generation: Int64(number + 1)) }
        #expect(try await store.generations() == expected)
    }

    @Test("The summary of a space counts its entries and bytes alone", arguments: AnswerStoreConformanceTests.makers)
    func summary(make: Maker) async throws {
        let store = try await Self.filled(make)
        let others = Sample.answer("long", response: String(repeating: "x", count: 5000), in: Self.acme)
        try await store.put([others])
        let all = try await store.summary()
        var sum = AnswerStoreSummary()
        for space in [AnswerSpace.standard, Self.acme, Self.globex] {
            let part = try await store.summary(of: space)
            #expect(part.entries == (space == Self.acme ? 5 : 4) && part.oldest == nil)
            sum.entries += part.entries
            sum.sizeBytes += part.sizeBytes
        }
        #expect(sum.entries == all.entries && sum.sizeBytes == all.sizeBytes)
        #expect(try await store.summary(of: Self.acme).sizeBytes > store.summary(of: Self.globex).sizeBytes + 5000)
        _ = try await store.invalidate(AnswerSelection(in: Self.acme), by: "test", at: Sample.start)
        #expect(try await store.summary(of: Self.acme) == AnswerStoreSummary())
        #expect(try await store.summary(of: Sample.space("other")) == AnswerStoreSummary())
    }

    @Test("A pruning of one space leaves the others alone, and makes no room", arguments: AnswerStoreConformanceTests.makers)
    func pruning(make: Maker) async throws {
        let store = try await Self.filled(make)
        var request = PruneRequest(now: Sample.start + .seconds(7200), maximumBytes: 1)
        request.space = Self.acme
        let outcome = try await store.prune(request)
        #expect(outcome.expiredRemoved == 4 && outcome.overSizeRemoved == 0)
        #expect(try await store.summary().entries == 8)
        request.space = .standard
        #expect(try await store.prune(request).expiredRemoved == 4)
        request.space = nil
        #expect(try await store.prune(request).expiredRemoved == 4)
    }

    @Test(
        "A voter has one vote, the last, and may be forgotten; a new answer is voted on anew", arguments: AnswerStoreConformanceTests.makers
    )
    func voters(make: Maker) async throws {
        let store = try await make()
        let answer = Sample.answer("a")
        try await store.put([answer, Sample.answer("b")])
        let (anna, boris) = (Voter(bytes: [1, 2, 0xfe]), Voter(bytes: [3]))
        for _ in 0..<5 { _ = try await store.vote(answer.key, isHelpful: false, by: anna) }
        #expect(try await store.answer(for: answer.key)?.votes == .init(helpful: 0, unhelpful: 1))
        #expect(try await store.vote(answer.key, isHelpful: true, by: anna)?.votes == .init(helpful: 1, unhelpful: 0))
        #expect(try await store.vote(answer.key, isHelpful: false, by: boris)?.votes == .init(helpful: 1, unhelpful: 1))
        #expect(try await store.vote(answer.key, isHelpful: false, by: nil)?.votes == .init(helpful: 1, unhelpful: 2))
        #expect(try await store.vote(Sample.key("none"), isHelpful: false, by: anna) == nil)
        _ = try await store.vote(Sample.key("b"), isHelpful: false, by: anna)
        #expect(try await [store.forget(anna), store.forget(anna)] == [2, 0])
        #expect(try await store.answer(for: answer.key)?.votes == .init(helpful: 1, unhelpful: 2), "the votes stay counted")
        try await store.put([Sample.answer("a", response: "new")])
        #expect(try await store.vote(answer.key, isHelpful: false, by: boris)?.votes == .init(helpful: 0, unhelpful: 1))
        _ = try await store.invalidate(AnswerSelection(key: answer.key), by: "test", at: Sample.start)
        #expect(try await store.forget(boris) == 0, "nothing is remembered of who voted on what is gone")
    }

    @Test("Voters beyond the bound are not heard", arguments: AnswerStoreConformanceTests.makers)
    func manyVoters(make: Maker) async throws {
        let store = try await make()
        let answer = Sample.answer("a")
        try await store.put([answer])
        for number in 0..<(Voter.limit + 2) {
            _ = try await store.vote(answer.key, isHelpful: true, by: Voter(bytes: [UInt8(number >> 8), UInt8(number & 255)]))
        }
        #expect(try await store.answer(for: answer.key)?.votes.helpful == Int64(Voter.limit))
    }
}
