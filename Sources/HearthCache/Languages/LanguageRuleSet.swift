package import HearthTelemetry

/// The rules of all five languages.
package struct LanguageRuleSet: Sendable {
    private let rules: [LanguageRules]

    /// Reads, validates and compiles the rule files that are built into the program.
    ///
    /// Takes some tens of milliseconds; done once, at start.
    /// - Throws: ``LanguageRulesError`` with every fault of every file.
    package static func load() throws(LanguageRulesError) -> LanguageRuleSet {
        try compile(Language.allCases.map { ($0, embedded($0)) })
    }

    /// Compiles rule files that the caller brings, one for each language.
    ///
    /// - Throws: ``LanguageRulesError`` with every fault of every file.
    package static func compile(_ files: [(language: Language, yaml: String)]) throws(LanguageRulesError) -> LanguageRuleSet {
        var compiled: [LanguageRules] = []
        var faults: [LanguageRulesError.Fault] = []
        for language in Language.allCases {
            guard let yaml = files.first(where: { $0.language == language })?.yaml else {
                faults.append(.init(file: "\(language.rawValue).yaml", line: nil, problem: "is missing"))
                continue
            }
            var compiler = RuleCompiler(RuleFile(yaml: yaml, language: language))
            compiled.append(compiler.compile())
            faults += compiler.faults
        }
        guard faults.isEmpty else { throw LanguageRulesError(faults: faults) }
        return LanguageRuleSet(rules: compiled)
    }

    package subscript(language: Language) -> LanguageRules {
        rules[language.index]
    }

    private static func embedded(_ language: Language) -> String {
        let bytes =
            switch language {
            case .ru: PackageResources.ru_yaml
            case .en: PackageResources.en_yaml
            case .es: PackageResources.es_yaml
            case .pt: PackageResources.pt_yaml
            case .he: PackageResources.he_yaml
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
