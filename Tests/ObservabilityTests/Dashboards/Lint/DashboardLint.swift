import HearthTestKit

/// The checks that dashboards have to pass; pure but for promtool.
struct DashboardLint: Sendable {
    var thresholds: AlertThresholds
    /// Families that are on no board, with the reason.
    var notCharted: [String: String]

    init() throws {
        thresholds = try AlertThresholds(JSONNode(Repository.text("grafana/thresholds.json")) ?? .null)
        let reasons = try JSONNode(Repository.text("grafana/not-charted.json")) ?? .null
        notCharted = Dictionary(uniqueKeysWithValues: reasons.names.map { ($0, reasons[$0].text ?? "") })
    }

    /// Everything that is wrong, exclusions not yet considered.
    func findings(in boards: [Board]) async throws -> [Finding] {
        var findings: [Finding] = []
        for board in boards {
            findings += frameFindings(in: board) + variableFindings(in: board) + panelFindings(in: board)
            findings += thresholdFindings(in: board) + queryFindings(in: board) + keyOrderFindings(in: board)
        }
        findings += sharedIdentifierFindings(in: boards) + coverageFindings(in: boards)
        return findings + (try await syntaxFindings(in: boards))
    }

    /// Syntax as promtool sees it: all queries in one call.
    private func syntaxFindings(in boards: [Board]) async throws -> [Finding] {
        var findings: [Finding] = []
        var asked: [(query: BoardQuery, text: String)] = []
        for board in boards {
            let names = board.variables.compactMap { $0["name"].text }
            for query in BoardQuery.all(of: board) {
                if let text = Expansion().expand(query.text, variables: names) {
                    asked.append((query, text))
                } else {
                    findings.append(
                        Finding(rule: .syntax, board: query.board, owner: query.owner, detail: "uses an unknown variable: \(query.text)"))
                }
            }
        }
        for (position, complaint) in try await PromTool.complaints(about: asked.map(\.text)) {
            let query = asked[position].query
            findings.append(Finding(rule: .syntax, board: query.board, owner: query.owner, detail: "\(complaint): \(query.text)"))
        }
        return findings
    }
}
