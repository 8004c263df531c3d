import Foundation
import HearthTestKit
import Yams

/// The numbers of `grafana/thresholds.json`: those of the alerts, and the few that no alert has.
struct AlertThresholds: Sendable {
    struct Alert: Sendable {
        /// What the alert compares with.
        var values: [Double]
        /// Numbers within what it compares.
        var literals: [Double]
        /// Objectives: the allowed share, and how many times faster it may be used.
        var budget: Double?
        var factors: [Double]

        /// Where a panel may change its colour for it.
        func steps(moreThanNone: Double) -> [Double] {
            let burns = budget.map { budget in [budget] + factors.map { $0 * budget } + factors } ?? []
            return values + literals + burns + (values.contains(0) ? [moreThanNone] : [])
        }
    }

    var alerts: [String: Alert]
    var objectives: [Double]
    var moreThanNone: Double

    init(_ node: JSONNode) throws {
        func numbers(_ list: JSONNode) -> [Double] { list.items.compactMap(\.number) }
        let named = node["alerts"]
        alerts = Dictionary(
            uniqueKeysWithValues: named.names.map { name in
                let alert = named[name]
                return (
                    name,
                    Alert(
                        values: numbers(alert["values"]), literals: numbers(alert["literals"]), budget: alert["budget"].number,
                        factors: numbers(alert["factors"]))
                )
            })
        objectives = node["objectives"].names.compactMap { node["objectives"][$0].number }
        guard let step = node["steps"]["more than none"].number, !alerts.isEmpty else {
            throw PromQLLexer.Fault(description: "grafana/thresholds.json has no alerts or no step")
        }
        moreThanNone = step
    }
}

/// An alert as a rule file has it.
struct AlertRule: Decodable, Sendable {
    var alert: String?
    var record: String?
    var expr: String
    var annotations: [String: String]?

    private struct File: Decodable {
        struct Group: Decodable {
            var rules: [AlertRule]
        }

        var groups: [Group]
    }

    static let folder = "alerts"

    /// Nil where the repository has no rules.
    static func files() throws -> [String]? {
        guard FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(folder).path) else { return nil }
        return try Repository.files(in: folder, endingWith: ".rules.yml")
    }

    static func all() throws -> [AlertRule] {
        try (files() ?? []).flatMap { file in
            try YAMLDecoder().decode(File.self, from: Repository.text("\(folder)/\(file)")).groups.flatMap(\.rules)
        }
    }

    /// The constants that it compares with: of `x > 14.4 * 0.01` it is 0.144.
    func comparisons() throws -> [Double] {
        try PromQLParser.parse(expr).all.compactMap { part in
            guard case .binary(let name, _, let right, _) = part, [">", "<", ">=", "<=", "==", "!="].contains(name) else { return nil }
            return right.constant
        }
    }

    func literals() throws -> [Double] {
        try PromQLParser.parse(expr).all.compactMap { part in if case .number(let value) = part { value } else { nil } }
    }
}

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
