import Foundation
import HearthCache
import HearthTelemetry
import Testing

@Suite("common-queries.json")
struct CommonQueriesTests {
    private struct File: Decodable {
        struct Query: Decodable {
            let query: String
            let language: Language
            let category: ResponseCategory
        }

        let version: Int
        let queries: [Query]
    }

    private let file: File
    private let rules: LanguageRuleSet

    init() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../config/common-queries.json").standardizedFileURL
        file = try JSONDecoder().decode(File.self, from: Data(contentsOf: folder))
        rules = try BuiltInRules.get()
    }

    @Test("It holds 212 questions over all languages and categories")
    func size() {
        #expect(file.version == 1)
        #expect(file.queries.count == 212)
        for language in Language.allCases {
            let own = file.queries.filter { $0.language == language }
            #expect(own.count >= 42)
            #expect(Set(own.map(\.category)).count == ResponseCategory.allCases.count)
        }
    }

    @Test("No two questions share a canonical text")
    func distinct() {
        let normalizer = Normalizer(rules: rules)
        var seen: [String: String] = [:]
        for entry in file.queries {
            let key = "\(entry.language.rawValue):\(normalizer.normalize(entry.query, language: entry.language).text)"
            #expect(seen[key] == nil, "\(entry.query) and \(seen[key] ?? "")")
            seen[key] = entry.query
        }
    }

    @Test("The newcomer's example question is not among them")
    func newcomersExample() {
        let normalizer = Normalizer(rules: rules)
        let example = normalizer.normalize("Do you sell gift cards?", language: .en).text
        #expect(!file.queries.contains { normalizer.normalize($0.query, language: $0.language).text == example })
        #expect(!file.queries.contains { $0.query.lowercased().contains("gift") })
    }

    @Test("At least 95 of 100 languages are detected, and at least 90 of 100 categories recognised")
    func agreement() {
        let detector = LanguageDetector(rules: rules)
        let classifier = CategoryClassifier(rules: rules)
        let languages = file.queries.filter { detector.detect($0.query, fallback: $0.language == .he ? .ru : .he).language == $0.language }
        let categories = file.queries.filter { classifier.classify($0.query, language: $0.language) == $0.category }
        #expect(languages.count * 100 >= file.queries.count * 95)
        #expect(categories.count * 100 >= file.queries.count * 90)
    }
}
