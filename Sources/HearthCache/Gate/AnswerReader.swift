import HearthTelemetry

/// An answer with what the rules find in it: read once for everyone who judges it.
package struct AnswerReading: Sendable {
    let text: String
    let findings: [AnswerReader.Finding]
}

/// Finds phrases of the rule files in an answer.
struct AnswerReader: Sendable {
    /// One phrase and where it begins, counted in words.
    struct Finding: Sendable {
        let phrase: LanguageRules.AnswerPhrase
        let position: Int
    }

    private let rules: LanguageRuleSet

    init(_ rules: LanguageRuleSet) {
        self.rules = rules
    }

    /// With the hedges and refusals in the answer's own language and in English, which models fall back to when they refuse.
    func read(_ text: String, language: Language) -> AnswerReading {
        let own = findings(in: text, rules[language])
        return AnswerReading(text: text, findings: language == .en ? own : own + findings(in: text, rules[.en]))
    }

    private func findings(in text: String, _ rules: LanguageRules) -> [Finding] {
        let folded = FoldedText(Self.asItReads(text), table: .shared, isCompatibilityForm: true)
        let tokens = rules.tokenize(folded).tokens
        var result: [Finding] = []
        var index = 0
        while index < tokens.count {
            var length = 1
            rules.answerPhrases.forEachMatch(tokens, at: index) { phrase, count in
                result.append(Finding(phrase: phrase, position: index))
                length = count
                return true
            }
            index += length
        }
        return result
    }

    /// Without invisible characters, which most texts have none of, and with one kind of apostrophe.
    private static func asItReads(_ text: String) -> String {
        var text = text
        // ASCII needs no look into Unicode's tables.
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "`") }) { return text }
        if text.unicodeScalars.contains(where: { $0.value >= 0x80 && $0.properties.isDefaultIgnorableCodePoint }) {
            text = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }))
        }
        return text.utf8.contains(UInt8(ascii: "`")) ? text.replacing("`", with: "'") : text
    }
}
