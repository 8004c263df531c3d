import HearthCache
import HearthTelemetry
import Testing

@Suite("Normaliser")
struct NormalizerTests {
    private let normalizer: Normalizer

    init() throws {
        normalizer = Normalizer(rules: try BuiltInRules.get())
    }

    @Test("Questions that mean the same by form share a key", arguments: QuestionPair.same)
    func same(_ pair: QuestionPair) {
        let first = normalizer.normalize(pair.first, language: pair.language)
        let second = normalizer.normalize(pair.second, language: pair.language)
        #expect(first.text == second.text)
        #expect(first.isExact == second.isExact)
    }

    @Test("Questions that look alike and mean something else never share a key", arguments: QuestionPair.different)
    func different(_ pair: QuestionPair) {
        let first = normalizer.normalize(pair.first, language: pair.language)
        let second = normalizer.normalize(pair.second, language: pair.language)
        #expect(first.text != second.text || first.isExact != second.isExact)
    }

    @Test("The labelled sets are as large as promised and cover every language")
    func setSizes() {
        #expect(QuestionPair.same.count >= 60)
        #expect(QuestionPair.different.count >= 60)
        #expect(Set(QuestionPair.same.map(\.language)).count == Language.allCases.count)
        #expect(Set(QuestionPair.different.map(\.language)).count == Language.allCases.count)
    }

    @Test("Every text of the labelled sets is its own canonical text once it is normalised")
    func idempotentOnPairs() {
        for pair in QuestionPair.same + QuestionPair.different {
            for text in [pair.first, pair.second] {
                let once = normalizer.normalize(text, language: pair.language)
                #expect(normalizer.normalize(once.text, language: pair.language).text == once.text, "\(text)")
            }
        }
    }

    @Test(
        "Canonical texts are what the specification says",
        arguments: [
            (Language.en, "What are your HOURS?!", "are hours what your"),
            (.en, "Is A better than B?", "is A better than b"),
            (.en, "", ""),
            (.en, "   ", ""),
            (.en, "?!", "?!"),
            (.en, "😊", "😊"),
            (.en, "Please", "please"),
            (.en, "Hi!", "hi"),
            (.en, "Hi, thanks!", "hi thanks"),
            (.en, "9–10 at 10:30, 1.5 km", "9-10 at 10:30 1.5 km"),
            (.en, "rock 'n' roll isn't dead", "rock n roll isn't dead"),
            (.en, "٣ haircuts", "3 haircuts"),
            (.ru, "Ёлка", "елка"),
            (.he, "שָׁלוֹם", "שלום"),
            (.es, "¿Niño o niña?", "niño o niña"),
            (.pt, "AVÓ e AVÔ", "avó e avô"),
        ])
    func canonicalText(language: Language, text: String, expected: String) {
        #expect(normalizer.normalize(text, language: language).text == expected)
    }

    @Test("The steps tell what was done")
    func steps() {
        let query = normalizer.normalize("Hi! How much is the café latte?", language: .en)
        #expect(query.steps.contains([.accentsRemoved, .fillersDropped]))
        #expect(!query.steps.contains(.wordsSorted))
        #expect(normalizer.normalize("how much is balayage", language: .en).steps.contains(.wordsSorted))
        #expect(normalizer.normalize("...", language: .en).steps == .originalKept)
    }
}
