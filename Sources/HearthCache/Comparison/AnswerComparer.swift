package import HearthTelemetry

/// Tells by their form whether two answers to one question say the same.
///
/// Texts that are equal after the language's normalisation are equal. Otherwise numbers must agree, whatever the rest looks like. Then
/// the words must overlap: F1 of the bags of words without articles, as in Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine
/// Comprehension of Text" (EMNLP 2016). A bag of words knows neither negation nor order, so what turns the meaning is looked at first,
/// and where a rule is in doubt the answers count as different. It cannot see everything: one other word among
/// ten passes (F1 0.9), and so does "from Paris to London" for its opposite inside a long text.
package struct AnswerComparer: Sendable {
    /// F1 of the pairs of neighbouring words below which the words stand in another order (ROUGE-2; Lin, 2004).
    ///
    /// "cards, cash and vouchers" against "cash, cards and vouchers" has 1/3, "Anna pays Maria" against "Maria pays Anna" has 0.
    private static let minimumPairOverlap = 0.3

    private let rules: LanguageRuleSet
    private let normalizer: Normalizer
    private let minimumOverlap: Double

    /// - Parameter minimumOverlap: F1 of the words from which two texts are alike, 0...1.
    package init(rules: LanguageRuleSet, minimumOverlap: Double) {
        self.rules = rules
        self.minimumOverlap = minimumOverlap
        normalizer = Normalizer(rules: rules)
    }

    package func compare(_ first: String, _ second: String, language: Language) -> AnswerComparison {
        if normalizer.normalize(first, language: language).text == normalizer.normalize(second, language: language).text { return .equal }
        guard let left = AnswerWords(first, rules[language]), let right = AnswerWords(second, rules[language]) else {
            return .doubtful(.words, overlap: 0)
        }
        if left.isEmpty || right.isEmpty { return .different(.empty) }
        if left.numbers != right.numbers || Self.contradict(left.signs, right.signs) { return .different(.numbers) }
        let overlap = Self.overlap(left.words, right.words)
        if let doubt = Self.doubt(left, right) { return .doubtful(doubt, overlap: overlap) }
        if overlap < minimumOverlap { return .doubtful(.words, overlap: overlap) }
        if Self.overlap(left.pairs, right.pairs) < Self.minimumPairOverlap { return .doubtful(.order, overlap: overlap) }
        return .alike(overlap: overlap)
    }

    /// What may turn the meaning though the words agree.
    private static func doubt(_ left: AnswerWords, _ right: AnswerWords) -> AnswerComparison.Difference? {
        // "one of us" has no counterpart in many a right answer, so a number word counts only where another stands in its place.
        if contradict(left.numberWords, right.numberWords) { return .numberWords }
        if left.dates != right.dates { return .dates }
        if unitsDiffer(left, right) { return .units }
        if negationsDiffer(left.negations, right.negations) { return .negation }
        return left.order == right.order ? nil : .order
    }

    /// Each side has something that the other lacks.
    private static func contradict<Element>(_ left: Set<Element>, _ right: Set<Element>) -> Bool {
        !left.subtracting(right).isEmpty && !right.subtracting(left).isEmpty
    }

    /// Behind the same number stand words that the other text has nowhere.
    private static func unitsDiffer(_ left: AnswerWords, _ right: AnswerWords) -> Bool {
        left.followers.contains { number, followers in
            followers.contains { right.words[$0] == nil } && right.followers[number, default: []].contains { left.words[$0] == nil }
        }
    }

    /// Negations are compared one by one by the words behind them: "not currently sell" and "don't sell" have one in common.
    private static func negationsDiffer(_ left: [[String]], _ right: [[String]]) -> Bool {
        guard left.count == right.count else { return true }
        return zip(left, right).contains { first, second in
            !(first.isEmpty && second.isEmpty) && Set(first).isDisjoint(with: second)
        }
    }

    /// F1 of two bags: 2 · common / (left + right). Four words of which three agree: 0.75.
    private static func overlap(_ left: [String: Int], _ right: [String: Int]) -> Double {
        let total = left.values.reduce(0, +) + right.values.reduce(0, +)
        // Single words have no pairs, and so none that disagree.
        guard total > 0 else { return 1 }
        let common = left.reduce(0) { $0 + min($1.value, right[$1.key] ?? 0) }
        return 2 * Double(common) / Double(total)
    }
}
