import HearthCache
import HearthTelemetry
import Testing

@Suite("Language detection on the labelled messages")
struct LanguageDetectionSetTests {
    @Test("At least 97 of a hundred messages are told, and 95 of a hundred in every language")
    func accuracy() throws {
        let detector = LanguageDetector(rules: try BuiltInRules.get())
        let messages = try LabelledSet.messages()
        #expect(messages.count >= 400)
        var misses: [String] = []
        for language in Language.allCases {
            let own = messages.filter { $0.language == language }
            // The fallback is never the true language: an undecided message counts as wrong.
            let wrong = own.filter { detector.detect($0.text, fallback: language == .en ? .ru : .en).language != language }
            let list = wrong.map { "\(language.rawValue): \($0.text)" }
            #expect(wrong.count * 100 <= own.count * 5, "\(list)")
            misses += list
        }
        #expect(misses.count * 100 <= messages.count * 3, "\(misses.joined(separator: "\n"))")
    }

    @Test("What Spanish and Portuguese share is left to the caller", arguments: ["uva verde", "casa grande", "hotel", "corte"])
    func shared(_ text: String) throws {
        let detector = LanguageDetector(rules: try BuiltInRules.get())
        for fallback in [Language.es, .pt] {
            let detected = detector.detect(text, fallback: fallback)
            #expect(detected.language == fallback)
            #expect(!detected.isDecided)
            #expect((0...1).contains(detected.confidence))
        }
    }
}
