package import HearthTelemetry

/// Tells what a question is about by the patterns of its language.
package struct CategoryClassifier: Sendable {
    /// Categories by lifetime, the shortest first: on a tie an answer is kept for the shorter time.
    private static let byLifetime: [ResponseCategory] = [.booking, .availability, .pricing, .hours, .services, .location]

    private let normalizer: Normalizer

    package init(rules: LanguageRuleSet) {
        normalizer = Normalizer(rules: rules)
    }

    /// The category of the question; `general` if no pattern is in it.
    package func classify(_ text: String, language: Language) -> ResponseCategory {
        normalizer.normalize(text, language: language).category
    }

    /// Whether nothing but greetings and politeness is in the text.
    static func isGreeting(_ tokens: [Token], _ rules: LanguageRules) -> Bool {
        guard let first = tokens.first, first.roles.contains(.beginsFiller) else { return false }
        var index = 0
        while index < tokens.count {
            var length = 0
            rules.fillers.forEachMatch(tokens, at: index) { kind, count in
                guard kind == .greeting || kind == .politeness || kind == .smallTalk else { return false }
                length = count
                return true
            }
            if length == 0 { return false }
            index += length
        }
        return true
    }

    /// The category whose patterns weigh most; a pattern weighs the square of its words.
    static func category(of tokens: [Token], _ rules: LanguageRules) -> ResponseCategory {
        var scores = SIMD8<Int32>(repeating: 0)
        for index in tokens.indices where tokens[index].stem != 0 || tokens[index].roles.contains(.beginsPattern) {
            rules.patterns.forEachMatch(tokens, at: index) { category, length in
                scores[category.index] &+= Int32(length * length)
                return false
            }
        }
        var best = ResponseCategory.general
        var highest: Int32 = 0
        for category in byLifetime where scores[category.index] > highest {
            best = category
            highest = scores[category.index]
        }
        return best
    }
}
