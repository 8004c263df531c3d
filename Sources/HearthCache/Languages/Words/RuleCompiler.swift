import HearthTelemetry

/// Turns a rule file into tables and finds what contradicts itself.
struct RuleCompiler {
    private static let longestPhrase = 6

    private let file: RuleFile
    private(set) var faults: [LanguageRulesError.Fault]
    private var accents = Accents.allKept
    private var words = WordTable()
    private var stems: [(number: UInt16, bytes: [UInt8])] = []

    init(_ file: RuleFile) {
        self.file = file
        faults = file.faults
    }

    mutating func compile() -> LanguageRules {
        accents = compileAccents()
        addRoles()
        let fillers = compileFillers()
        let patterns = compilePatterns()
        let answers = compileAnswerPhrases()
        findContradictions(fillers)
        for phrase in fillers {
            words.add(.beginsFiller, to: phrase.words[0])
            if phrase.kind == .politeness || phrase.kind == .politenessInside {
                words.add(.endsPoliteness, to: phrase.words[phrase.words.count - 1])
            }
        }
        for pattern in patterns { words.add(.beginsPattern, to: pattern.words[0]) }
        return LanguageRules(
            file, vocabulary: Vocabulary(accents: accents, words: words, stems: StemTable(stems)),
            fillers: PhraseTable(fillers, wordCount: words.count), patterns: PhraseTable(patterns, wordCount: words.count),
            answerPhrases: PhraseTable(answers, wordCount: words.count))
    }

    private mutating func note(_ entry: RuleFile.Entry?, _ problem: String) {
        faults.append(.init(file: file.name, line: entry?.line, problem: problem))
    }
}

// MARK: Words

extension RuleCompiler {
    private static let roleSections: [(RuleFile.Section, WordRoles)] = [
        (.articles, .article), (.keepArticleBefore, .keepsArticleBefore), (.keepArticleAfter, .keepsArticleAfter),
        (.mentionWords, .mention), (.questionWords, .question), (.negations, .negation), (.relationalWords, .relational),
        (.numberWords, .number), (.dates, .date), (.orderFreeWords, .orderFree), (.describingWords, .describing),
        (.unprefixedWords, .unprefixed),
    ]

    private mutating func compileAccents() -> Accents {
        var kept = WordTable()
        var free = WordTable()
        for section in [RuleFile.Section.minimalPairs, .accentFree] {
            for (entry, token) in singleWords(section) {
                if section == .minimalPairs { kept.insert(token) } else { free.insert(token) }
                if String(decoding: token, as: UTF8.self).utf8.allSatisfy({ $0 < 0x80 }) {
                    note(entry, "'\(entry.text)' in '\(section.rawValue)' has no accent")
                }
            }
        }
        return Accents(
            removes: file.removesAccents, kept: kept, free: free,
            keptEndings: file.entries(.keptAccentEndings).map { $0.text.unicodeScalars.map(\.value) })
    }

    private mutating func addRoles() {
        for (section, role) in Self.roleSections {
            for (_, word) in singleWords(section) { words.insert(word, roles: role) }
        }
    }

    /// The folded words of a section; phrases and duplicates are faults.
    private mutating func singleWords(_ section: RuleFile.Section) -> [(RuleFile.Entry, [UInt8])] {
        var seen: Set<[UInt8]> = []
        var result: [(RuleFile.Entry, [UInt8])] = []
        for entry in file.entries(section) {
            let parts = fold(entry.text)
            guard parts.count == 1 else {
                note(entry, "'\(entry.text)' in '\(section.rawValue)' must be one word")
                continue
            }
            if !seen.insert(parts[0]).inserted { note(entry, "'\(entry.text)' is twice in '\(section.rawValue)'") }
            result.append((entry, parts[0]))
        }
        return result
    }

    private func fold(_ text: String) -> [[UInt8]] {
        tokens(of: text).map { $0.word }
    }

    private func tokens(of text: String) -> [(word: [UInt8], token: Token)] {
        let folded = FoldedText(text, table: .shared, isCompatibilityForm: true)
        let vocabulary = Vocabulary(accents: accents, words: words, stems: StemTable([]))
        let tokenizer = Tokenizer(folded, table: .shared, vocabulary: vocabulary)
        return tokenizer.tokens.map { (Array(tokenizer.bytes[$0.range]), $0) }
    }
}

// MARK: Phrases

extension RuleCompiler {
    private mutating func compileFillers() -> [(kind: LanguageRules.Filler, words: [UInt16])] {
        let sections: [(RuleFile.Section, LanguageRules.Filler)] = [
            (.greetings, .greeting), (.openers, .opener), (.politeness, .politeness), (.politenessInside, .politenessInside),
            (.keptPhrases, .kept),
        ]
        var result: [(kind: LanguageRules.Filler, words: [UInt16])] = []
        for (section, kind) in sections {
            result += phrases(file.entries(section), in: section.rawValue, dropsArticles: false).map { (kind, $0) }
        }
        let smallTalk = file.categories[.greeting] ?? []
        return result + phrases(smallTalk, in: "categories.greeting", dropsArticles: false).map { (.smallTalk, $0) }
    }

    private mutating func compilePatterns() -> [(kind: ResponseCategory, words: [UInt16])] {
        var result: [(kind: ResponseCategory, words: [UInt16])] = []
        for category in ResponseCategory.allCases where category != .greeting {
            let entries = file.categories[category] ?? []
            let section = "categories.\(category.rawValue)"
            result += phrases(entries, in: section, dropsArticles: true, allowsStems: true).map { (category, $0) }
        }
        return result
    }

    private mutating func compileAnswerPhrases() -> [(kind: LanguageRules.AnswerPhrase, words: [UInt16])] {
        phrases(file.strongHedges, in: "hedges.strong", dropsArticles: false).map { (.strongHedge, $0) }
            + phrases(file.weakHedges, in: "hedges.weak", dropsArticles: false).map { (.weakHedge, $0) }
            + phrases(file.entries(.refusals), in: "refusals", dropsArticles: false).map { (.refusal, $0) }
    }

    private mutating func phrases(
        _ entries: [RuleFile.Entry], in section: String, dropsArticles: Bool, allowsStems: Bool = false
    ) -> [[UInt16]] {
        var seen: Set<[UInt16]> = []
        var result: [[UInt16]] = []
        for entry in entries {
            let isStem = allowsStems && entry.text.hasSuffix("*")
            var parts = tokens(of: isStem ? String(entry.text.dropLast()) : entry.text)
            // Patterns meet a text whose articles are gone.
            if dropsArticles, parts.count > 1 {
                parts = parts.enumerated().filter { !isDroppable($0.offset, parts.map(\.token)) }.map(\.element)
            }
            guard (1...Self.longestPhrase).contains(parts.count), !isStem || parts.count == 1 else {
                note(entry, "'\(entry.text)' in '\(section)' must have 1 to \(Self.longestPhrase) words, a beginning with * just one")
                continue
            }
            let numbers = isStem ? addStem(parts[0].word, entry, section) : parts.map { words.insert($0.word) }
            if numbers.isEmpty { continue }
            if !seen.insert(numbers).inserted { note(entry, "'\(entry.text)' is twice in '\(section)'") }
            result.append(numbers)
        }
        return result
    }

    private func isDroppable(_ index: Int, _ tokens: [Token]) -> Bool {
        ArticleRule.isDroppable(tokens, at: index)
    }

    private mutating func addStem(_ stem: [UInt8], _ entry: RuleFile.Entry, _ section: String) -> [UInt16] {
        guard stem.count >= StemTable.minimumBytes else {
            note(entry, "'\(entry.text)' in '\(section)' is too short a beginning")
            return []
        }
        if let other = stems.first(where: { $0.bytes.starts(with: stem) || stem.starts(with: $0.bytes) }) {
            note(entry, "'\(entry.text)' in '\(section)' overlaps '\(String(decoding: other.bytes, as: UTF8.self))*'")
            return []
        }
        // The star cannot be part of a folded word that stands alone, so a stem's number is never a word's.
        let number = words.insert(stem + [0x2a, 0x2a])
        stems.append((number, stem))
        return [number]
    }
}

// MARK: Contradictions

extension RuleCompiler {
    /// What must never be dropped must not stand among the fillers.
    private mutating func findContradictions(_ fillers: [(kind: LanguageRules.Filler, words: [UInt16])]) {
        let droppable: [RuleFile.Section] = [.articles, .greetings, .openers, .politeness, .politenessInside]
        let protected: [(WordRoles, String)] = [(.negation, "negation"), (.number, "number"), (.question, "question word")]
        for section in droppable {
            for entry in file.entries(section) {
                let roles = fold(entry.text).map { words.roles[Int(words.find($0))] }
                for (role, name) in protected where roles.contains(where: { $0.contains(role) }) && !isAllowed(entry, role, section) {
                    note(entry, "'\(entry.text)' in '\(section.rawValue)' holds a \(name), which must never be dropped")
                }
            }
        }
        for entry in file.entries(.orderFreeWords) + file.entries(.describingWords) {
            let roles = fold(entry.text).map { words.roles[Int(words.find($0))] }
            if roles.contains(where: { !$0.isDisjoint(with: [.relational, .negation, .number]) }) {
                note(entry, "'\(entry.text)' in an order-free list is relational, a negation or a number as well")
            }
        }
    }

    /// "una pregunta" and "um saludo" are set phrases whose number word is an article.
    private func isAllowed(_ entry: RuleFile.Entry, _ role: WordRoles, _ section: RuleFile.Section) -> Bool {
        role == .number && fold(entry.text).count > 1 && (section == .openers || section == .politeness)
    }
}
