import HearthCache
import HearthTelemetry
import Testing

@Suite("Language rule files")
struct LanguageRulesTests {
    /// A rule file with every section; `changes` replace or remove (nil) lines by their key.
    private static func file(_ language: Language, _ changes: [String: String?] = [:]) -> (language: Language, yaml: String) {
        var lines: [(String, String?)] = [("language", language.rawValue), ("accents", "kept"), ("first_capital_is_article", "false")]
        let lists = [
            "articles", "keep_article_before", "keep_article_after", "greetings", "openers", "politeness", "politeness_inside",
            "kept_phrases", "mention_words", "question_words", "negations", "relational_words", "relational_prefixes",
            "unprefixed_words", "number_words", "dates", "order_free_words", "describing_words", "minimal_pairs", "kept_accent_endings",
            "accent_free",
            "refusals", "function_words",
        ]
        lines += lists.map { ($0, "[]") }
        lines += [
            ("categories", "{greeting: [], pricing: [], availability: [], services: [], hours: [], location: [], booking: []}"),
            ("hedges", "{strong: [], weak: []}"), ("telling_letters", "\"\""),
        ]
        lines = lines.map { ($0.0, changes[$0.0] ?? $0.1) }
        for (key, value) in changes where !lines.contains(where: { $0.0 == key }) { lines.append((key, value)) }
        return (language, lines.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: "\n"))
    }

    private static func faults(_ changes: [String: String?]) -> [String] {
        do {
            _ = try LanguageRuleSet.compile(Language.allCases.map { file($0, $0 == .en ? changes : [:]) })
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test("The files that are built in are valid")
    func builtIn() throws {
        let rules = try LanguageRuleSet.load()
        for language in Language.allCases { #expect(rules[language].language == language) }
    }

    @Test("Empty lists are valid")
    func empty() {
        #expect(Self.faults([:]).isEmpty)
    }

    @Test("All faults of a file are listed in one error")
    func everyFault() {
        let faults = Self.faults([
            "articles": "[the, the, no]", "negations": "[no, not]", "number_words": "[two]", "greetings": "[hi two]",
            "politeness": nil as String?, "accents": "sometimes", "flowers": "[rose]",
            "categories":
                "{greeting: [], pricing: [pri*, a b c d e f g], weather: [rain], services: [], hours: [], location: [], booking: []}",
            "mention_words": "[two words]", "minimal_pairs": "[plain]", "order_free_words": "[not]",
        ])
        for expected in [
            "'the' is twice in 'articles'", "'no' in 'articles' holds a negation", "'hi two' in 'greetings' holds a number",
            "has no section 'politeness'", "accents is 'sometimes'", "unknown section 'flowers'", "unknown category 'weather'",
            "has no section 'categories.availability'", "'pri*' in 'categories.pricing' is too short",
            "'a b c d e f g' in 'categories.pricing' must have 1 to 6 words", "'two words' in 'mention_words' must be one word",
            "'plain' in 'minimal_pairs' has no accent", "'not' in an order-free list is relational, a negation or a number",
        ] {
            #expect(faults.contains { $0.hasPrefix("en.yaml") && $0.contains(expected) }, "\(expected) in \(faults)")
        }
    }

    @Test("A fault names its line")
    func line() {
        #expect(Self.faults(["articles": "[the, the]"]) == ["en.yaml:4 'the' is twice in 'articles'"])
    }

    @Test("A missing file and a file that is no YAML are faults, not traps")
    func unreadable() {
        #expect(throws: LanguageRulesError.self) { try LanguageRuleSet.compile([]) }
        #expect(throws: LanguageRulesError.self) {
            try LanguageRuleSet.compile(Language.allCases.map { ($0, "articles: [the") })
        }
        #expect(throws: LanguageRulesError.self) { try LanguageRuleSet.compile(Language.allCases.map { ($0, "") }) }
    }
}
