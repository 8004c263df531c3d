import Foundation
import HearthTestKit

/// A rule with one of its conditions taken away or moved: if its cases do not notice, they prove nothing.
///
/// A line marked `# guard:` loses its comparison, so that it holds wherever there is a sample. A comparison marked `# threshold` holds at
/// the threshold too, and one per cent before it, because quotients of rates are not exact.
struct RuleMutation: Sendable, CustomStringConvertible {
    static let guardMark = "# guard: "
    static let thresholdMark = "# threshold"

    var file: String
    var alert: String
    /// What the names of the cases begin with that have to notice.
    var title: String
    var line: String
    /// The whole file, changed.
    var text: String

    var description: String { "\(title): \(line)" }

    static func all(of document: RuleDocument) -> [RuleMutation] {
        let lines = document.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let starts = lines.indices.filter { lines[$0].contains("- alert: ") }
        return zip(starts, document.rules).flatMap { start, rule -> [RuleMutation] in
            let end = starts.first { $0 > start } ?? lines.endIndex
            return (start..<end).compactMap { index in
                guard let changed = changed(lines, at: index, within: start..<end) else { return nil }
                return RuleMutation(
                    file: document.name, alert: rule.alert ?? "", title: rule.title,
                    line: lines[index].trimmingCharacters(in: .whitespaces), text: changed.joined(separator: "\n"))
            }
        }
    }

    private static func changed(_ lines: [String], at index: Int, within rule: Range<Int>) -> [String]? {
        var lines = lines
        let line = lines[index]
        if line.contains(guardMark) {
            lines[index] = line.replacing(/(>=|<=|==|>|<) [0-9.]+( \* [0-9.]+)?(?=\)? +#)/, with: "")
            return lines
        }
        guard line.contains(thresholdMark) else { return nil }
        guard let comparison = line.firstMatch(of: /([<>]) ([0-9.]+(?: \* [0-9.]+)?)(?= +#)/) else {
            lines[index] = line.replacing(/([<>])(?=( on \(\w+\))? +#)/) { "\($0.1)=" }
            return lines
        }
        // A burn is compared over two windows; both move.
        let moved = "\(comparison.1)= \(comparison.1 == ">" ? "0.99" : "1.01") * \(comparison.2)"
        for other in rule { lines[other] = lines[other].replacing("\(comparison.0) ", with: "\(moved) ") }
        return lines
    }

    /// Whether a case fails; nil where there is no case that could.
    func isNoticed() async throws -> Bool {
        let answers = try await Self.run(text, of: alert, in: file, casesOf: title)
        guard !answers.isEmpty else { return false }
        // A file that cannot be read is no proof.
        if let broken = answers.first(where: { $0.status != 0 && !$0.text.contains("got:[") }) {
            throw RunningProgram.Failure("\(self) left no valid rule: \(broken.text)")
        }
        return answers.contains { $0.status != 0 }
    }

    /// What promtool says of the cases of an alert when one file of rules has this text.
    static func run(_ text: String, of alert: String, in file: String, casesOf title: String) async throws -> [InstalledTool.Answer] {
        let folder = try TemporaryFolder(named: "hearth-rules")
        try FileManager.default.createDirectory(atPath: folder.path + "/tests", withIntermediateDirectories: false)
        for name in try Repository.files(in: RuleDocument.folder, endingWith: ".rules.yml") {
            let content = try name == file ? RuleDocument.text(text, onlyOf: alert) : Repository.text("\(RuleDocument.folder)/\(name)")
            try Data(content.utf8).write(to: URL(filePath: folder.path + "/" + name))
        }
        var answers: [InstalledTool.Answer] = []
        for document in try RuleTestDocument.all() {
            guard let cases = document.text(onlyCasesOf: title) else { continue }
            try Data(cases.utf8).write(to: URL(filePath: folder.path + "/tests/" + document.name))
            answers.append(try await InstalledTool.promtool.run(["test", "rules", document.name], in: folder.path + "/tests"))
        }
        return answers
    }
}
