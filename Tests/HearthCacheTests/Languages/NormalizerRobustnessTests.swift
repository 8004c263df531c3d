import HearthCache
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("The normaliser is total, deterministic and at rest after one pass")
struct NormalizerRobustnessTests {
    private let normalizer: Normalizer
    private let rules: LanguageRuleSet

    init() throws {
        rules = try BuiltInRules.get()
        normalizer = Normalizer(rules: rules)
    }

    @Test("Random bytes and scalars never trap, and a canonical text is its own canonical text", arguments: Language.allCases)
    func randomTexts(_ language: Language) {
        var random = SeededGenerator(seed: UInt64(language.index) + 7)
        let second = Normalizer(rules: rules)
        for round in 0..<2_500 {
            let text = RandomText.make(round, language, &random)
            let once = normalizer.normalize(text, language: language)
            let twice = normalizer.normalize(once.text, language: language)
            #expect(Array(twice.text.utf8) == Array(once.text.utf8), "\(language) \(text.debugDescription) \(once)")
            #expect(second.normalize(text, language: language) == once)
        }
    }

    @Test("A long text takes time in proportion to its length")
    func linear() {
        let clock = ContinuousClock()
        func time(_ repeats: Int) -> Duration {
            let text = String(repeating: "how much is a hair-cut, please - * 5 + the 😊 שָׁ e\u{301} ", count: repeats)
            return (0..<3).map { _ in clock.measure { _ = normalizer.normalize(text, language: .en) } }.min() ?? .zero
        }
        let short = time(500)
        let long = time(5_000)
        // Ten times the text; quadratic work would be a hundred times as long.
        #expect(long < short * 40)
    }
}

/// Texts that look like what breaks a normaliser.
enum RandomText {
    private static let words: [Language: [String]] = [
        .en: [
            "how", "much", "is", "a", "A", "the", "please", "hi", "hello", "thanks", "good", "morning", "hours", "open", "price", "not",
            "to", "5", "10:30", "C++", "-", "+", "*", "$5", "say", "\"", "'", "👍", "😊", ",", "?", "haircut", "résumé", "café", "two",
        ],
        .ru: [
            "сколько", "стоит", "стрижка", "привет", "пожалуйста", "добрый", "день", "не", "ё", "спасибо", "подскажите", "-", "5", ",",
            "замо\u{301}к", "где", "вы", "Работаете", "слово", "с", "👎",
        ],
        .es: [
            "cuánto", "cuesta", "el", "la", "por", "favor", "hola", "buenos", "días", "sí", "pagó", "más", "a", "las", "dos", "no", "¿",
            "?", "decir", "me", "puede", "gracias", "-", "ñ", "lunes", "corte",
        ],
        .pt: [
            "quanto", "custa", "o", "O", "a", "A", "por", "favor", "bom", "dia", "oi", "tudo", "bem", "às", "é", "não", "obrigado",
            "segunda", "sexta", "que", "mais", "-", ".", "!", "horário", "escova",
        ],
        .he: ["כמה", "עולה", "תספורת", "שלום", "בבקשה", "תודה", "רבה", "שָׁלוֹם", "ש״ח", "ב-10", "לא", "־", "מה", "שעות", "\"", "5", ","],
    ]

    static func make(_ round: Int, _ language: Language, _ random: inout SeededGenerator) -> String {
        switch round % 4 {
        case 0: bytes(&random)
        case 1: scalars(&random)
        default: mixture(language, &random)
        }
    }

    private static func bytes(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...40, using: &random)
        return String(decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
    }

    private static func scalars(_ random: inout SeededGenerator) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7f, 0x80...0x5ff, 0x300...0x36f, 0x591...0x5f4, 0x2000...0x20ff, 0x2190...0x2bff, 0x3000...0x30ff, 0xac00...0xd7a3,
            0x1100...0x11ff, 0xf900...0xffff, 0x1d400...0x1d7ff, 0x1f000...0x1faff, 0xe0000...0xe01ff, 0...0x10ffff,
        ]
        var view = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { view.append(scalar) }
        }
        return String(view)
    }

    private static func mixture(_ language: Language, _ random: inout SeededGenerator) -> String {
        let own = words[language] ?? []
        var text = ""
        for _ in 0..<Int.random(in: 0...14, using: &random) {
            text += own[Int.random(in: 0..<own.count, using: &random)]
            if Int.random(in: 0..<6, using: &random) > 0 { text += " " }
        }
        return text
    }
}
