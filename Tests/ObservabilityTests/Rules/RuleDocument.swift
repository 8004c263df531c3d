import Foundation
import Yams

/// A file of `alerts/` with rules, as it is read and as it is written.
struct RuleDocument: Sendable {
    struct Group: Decodable, Sendable {
        var name: String
        var interval: String
        var rules: [Rule]
    }

    struct Rule: Decodable, Sendable {
        var record: String?
        var alert: String?
        var expr: String
        var `for`: String?
        var labels: [String: String]?
        var annotations: [String: String]?

        /// Alerts on the burn of a budget have one rule for each window, told apart by a label.
        var window: String? { labels?["window"] }
        var hasGuard: Bool { expr.contains(RuleMutation.guardMark) }
        var hasThreshold: Bool { expr.contains(RuleMutation.thresholdMark) }
        var expression: RuleExpression { RuleExpression(expr) }

        /// What the names of its cases begin with.
        var title: String {
            guard let alert else { return record ?? "" }
            return window.map { "\(alert) (\($0))" } ?? alert
        }
    }

    private struct Content: Decodable {
        var groups: [Group]
    }

    static let folder = "alerts"

    var name: String
    var text: String
    var groups: [Group]

    init(name: String) throws {
        self.name = name
        text = try Repository.text("\(Self.folder)/\(name)")
        groups = try YAMLDecoder().decode(Content.self, from: text).groups
    }

    var rules: [Rule] { groups.flatMap(\.rules) }

    static func all() throws -> [RuleDocument] {
        try Repository.files(in: folder, endingWith: ".rules.yml").map { try RuleDocument(name: $0) }
    }

    static func alerts() throws -> [Rule] { try all().flatMap(\.rules).filter { $0.alert != nil } }
    static func records() throws -> [Rule] { try all().flatMap(\.rules).filter { $0.record != nil } }

    /// The file with the rules of one alert only, so that it is evaluated in no time.
    static func text(_ text: String, onlyOf alert: String) -> String {
        var kept: [Substring] = []
        var isKept = true
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let start = line.wholeMatch(of: /\s+- alert: (\w+)/) { isKept = start.1 == alert }
            if isKept { kept.append(line) }
        }
        return kept.joined(separator: "\n")
    }
}
