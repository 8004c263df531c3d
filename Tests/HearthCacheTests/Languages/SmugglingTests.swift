import HearthCache
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Nothing hidden steers an answer under a clean question")
struct SmugglingTests {
    private let normalizer: Normalizer
    private static let clean = "How much is a haircut?"

    init() throws {
        normalizer = Normalizer(rules: try BuiltInRules.get())
    }

    @Test(
        "A text that hides something keeps its exact form",
        arguments: [
            "How much is a haircut?\u{E0041}\u{E0042}", "How much\u{FE01} is a haircut?", "How much is\u{FE0F} a haircut?",
            "How much is a hair\u{034F}cut?", "How much is a haircut? 🇮🇬🇳", "How much is a haircut? 🅰🅱",
            "How much is a haircut?" + String(repeating: ".-", count: 200), "How much is a haircut?" + String(repeating: "!", count: 40),
            "How much is a haircut?" + String(repeating: "😊", count: 40), "How much is a haircut? ```x```",
            "How much is a haircut?\u{180B}", "How much is a hai\u{05B0}rcut?", "\u{E0100}How much is a haircut?",
            "How much is a haircut?" + String(repeating: "\u{0301}", count: 60),
        ])
    func hidden(_ text: String) {
        let query = normalizer.normalize(text, language: .en)
        #expect(query.isExact)
        #expect(query.text == text)
    }

    @Test("Ten thousand smuggling variants either stay exact or are sent to the provider as the clean question is read")
    func variants() {
        var random = SeededGenerator(seed: 41)
        let carriers: [ClosedRange<UInt32>] = [
            0xe0000...0xe007f, 0xfe00...0xfe0f, 0xe0100...0xe01ef, 0x200b...0x200f, 0x202a...0x202e, 0x2060...0x206f, 0xad...0xad,
            0x1f1e6...0x1f1ff, 0x180b...0x180e, 0xfeff...0xfeff, 0x1d173...0x1d17a, 0xfff9...0xfffb,
        ]
        let cleanKey = normalizer.normalize(Self.clean, language: .en)
        for _ in 0..<10_000 {
            var scalars = Array(Self.clean.unicodeScalars)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let range = carriers[Int.random(in: 0..<carriers.count, using: &random)]
                guard let hidden = Unicode.Scalar(UInt32.random(in: range, using: &random)) else { continue }
                scalars.insert(hidden, at: Int.random(in: 0...scalars.count, using: &random))
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let query = normalizer.normalize(String(text), language: .en)
            guard !query.isExact, query.text == cleanKey.text else { continue }
            // Shared: then what the provider reads must be the clean question, white space aside.
            let sent = Normalizer.visibleText(String(text)).filter { !$0.isWhitespace }
            #expect(sent == Self.clean.filter { !$0.isWhitespace })
        }
    }

    @Test("A question in one language is not stripped by another language's rules")
    func foreignFillers() {
        #expect(normalizer.normalize("how much is a haircut por favor", language: .en).text.contains("por favor"))
        #expect(normalizer.normalize("corte o color", language: .es).text == "corte o color")
    }

    @Test(
        "The provider is sent the text without what nobody sees",
        arguments: [
            ("plain", "plain"), ("line\nbreak\ttab", "line\nbreak\ttab"), ("a\u{200B}b", "a b"), ("a\u{200D}b\u{FEFF}", "ab"),
            ("\u{202E}abc\u{202C}", "abc"), ("x\u{E0041}\u{E007F}y", "xy"), ("bell\u{07}!", "bell !"), ("soft\u{AD}hyphen", "softhyphen"),
            ("✅\u{FE0F} ok\u{FE0F}", "✅\u{FE0F} ok"), ("¿Qué?", "¿Qué?"), ("מה שָׁלוֹם", "מה שָׁלוֹם"), ("привет…", "привет…"),
        ])
    func visibleText(_ text: String, _ expected: String) {
        #expect(Array(Normalizer.visibleText(text).unicodeScalars) == Array(expected.unicodeScalars))
    }
}
