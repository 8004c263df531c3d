import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Generations")
struct GenerationsTests {
    private static func answer(_ language: Language, _ category: ResponseCategory, generation: Int64, tags: [String] = []) -> CachedAnswer {
        var answer = Sample.answer("q", language: language, category: category)
        answer.generation = generation
        answer.tags = tags
        return answer
    }

    @Test("An invalidation puts out of use what it names and was asked for before it, and nothing else")
    func kinds() {
        var generations = Generations()
        generations.note(AnswerSelection(category: .pricing), generation: 1)
        #expect(!generations.admits(Self.answer(.en, .pricing, generation: 0)))
        #expect(generations.admits(Self.answer(.en, .pricing, generation: 1)))
        #expect(generations.admits(Self.answer(.en, .hours, generation: 0)))
        generations.note(AnswerSelection(language: .es), generation: 2)
        #expect(!generations.admits(Self.answer(.es, .hours, generation: 1)))
        #expect(generations.admits(Self.answer(.pt, .hours, generation: 0)))
        generations.note(AnswerSelection(language: .he, category: .location), generation: 3)
        #expect(
            !generations.admits(Self.answer(.he, .location, generation: 2)) && generations.admits(Self.answer(.he, .hours, generation: 2)))
        generations.note(AnswerSelection(tag: "spring"), generation: 4)
        #expect(!generations.admits(Self.answer(.en, .general, generation: 3, tags: ["spring"])))
        #expect(generations.admits(Self.answer(.en, .general, generation: 3)))
        let answer = Self.answer(.en, .general, generation: 4)
        generations.note(AnswerSelection(key: Sample.key("x")), generation: 5)
        #expect(generations.current == 5 && generations.admits(answer))
        generations.note(AnswerSelection(key: answer.key), generation: 5)
        #expect(!generations.admits(answer) && generations.admits(Self.answer(.en, .general, generation: 5)))
        generations.note(AnswerSelection(), generation: 6)
        #expect(!generations.admits(Self.answer(.en, .general, generation: 5)))
    }

    @Test("What one space invalidates puts nothing of another's out of use; what names everything does")
    func spaces() {
        let (acme, globex) = (Sample.space("acme"), Sample.space("globex"))
        var generations = Generations()
        var answer = Sample.answer("q", category: .pricing, in: acme)
        answer.tags = ["spring"]
        let selections = [
            AnswerSelection(in: globex), AnswerSelection(in: globex, category: .pricing), AnswerSelection(in: globex, tag: "spring"),
            AnswerSelection(in: globex, key: answer.key), AnswerSelection(), AnswerSelection(tag: "spring"),
            AnswerSelection(key: answer.key),
        ]
        for (number, selection) in selections.enumerated() { generations.note(selection, generation: Int64(number + 1)) }
        #expect(
            generations.admits(answer) && !generations.admits(Sample.answer("q", in: globex)) && !generations.admits(Sample.answer("q")))
        var merged = Generations()
        merged.note(AnswerSelection(in: acme, category: .hours), generation: 20)
        merged.merge(generations)
        #expect(merged.admits(answer) && !merged.admits(Sample.answer("q", category: .hours, in: acme)))
        generations.note(AnswerSelection(in: acme, tag: "spring"), generation: 21)
        #expect(!generations.admits(answer))
        merged.note(.everything, generation: 22)
        #expect(!merged.admits(answer) && !merged.admits(Sample.answer("q", in: Sample.space("other"))))
    }

    @Test("Notes about spaces are bounded, the oldest go first")
    func manySpaces() {
        var generations = Generations()
        for number in 1...Int64(Generations.maximumNotes + 1) {
            generations.note(AnswerSelection(in: Sample.space("t\(number)")), generation: number)
        }
        #expect(generations.admits(Sample.answer("q", in: Sample.space("t1"))))
        #expect(!generations.admits(Sample.answer("q", in: Sample.space("t2"))))
    }

    @Test("Notes about tags and keys are bounded, the oldest go first")
    func bound() {
        var generations = Generations()
        for number in 1...Int64(Generations.maximumNotes + 1) { generations.note(AnswerSelection(tag: "t\(number)"), generation: number) }
        #expect(generations.admits(Self.answer(.en, .general, generation: 0, tags: ["t1"])))
        #expect(!generations.admits(Self.answer(.en, .general, generation: 0, tags: ["t2"])))
        for number in 1...Int64(Generations.maximumNotes + 1) {
            generations.note(AnswerSelection(key: Sample.key("k\(number)")), generation: 5000 + number)
        }
        #expect(generations.admits(Sample.answer("k1")) && !generations.admits(Sample.answer("k2")))
    }

    @Test("The clock goes back an hour: what came from the future is not served, what did not is served within its window")
    func clockGoesBack() {
        let answer = Sample.answer("q", storedAt: Sample.start, timeToLive: .seconds(3600))
        #expect(answer.phase(at: Sample.start) == .fresh && answer.phase(at: Sample.start + .seconds(3600)) == .expired)
        #expect(answer.phase(at: Sample.start - .seconds(59)) == .fresh)
        #expect(answer.phase(at: Sample.start - .seconds(3600)) == .expired)
        let eternal = Sample.answer("q", storedAt: Sample.start, timeToLive: nil)
        #expect(
            eternal.phase(at: Sample.start - .seconds(3600)) == .expired && eternal.phase(at: Sample.start + .seconds(1 << 30)) == .fresh)
    }
}
