import Foundation
import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthServer

/// Two requests that are not the same must not share a key, whatever they differ in (vLLM #44701: fields without names collided).
@Suite("Pairs of requests that differ in one thing")
struct DistinctRequestTests {
    /// `HEARTH_TEST_LONG=1` has ten times as many.
    private static let count = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 10_000 : 100_000

    @Test("A field, an order, a type, a place or a form that differs makes another key (S07)")
    func pairs() throws {
        let deriver = ConversationDeriver(
            namespace: "t", upstream: "https://provider", normalizer: Normalizer(rules: try LanguageRuleSet.load()))
        func key(_ body: String) throws -> CacheKey {
            deriver.question(try ChatRequest(body.utf8, controls: GatewayControls(headers: [:])).conversation, language: .en).key
        }
        var random = SeededGenerator(seed: 7)
        var seen: [CacheKey: String] = [:]
        var counts: [Change: Int] = [:]
        for number in 0..<Self.count {
            let change = Change.allCases[number % Change.allCases.count]
            let first = RandomRequest(number: number, using: &random)
            let second = first.changed(by: change, using: &random)
            // Byte by byte: texts of Swift are equal in both forms of Unicode.
            #expect(!first.body.utf8.elementsEqual(second.body.utf8), "\(change)")
            for body in [first.body, second.body] {
                let key = try key(body)
                if let other = seen.updateValue(body, forKey: key), !other.utf8.elementsEqual(body.utf8) {
                    Issue.record("\(change): one key for \(other) and \(body)")
                    return
                }
            }
            counts[change, default: 0] += 1
        }
        #expect(counts.count == Change.allCases.count)
    }

    @Test("A member that is there twice is refused, or makes another key than either of its values alone")
    func doubled() throws {
        let deriver = ConversationDeriver(
            namespace: "t", upstream: "https://provider", normalizer: Normalizer(rules: try LanguageRuleSet.load()))
        func key(_ fields: String) throws -> CacheKey {
            let body = #"{"model":"m",\#(fields),"messages":[{"role":"user","content":"Is it open?"}]}"#
            return deriver.question(try ChatRequest(body.utf8, controls: GatewayControls(headers: [:])).conversation, language: .en).key
        }
        let single = try [key(#""seed":1"#), key(#""seed":2"#)]
        for doubled in [#""seed":1,"seed":2"#, #""seed":2,"seed":1"#, #""seed":1,"se\u0065d":2"#] {
            guard let both = try? key(doubled) else { continue }
            #expect(!single.contains(both), "\(doubled)")
        }
    }
}

/// The one thing in which the second request differs.
private enum Change: CaseIterable {
    case number, numberForm, numberAsText, flagAsText, nullField, fieldName, nesting, listOrder, listBorder
    case messageRole, messageOrder, messageBorder, systemLetter, unicodeForm, model
}

/// A chat completion with random parts, each of which decides on the answer.
private struct RandomRequest {
    private var model: String
    private var system: String
    private var turns: [(role: String, text: String)]
    private var seed: String
    private var flag = "true"
    private var stop: [String]
    private var extra: String

    /// - Parameter number: makes it another one than all others.
    init(number: Int, using random: inout SeededGenerator) {
        func word(_ random: inout SeededGenerator) -> String {
            String((0..<Int.random(in: 2...6, using: &random)).map { _ in "abcdefghij".randomElement(using: &random) ?? "a" })
        }
        model = "m\(number)"
        system = "Caf\u{E9} " + word(&random)
        turns = [("user", "a" + word(&random)), ("assistant", "b" + word(&random)), ("user", "Is it open at \(number)?")]
        seed = "\(Int.random(in: 1...1_000_000, using: &random))"
        stop = ["x" + word(&random), "y" + word(&random)]
        extra = #""e":{"f":{"g":1}}"#
    }

    var body: String {
        let messages = ([("system", system)] + turns).map { #"{"role":"\#($0.0)","content":"\#($0.1)"}"# }
        let stops = stop.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"model":"\#(model)","messages":[\#(messages.joined(separator: ","))],"seed":\#(seed),"logprobs":\#(flag),"#
            + #""stop":[\#(stops)],\#(extra)}"#
    }

    func changed(by change: Change, using random: inout SeededGenerator) -> RandomRequest {
        var other = self
        switch change {
        case .number: other.seed = "\((Int(seed) ?? 0) + Int.random(in: 1...9, using: &random))"
        case .numberForm: other.seed += ".0"
        case .numberAsText: other.seed = "\"\(seed)\""
        case .flagAsText: other.flag = #""true""#
        case .nullField: other.extra += #","h":null"#
        case .fieldName: other.extra = #""E":{"f":{"g":1}}"#
        case .nesting: other.extra = #""e":{"f":{},"g":1}"#
        case .listOrder: other.stop.reverse()
        case .listBorder:
            // The same letters, with the border between two texts elsewhere.
            other.stop = [stop[0] + stop[1].prefix(1), String(stop[1].dropFirst())]
        case .messageRole: other.turns[1].role = "user"
        case .messageOrder: other.turns.swapAt(0, 1)
        case .messageBorder:
            other.turns[0].text = String(turns[0].text.dropLast())
            other.turns[1].text = turns[0].text.suffix(1) + turns[1].text
        case .systemLetter: other.system += "z"
        case .unicodeForm: other.system = system.replacing("\u{E9}", with: "e\u{301}")
        case .model: other.model += "x"
        }
        return other
    }
}
