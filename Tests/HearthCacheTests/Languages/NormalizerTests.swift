import HearthCache
import HearthTelemetry
import Testing

@Suite("Normaliser")
struct NormalizerTests {
    private let normalizer: Normalizer

    init() throws {
        normalizer = Normalizer(rules: try BuiltInRules.get())
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
            (.en, "Do you sell “Olaplex”, please?", "do you sell olaplex"),
            (.en, "Is it “the”  SALON?", "is it \"the\" salon?"),
            (.en, "Good afternoon tea in Bath", "good afternoon tea in bath"),
            (.en, "Good afternoon, tea in Bath?", "tea in bath"),
            (.ru, "спра\u{AD}вка", "справка"),
            (.en, "Open Monday–Friday?", "open monday - friday"),
            (.es, "abren-están-cuatro", "abren estan - cuatro"),
            (.he, "שלום, תודה", "שלום"),
            (.he, "מחיר בש״ח, בבקשה", "מחיר בש\"ח"),
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

    @Test("Combining marks that would compose in a second reading keep the exact form")
    func composingMarks() {
        let text = "qu e\u{301}\u{323} hay"
        let query = normalizer.normalize(text, language: .es)
        #expect(query.isExact)
        #expect(query.text.utf8.elementsEqual(text.utf8))
    }
}
