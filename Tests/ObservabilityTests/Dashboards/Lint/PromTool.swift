import Foundation
import HearthTestKit

/// Asks `promtool check rules` what it thinks of queries; without it there is no verdict, and so no passing.
enum PromTool {
    static let path = "/usr/bin/promtool"

    /// What is wrong with which of the queries, by their positions.
    static func complaints(about queries: [String]) async throws -> [(position: Int, complaint: String)] {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw RunningProgram.Failure("\(path) is missing. Install it: apt-get install prometheus")
        }
        let folder = try TemporaryFolder(named: "hearth-promtool")
        let rules = queries.enumerated().map { position, query in
            "  - record: checked:query\(position):value\n    expr: \(JSONNode.quoted(query.isEmpty ? "(" : query))\n"
        }
        let text = "groups:\n- name: checked\n  rules:\n\(rules.joined())"
        try Data(text.utf8).write(to: URL(filePath: folder.path + "/queries.yml"))
        let program = try RunningProgram(path, ["check", "rules", "queries.yml"], folder: folder.path)
        let ending = try await program.waitForEnd()
        guard ending.status != 0 else { return [] }
        let said = program.output + program.errors
        let complaints = said.matches(of: /"checked:query(\d+):value": (.+)/).compactMap { match in
            Int(match.1).map { (position: $0, complaint: String(match.2)) }
        }
        // A refusal that names no query must not look like none.
        guard !complaints.isEmpty else { throw RunningProgram.Failure("promtool refused all of it: \(said)") }
        return complaints
    }
}
