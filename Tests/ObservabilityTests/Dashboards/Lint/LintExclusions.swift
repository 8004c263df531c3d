import Yams

/// What `grafana/.lint` lets pass, in the form of Grafana's dashboard-linter.
struct LintExclusions: Sendable {
    private struct File: Decodable {
        struct Exclusion: Decodable {
            var reason: String
            var entries: [Entry]
        }

        var exclusions: [String: Exclusion]
    }

    /// What is not said may be anything.
    struct Entry: Decodable, Sendable {
        var dashboard: String?
        var panel: String?
    }

    var entries: [(rule: LintRule, reason: String, entry: Entry)] = []

    init(_ text: String) throws {
        for (name, exclusion) in try YAMLDecoder().decode(File.self, from: text).exclusions {
            guard let rule = LintRule(rawValue: name) else { throw PromQLLexer.Fault(description: ".lint names no rule: \(name)") }
            entries += exclusion.entries.map { (rule, exclusion.reason, $0) }
        }
    }

    func cover(_ finding: Finding) -> Bool { entries.contains { Self.covers($0.rule, $0.entry, finding) } }

    /// Entries that let nothing pass any more.
    func stale(for findings: [Finding]) -> [String] {
        entries.filter { entry in !findings.contains { Self.covers(entry.rule, entry.entry, $0) } }
            .map { "\($0.rule.rawValue): \($0.entry.dashboard ?? "any dashboard"), \($0.entry.panel ?? "any panel")" }
    }

    private static func covers(_ rule: LintRule, _ entry: Entry, _ finding: Finding) -> Bool {
        rule == finding.rule && (entry.dashboard ?? finding.board) == finding.board && (entry.panel ?? finding.owner) == finding.owner
    }
}
