package import HearthTelemetry

/// The rules of one language, compiled into tables.
///
/// Made by ``LanguageRuleSet/load()``; immutable, so one value is shared by all requests.
package struct LanguageRules: Sendable {
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
    let accents: Accents
    let words: WordTable
    let stems: StemTable
    let fillers: PhraseTable<Filler>
    let patterns: PhraseTable<ResponseCategory>
    let answerPhrases: PhraseTable<AnswerPhrase>
    /// Letters that stand as a word of their own in front of another word (Hebrew ב, ל, מ).
    let relationalPrefixes: [[UInt8]]
    let functionWords: [String]
    let tellingLetters: [UInt32]
    let samples: String
}

extension LanguageRules {
    func tokenize(_ folded: FoldedText) -> Tokenizer {
        Tokenizer(folded, table: .shared, accents: accents, words: words, stems: stems)
    }
}
