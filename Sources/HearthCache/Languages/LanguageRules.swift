package import HearthTelemetry

/// The rules of one language, compiled into tables.
///
/// Made by ``LanguageRuleSet/load()``; immutable, so one object is shared by all requests, and a class, so that passing it on costs
/// one reference count and not one for each table.
package final class LanguageRules: Sendable {
    /// A phrase that may be dropped, or that forbids dropping.
    enum Filler: Sendable {
        case greeting
        case opener
        case politeness
        case politenessInside
        case kept
        /// "How are you": a greeting as a category, never dropped.
        case smallTalk
    }

    /// A phrase that is looked for in answers.
    enum AnswerPhrase: Sendable {
        case strongHedge
        case weakHedge
        case refusal
    }

    package let language: Language
    let firstCapitalIsArticle: Bool
    let vocabulary: Vocabulary
    let fillers: PhraseTable<Filler>
    let patterns: PhraseTable<ResponseCategory>
    let answerPhrases: PhraseTable<AnswerPhrase>
    /// Letters that stand as a word of their own in front of another word (Hebrew ב, ל, מ).
    let relationalPrefixes: [[UInt8]]
    let functionWords: [String]
    let tellingLetters: [UInt32]

    init(
        _ file: RuleFile, vocabulary: Vocabulary, fillers: PhraseTable<Filler>, patterns: PhraseTable<ResponseCategory>,
        answerPhrases: PhraseTable<AnswerPhrase>
    ) {
        language = file.language
        firstCapitalIsArticle = file.firstCapitalIsArticle
        self.vocabulary = vocabulary
        self.fillers = fillers
        self.patterns = patterns
        self.answerPhrases = answerPhrases
        relationalPrefixes = file.entries(.relationalPrefixes).map { Array($0.text.utf8) }
        functionWords = file.entries(.functionWords).map(\.text)
        tellingLetters = file.tellingLetters.unicodeScalars.map(\.value)
    }
}

extension LanguageRules {
    func tokenize(_ folded: FoldedText) -> Tokenizer {
        Tokenizer(folded, table: .shared, vocabulary: vocabulary)
    }
}
