import HearthTelemetry
import Yams

/// One language's rules as written, before anything is folded or compiled.
struct RuleFile {
    /// A word or phrase with the line it stands on, for error messages.
    struct Entry: Sendable {
        let text: String
        let line: Int?
    }

    /// The lists that every file must have; an empty list is an answer, a missing one is a fault.
    enum Section: String, CaseIterable {
        case articles
        case keepArticleBefore = "keep_article_before"
        case keepArticleAfter = "keep_article_after"
        case greetings, openers, politeness
        case politenessInside = "politeness_inside"
        case keptPhrases = "kept_phrases"
        case mentionWords = "mention_words"
        case questionWords = "question_words"
        case negations
        case relationalWords = "relational_words"
        case relationalPrefixes = "relational_prefixes"
        case unprefixedWords = "unprefixed_words"
        case numberWords = "number_words"
        case dates
        case orderFreeWords = "order_free_words"
        case describingWords = "describing_words"
        case minimalPairs = "minimal_pairs"
        case keptAccentEndings = "kept_accent_endings"
        case accentFree = "accent_free"
        case refusals
        case functionWords = "function_words"
    }

    let name: String
    let language: Language
    private(set) var removesAccents = false
    private(set) var firstCapitalIsArticle = false
    private(set) var lists: [Section: [Entry]] = [:]
    private(set) var categories: [ResponseCategory: [Entry]] = [:]
    private(set) var strongHedges: [Entry] = []
    private(set) var weakHedges: [Entry] = []
    private(set) var tellingLetters = ""
    private(set) var faults: [LanguageRulesError.Fault] = []

    /// Reads the file and notes what is missing, unknown or of the wrong shape; it goes on after a fault to find them all.
    init(yaml: String, language: Language) {
        self.name = "\(language.rawValue).yaml"
        self.language = language
        do {
            guard let root = try Yams.compose(yaml: yaml)?.mapping else {
                note(nil, "is empty or not a mapping of sections")
                return
            }
            readHead(root)
            for section in Section.allCases {
                lists[section] = readList(root, section.rawValue)
            }
            readCategories(root)
            readHedges(root)
            reportUnknownKeys(root)
        } catch {
            note(nil, "is not YAML: \(error)")
        }
    }

    func entries(_ section: Section) -> [Entry] {
        lists[section] ?? []
    }
}

extension RuleFile {
    private static let headKeys = ["language", "accents", "first_capital_is_article", "telling_letters", "categories", "hedges"]

    private mutating func note(_ node: Node?, _ problem: String) {
        faults.append(.init(file: name, line: node?.mark?.line, problem: problem))
    }

    private mutating func readHead(_ root: Node.Mapping) {
        if let value = word(root, "language"), value != language.rawValue {
            note(root["language"], "language is '\(value)', the file's name says '\(language.rawValue)'")
        }
        switch word(root, "accents") {
        case "removed": removesAccents = true
        case "kept", nil: removesAccents = false
        case let other?: note(root["accents"], "accents is '\(other)'; allowed are removed and kept")
        }
        switch word(root, "first_capital_is_article") {
        case "true": firstCapitalIsArticle = true
        case "false", nil: firstCapitalIsArticle = false
        case let other?: note(root["first_capital_is_article"], "first_capital_is_article is '\(other)'; allowed are true and false")
        }
        tellingLetters = word(root, "telling_letters") ?? ""
    }

    private mutating func word(_ root: Node.Mapping, _ key: String) -> String? {
        guard let node = root[key] else {
            note(nil, "has no section '\(key)'")
            return nil
        }
        guard let scalar = node.scalar else {
            note(node, "section '\(key)' must be one value")
            return nil
        }
        return scalar.string
    }

    private mutating func readList(_ root: Node.Mapping, _ key: String, inside parent: String = "") -> [Entry] {
        let path = parent.isEmpty ? key : "\(parent).\(key)"
        guard let node = root[key] else {
            note(nil, "has no section '\(path)'")
            return []
        }
        guard let sequence = node.sequence else {
            note(node, "section '\(path)' must be a list")
            return []
        }
        var entries: [Entry] = []
        for item in sequence {
            if let scalar = item.scalar {
                entries.append(Entry(text: scalar.string, line: item.mark?.line))
            } else {
                note(item, "section '\(path)' holds something that is not a word")
            }
        }
        return entries
    }

    private mutating func readCategories(_ root: Node.Mapping) {
        guard let mapping = root["categories"]?.mapping else {
            note(root["categories"], "has no section 'categories' with one list for each category")
            return
        }
        for (key, _) in mapping {
            guard let category = key.string.flatMap(ResponseCategory.init(rawValue:)), category != .general else {
                note(key, "unknown category '\(key.string ?? "?")'; 'general' is what no pattern recognises")
                continue
            }
        }
        for category in ResponseCategory.allCases where category != .general {
            categories[category] = readList(mapping, category.rawValue, inside: "categories")
        }
    }

    private mutating func readHedges(_ root: Node.Mapping) {
        guard let mapping = root["hedges"]?.mapping else {
            note(root["hedges"], "has no section 'hedges' with the lists strong and weak")
            return
        }
        strongHedges = readList(mapping, "strong", inside: "hedges")
        weakHedges = readList(mapping, "weak", inside: "hedges")
    }

    private mutating func reportUnknownKeys(_ root: Node.Mapping) {
        let known = Set(Section.allCases.map(\.rawValue) + Self.headKeys)
        for (key, _) in root where !known.contains(key.string ?? "") {
            note(key, "unknown section '\(key.string ?? "?")'")
        }
    }
}
