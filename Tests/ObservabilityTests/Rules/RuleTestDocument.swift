import Foundation
import Yams

/// A file of `alerts/tests/`: cases for promtool.
struct RuleTestDocument: Sendable {
    struct Content: Decodable, Sendable {
        var rule_files: [String]
        var evaluation_interval: String?
        var group_eval_order: [String]?
        var tests: [Case]
    }

    struct Case: Decodable, Sendable {
        struct Series: Decodable, Sendable {
            var series: String
        }

        struct Check: Decodable, Sendable {
            struct Alert: Decodable, Sendable {
                var exp_labels: [String: String]
                var exp_annotations: [String: String]
            }

            var alertname: String
            var eval_time: String
            var exp_alerts: [Alert]
        }

        var name: String
        var interval: String?
        var input_series: [Series]?
        var alert_rule_test: [Check]?
    }

    static let folder = "alerts/tests"

    var name: String
    var text: String
    var content: Content

    init(name: String) throws {
        self.name = name
        text = try Repository.text("\(Self.folder)/\(name)")
        content = try YAMLDecoder().decode(Content.self, from: text)
    }

    static func all() throws -> [RuleTestDocument] {
        try Repository.files(in: folder, endingWith: ".test.yml").map { try RuleTestDocument(name: $0) }
    }

    /// The file with those cases only whose names begin so; nil if it has none.
    func text(onlyCasesOf title: String) -> String? {
        var kept: [Substring] = []
        var isKept = true
        var hasCases = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  - name: ") {
                isKept = line.contains("'\(title): ")
                hasCases = hasCases || isKept
            }
            if isKept { kept.append(line) }
        }
        return hasCases ? kept.joined(separator: "\n") + "\n" : nil
    }

    /// Seconds of `1d2h30m`.
    static func seconds(_ time: String) -> Int {
        time.matches(of: /(\d+)([smhd])/).reduce(0) { sum, part in
            let unit = ["s": 1, "m": 60, "h": 3600, "d": 86_400][String(part.2)] ?? 0
            return sum + (Int(part.1) ?? 0) * unit
        }
    }
}
