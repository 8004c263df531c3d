extension DashboardLint {
    /// Colours change where alerts fire, so that nobody has to know two numbers.
    func thresholdFindings(in board: Board) -> [Finding] {
        board.panels.filter(\.isChart).flatMap { panel -> [Finding] in
            let named = panel.alerts.compactMap { thresholds.alerts[$0] }
            let ofAlerts = named.flatMap { $0.steps(moreThanNone: thresholds.moreThanNone) }
            let used = panel.thresholds
            func finding(_ detail: String) -> Finding {
                Finding(rule: .threshold, board: board.title, owner: panel.title, detail: detail)
            }
            var findings = used.filter { step in !(ofAlerts + thresholds.objectives).contains { abs($0 - step) < 1e-9 } }
                .map { finding("\($0) is no threshold of \(panel.alerts)") }
            // A line that is drawn for an alert is where the alert fires, if that is a constant.
            let isConstant = named.contains { !$0.values.isEmpty || $0.budget != nil }
            if isConstant, !used.isEmpty, !used.contains(where: { step in ofAlerts.contains { abs($0 - step) < 1e-9 } }) {
                findings.append(finding("names \(panel.alerts) and draws none of their thresholds"))
            }
            return findings
        }
    }
}
