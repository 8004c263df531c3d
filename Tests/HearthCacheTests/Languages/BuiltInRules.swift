import HearthCache

/// The rules that are built into the program, read once for all tests.
enum BuiltInRules {
    private static let loaded = Result { () throws(LanguageRulesError) in try LanguageRuleSet.load() }

    static func get() throws(LanguageRulesError) -> LanguageRuleSet {
        try loaded.get()
    }
}
