package import HearthTelemetry

/// Gives questions that mean the same by form alone one canonical text.
///
/// Total, deterministic and linear in the input. Where a rule is in doubt the texts differ: a missed saving costs $0.002, a
/// wrong answer costs a customer.
package struct Normalizer: Sendable {
    /// Part of every cache key; raise it with every change of the rules or of this code that changes a result.
    package static let version = 2

    /// Harmless punctuation and emoji that any text may lose; above it, and above one for four letters, the text stays exact.
    private static let freeMarks = 12
    private static let lettersPerMark = 4

    private let rules: LanguageRuleSet
    private let table = ScalarTable.shared

    package init(rules: LanguageRuleSet) {
        self.rules = rules
    }

    package func normalize(_ text: String, language: Language) -> NormalizedQuery {
        let rules = rules[language]
        let folded = FoldedText(text, table: table, isCompatibilityForm: false)
        switch folded.outcome {
        case .folded: return normalize(text, folded, rules, steps: [])
        case .hidesSomething: return exact(text, .general)
        case .needsCompatibilityForm: return normalizeRare(text, rules)
        }
    }

    /// A text with scalars that NFKC may change.
    private func normalizeRare(_ text: String, _ rules: LanguageRules) -> NormalizedQuery {
        guard let form = CompatibilityForm.make(text) else { return exact(text, .general) }
        let folded = FoldedText(form, table: table, isCompatibilityForm: true)
        guard folded.outcome == .folded else { return exact(text, .general) }
        let result = normalize(text, folded, rules, steps: .compatibilityForm)
        return result.isExact || isStable(result.text, rules) ? result : exact(text, result.category)
    }

    /// Whether a canonical text is its own canonical text. Case folding and composition do not commute for a few rare scalars.
    private func isStable(_ text: String, _ rules: LanguageRules) -> Bool {
        guard let form = CompatibilityForm.make(text) else { return false }
        let folded = FoldedText(form, table: table, isCompatibilityForm: true)
        guard folded.outcome == .folded else { return false }
        // Bytes, as the key hashes them: Swift's == takes "e\u{301}" and "é" for one.
        return normalize(text, folded, rules, steps: []).text.utf8.elementsEqual(text.utf8)
    }

    private func normalize(
        _ text: String, _ folded: FoldedText, _ rules: LanguageRules, steps initial: NormalizedQuery.Steps
    ) -> NormalizedQuery {
        let tokenizer = rules.tokenize(folded)
        let marks = tokenizer.droppedMarks + folded.decorations
        let isNoisy = marks > Self.freeMarks && marks > folded.scalars.count / (Self.lettersPerMark + 1)
        var draft = Draft(tokenizer)
        if draft.tokens.isEmpty {
            return isNoisy ? exact(text, .general) : original(folded, initial)
        }
        if isNoisy { return exact(text, CategoryClassifier.category(of: draft.tokens, rules)) }
        if rules.firstCapitalIsArticle { readSentenceCapitals(&draft.tokens) }

        let isGreeting = CategoryClassifier.isGreeting(draft.tokens, rules)
        let namesLetter = draft.tokens.contains { $0.traits.contains(.loneCapital) }
        let outcome = FillerRemoval(rules).apply(to: &draft)
        let category = isGreeting ? .greeting : CategoryClassifier.category(of: draft.tokens, rules)
        switch outcome {
        case .atRest: break
        case .restless: return exact(text, category)
        case .dropsQuoted: return namesLetter ? exact(text, category) : original(folded, initial, category)
        }
        WordOrder(rules).apply(to: &draft, category: category)

        var steps = initial
        if draft.removedAccents { steps.insert(.accentsRemoved) }
        if draft.droppedFillers { steps.insert(.fillersDropped) }
        if draft.isSorted { steps.insert(.wordsSorted) }
        let canonical = draft.text { $0.traits.contains(.loneCapital) && $0.roles.contains(.article) }
        return NormalizedQuery(text: canonical, category: category, isExact: false, steps: steps)
    }

    /// Behind a full stop a capital says no more than at the start of the text.
    private func readSentenceCapitals(_ tokens: inout [Token]) {
        for index in tokens.indices where tokens[index].traits.contains(.breakBefore) {
            tokens[index].traits.remove(.loneCapital)
        }
    }

    private func exact(_ text: String, _ category: ResponseCategory) -> NormalizedQuery {
        NormalizedQuery(text: text, category: category, isExact: true, steps: [])
    }

    /// The case-folded original with single spaces, for texts without a word and for those that talk about words.
    private func original(
        _ folded: FoldedText, _ steps: NormalizedQuery.Steps, _ category: ResponseCategory = .general
    ) -> NormalizedQuery {
        var bytes: [UInt8] = []
        var hash = WordTable.hashSeed
        var spacePending = false
        for entry in folded.scalars {
            if entry.scalarClass == .space {
                spacePending = !bytes.isEmpty
                continue
            }
            if spacePending { bytes.append(0x20) }
            spacePending = false
            bytes.append(scalar: entry.scalar, hash: &hash)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return NormalizedQuery(text: text, category: category, isExact: false, steps: steps.union(.originalKept))
    }
}
