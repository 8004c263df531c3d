import HearthTelemetry

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

    /// The hedges and refusals in the answer's own language and in English, which models fall back to when they refuse.
    func findings(in text: String, language: Language) -> [Finding] {
        let own = findings(in: text, rules[language])
        return language == .en ? own : own + findings(in: text, rules[.en])
    }

    private func findings(in text: String, _ rules: LanguageRules) -> [Finding] {
        // Invisible characters do not matter here: the answer is judged as it reads.
        let visible = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }))
        let folded = FoldedText(visible.replacing("`", with: "'"), table: .shared, isCompatibilityForm: true)
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
}
