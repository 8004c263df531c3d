import Foundation
import HearthTelemetry
import Testing

@testable import HearthPages

@Suite("The words of pages")
struct TextTests {
    private static func isForm(_ key: String) -> Bool { PluralForm.allCases.contains { key.hasSuffix("." + $0.rawValue) } }

    private static func base(_ key: String) -> String { isForm(key) ? String(key.prefix(while: { $0 != "." })) : key }

    private static func places(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) }) }

    @Test("Every language has every text and no other", arguments: Language.allCases)
    func complete(language: Language) {
        let text = PageText.of(language)
        let bases = Set(text.keys.map(Self.base))
        let words = Set(PhraseFamily.allCases.flatMap { family in family.values.map { family.rawValue + "_" + $0 } })
        #expect(Set(Phrase.allCases.map(\.rawValue)).union(words).symmetricDifference(bases) == [])
    }

    @Test("Words beside numbers have exactly the forms of their language", arguments: Language.allCases)
    func forms(language: Language) {
        let text = PageText.of(language)
        let counted = Set(PageText.of(.en).keys.filter(Self.isForm).map(Self.base))
        for phrase in counted {
            let own = PluralForm.allCases.filter { text.entry(phrase + "." + $0.rawValue) != nil }
            #expect(Set(own) == Set(PluralForm.forms(of: language)), "\(phrase)")
        }
    }

    @Test("Places for values are those of the English text", arguments: Language.allCases)
    func placeholders(language: Language) throws {
        let (text, english) = (PageText.of(language), PageText.of(.en))
        for key in text.keys {
            let other = try #require(english.entry(key) ?? english.entry(Self.base(key) + ".other"))
            var expected = Self.places(other)
            var own = Self.places(try #require(text.entry(key)))
            // A word may stand for a number.
            if key.hasSuffix(".one") || key.hasSuffix(".two") {
                expected.remove("n")
                own.remove("n")
            }
            #expect(own == expected, "\(key)")
        }
    }

    @Test("No text is much longer than in English, empty, or ends in a space", arguments: Language.allCases)
    func lengths(language: Language) throws {
        let (text, english) = (PageText.of(language), PageText.of(.en))
        for key in text.keys {
            let own = try #require(text.entry(key))
            let other = try #require(english.entry(key) ?? english.entry(Self.base(key) + ".other"))
            #expect(!own.isEmpty && own.count <= max(other.count * 2, other.count + 22), "\(key): \(own)")
            #expect(own.first?.isWhitespace == false && own.last?.isWhitespace == false, "\(key)")
        }
    }

    @Test("Every text is asked for by a page, and templates ask for none that is not there")
    func used() throws {
        let sources = try Sources.all.filter { !$0.path.contains("/Text/") }.map(\.text).joined(separator: "\n")
        let asked = Set(sources.matches(of: /\{\{t\.(\w+)\}\}/).map { String($0.1) })
        let known = Set(Phrase.allCases.map(\.rawValue))
        #expect(asked.subtracting(known) == [])
        let named = Set(sources.matches(of: /\.(\w+)/).map { String($0.1) })
        #expect(known.subtracting(asked).subtracting(named) == [])
    }

    @Test("The glossary has the words that pages use")
    func glossary() throws {
        let text = try String(contentsOf: Sources.root.appendingPathComponent("docs/reference/words.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
            .map { $0.dropFirst(2).dropLast(2).split(separator: " | ").map(String.init) }
        #expect(rows.count >= 40)
        let languages = [Language.en, .es, .he, .pt, .ru].map(PageText.of)
        for row in rows {
            let phrases = Phrase.allCases.filter { phrase in zip(languages, row).allSatisfy { $0.entry(phrase.rawValue) == $1 } }
            #expect(row.count == 5 && !phrases.isEmpty, "\(row)")
        }
    }

    @Test(
        "Forms follow the rules of CLDR",
        arguments: [
            (Language.en, 0, PluralForm.other), (.en, 1, .one), (.en, 2, .other), (.es, 1, .one), (.es, 0, .other), (.es, 1_000_000, .many),
            (.pt, 0, .one), (.pt, 1, .one), (.pt, 2, .other), (.pt, 2_000_000, .many), (.ru, 1, .one), (.ru, 21, .one), (.ru, 11, .many),
            (.ru, 2, .few), (.ru, 24, .few), (.ru, 12, .many), (.ru, 5, .many), (.ru, 111, .many), (.he, 1, .one), (.he, 2, .two),
            (.he, 3, .other), (.he, 20, .other),
        ] as [(Language, Int64, PluralForm)])
    func plurals(language: Language, number: Int64, form: PluralForm) {
        #expect(PluralForm(number, in: language) == form)
    }

    @Test("What is put into a text is never taken for a place")
    func fill() {
        #expect(PageText.of(.en)(.rangeBetween, ["from": "{to}", "to": "x"]) == "from {to} to x")
    }
}

/// The sources of the target.
enum Sources {
    struct File {
        var path: String
        var text: String
    }

    /// The folder of the package.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var all: [File] {
        get throws {
            let root = root.appendingPathComponent("Sources/HearthPages")
            let paths = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
            return try paths.filter { $0.pathExtension == "swift" }
                .map { File(path: $0.path, text: try String(contentsOf: $0, encoding: .utf8)) }
        }
    }
}
