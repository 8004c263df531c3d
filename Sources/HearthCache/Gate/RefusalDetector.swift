package import HearthTelemetry

/// Tells whether an answer declines to answer.
///
/// A refusal comes first: phrases behind the first sixty words are advice ("I cannot help with prices beyond...").
package struct RefusalDetector: Sendable {
    private static let openingWords = 60

    private let reader: AnswerReader

    package init(rules: LanguageRuleSet) {
        reader = AnswerReader(rules)
    }

    package func isRefusal(_ text: String, language: Language) -> Bool {
        isRefusal(read(text, language: language))
    }

    /// For several judgements about one answer.
    package func read(_ text: String, language: Language) -> AnswerReading { reader.read(text, language: language) }

    package func isRefusal(_ answer: AnswerReading) -> Bool {
        answer.findings.contains { $0.phrase == .refusal && $0.position < Self.openingWords }
    }
}
