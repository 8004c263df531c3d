import HearthCache
import HearthTelemetry
import Testing

@Suite("The normaliser on the labelled sets")
struct LabelledSetTests {
    private let normalizer: Normalizer
    private let same: [QuestionPair]
    private let different: [QuestionPair]

    init() throws {
        normalizer = Normalizer(rules: try BuiltInRules.get())
        same = try LabelledSet.same()
        different = try LabelledSet.different()
    }

    @Test("Each set has at least 400 pairs, and at least 80 of every language")
    func sizes() {
        for set in [same, different] {
            #expect(set.count >= 400)
            for language in Language.allCases { #expect(set.count { $0.language == language } >= 80, "\(language)") }
            let distinct = Set(set.map { "\($0.language)\t\($0.first)\t\($0.second)" })
            #expect(distinct.count == set.count, "a pair is there twice")
        }
    }

    @Test("Questions that look alike and mean something else never share a key")
    func noFalseHit() {
        let falseHits = different.filter(sharesKey)
        #expect(falseHits.isEmpty, "\(Self.list(falseHits))")
    }

    @Test("Of a hundred pairs that mean the same by form alone at least 97 share a key")
    func fewMisses() {
        let misses = same.filter { !sharesKey($0) }
        #expect(misses.count * 100 <= same.count * 3, "\(misses.count) of \(same.count): \(Self.list(misses))")
    }

    @Test("Every text is its own canonical text once it is normalised")
    func idempotent() {
        for pair in same + different {
            for text in [pair.first, pair.second] {
                let once = normalizer.normalize(text, language: pair.language)
                #expect(normalizer.normalize(once.text, language: pair.language).text == once.text, "\(text)")
            }
        }
    }

    private func sharesKey(_ pair: QuestionPair) -> Bool {
        let first = normalizer.normalize(pair.first, language: pair.language)
        let second = normalizer.normalize(pair.second, language: pair.language)
        // Bytes, as the key hashes them: Swift's == would take canonically equivalent texts for one.
        return first.isExact == second.isExact && Array(first.text.utf8) == Array(second.text.utf8)
    }

    private static func list(_ pairs: [QuestionPair]) -> String {
        pairs.map(\.testDescription).joined(separator: "\n")
    }
}
