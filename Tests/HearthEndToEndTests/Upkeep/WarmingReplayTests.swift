import Foundation
import HearthTestKit
import Testing

/// Whether the shipped questions are worth warming: people ask them in their own ways.
@Suite("Rephrasings of the warmed questions", .serialized, .timeLimit(.minutes(10)))
struct WarmingReplayTests {
    private enum Rephrasing: CaseIterable {
        case asItIs, upperCase, spacing, punctuation, politeness, wordOrder

        /// Other words' order is rarer than the rest, and the only one that may change what is asked: it is half as frequent.
        static let drawn: [Rephrasing] = allCases.flatMap { $0 == .wordOrder ? [$0] : [$0, $0] }

        func apply(_ text: String, language: String, _ generator: inout SeededGenerator) -> String {
            switch self {
            case .asItIs: return text
            case .upperCase: return Bool.random(using: &generator) ? text.uppercased() : text.lowercased()
            case .spacing: return "  " + text.replacing(" ", with: Bool.random(using: &generator) ? "   " : "\n") + " "
            case .punctuation:
                let bare = text.filter { !"?¿!¡.,".contains($0) }
                return bare + (["", "??", "!", "...", " ?!"].randomElement(using: &generator) ?? "")
            case .politeness:
                let (before, after) = Self.courtesies[language] ?? ([], [])
                return Bool.random(using: &generator)
                    ? (before.randomElement(using: &generator) ?? "") + text
                    : text.trimmingCharacters(in: CharacterSet(charactersIn: "?.! ")) + (after.randomElement(using: &generator) ?? "")
            case .wordOrder:
                // The last word moves to the front, as in "haircut, how much is a?" of somebody in a hurry.
                var words = text.filter { !"?¿!¡.,".contains($0) }.split(separator: " ")
                if let last = words.popLast() { words.insert(last, at: 0) }
                return words.joined(separator: " ") + "?"
            }
        }

        private static let courtesies: [String: (before: [String], after: [String])] = [
            "en": (["Hi! ", "Hello, "], [", please?", " please", ", thanks!"]),
            "es": (["¡Hola! ", "Hola, "], [", por favor?", " por favor", ", gracias"]),
            "pt": (["Olá! ", "Olá, "], [", por favor?", " por favor"]),
            "ru": (["Здравствуйте! ", "Привет, "], [", пожалуйста?", " пожалуйста", ", спасибо"]),
            "he": (["שלום, "], [", בבקשה?", " בבקשה", ", תודה"]),
        ]
    }

    private static let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("config/common-queries.json")

    @Test("10,000 questions, Zipf-distributed, of people who write as they like: over 90 of 100 are answered from the cache")
    func replay() async throws {
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start(environment: ["HEARTH_COMMON_QUERIES": Self.list.path])
        let common = try #require(JSONNode(try Data(contentsOf: Self.list)))["queries"].items
        let warmed = try await stage.run(["warm", Self.list.path], environment: ["HEARTH_URL": hearth.url])
        #expect(warmed.status == 0, "\(warmed.errors)")
        var generator = SeededGenerator(seed: 11)
        let ranked = common.shuffled(using: &generator)
        // Zipf with exponent 1: the n-th question is asked 1/n as often as the first.
        let weights = ranked.indices.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + 1 / Double($1 + 1)) }
        var asked: [Rephrasing: (count: Int, hits: Int)] = [:]
        var batch: [(item: String, kind: Rephrasing)] = []
        for _ in 0..<10_000 {
            let point = Double.random(in: 0..<(weights.last ?? 1), using: &generator)
            let question = ranked[min(weights.firstIndex { $0 > point } ?? 0, ranked.count - 1)]
            let language = question["language"].text ?? "en"
            let kind = Rephrasing.drawn.randomElement(using: &generator) ?? .asItIs
            let text = kind.apply(question["query"].text ?? "", language: language, &generator)
            batch.append((#"{"query": \#(JSONNode.quoted(text)), "language": "\#(language)"}"#, kind))
            guard batch.count == 100 else { continue }
            let reply = try await hearth.client.post(
                "/api/v1/cache/lookup", #"{"items": [\#(batch.map(\.item).joined(separator: ","))]}"#)
            #expect(reply.status == 200)
            for (found, kind) in zip(reply.json["items"].items, batch.map(\.kind)) {
                asked[kind, default: (0, 0)].count += 1
                if found["cached"].bool == true { asked[kind, default: (0, 0)].hits += 1 }
            }
            batch = []
        }
        let rates = Rephrasing.allCases.map { kind in
            let (count, hits) = asked[kind] ?? (0, 0)
            return "\(kind) \(hits * 1000 / max(1, count)) ‰"
        }
        let rate = try #require(try await hearth.statistics()["metrics"]["hitRate"].number)
        #expect(rate > 90, "\(rate) %: \(rates.joined(separator: ", "))")
        // What only case, space, punctuation or courtesy tells apart is the same question; but a lone capital A may be a name.
        for kind in Rephrasing.allCases where kind != .wordOrder {
            let (count, hits) = asked[kind] ?? (0, 0)
            #expect(Double(hits) > 0.9 * Double(count), "\(rates.joined(separator: ", "))")
        }
        print("hit rate of rephrasings: \(rate) %, \(rates.joined(separator: ", "))")
    }
}
