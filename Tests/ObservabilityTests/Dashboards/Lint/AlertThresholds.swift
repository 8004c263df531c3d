import HearthTestKit

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

extension AlertThresholds {
    /// Where the alerts of the rules compare with something else.
    func faults(against rules: [AlertRule]) throws -> [String] {
        let named = Dictionary(grouping: rules) { $0.alert ?? "" }
        return try alerts.sorted { $0.key < $1.key }.flatMap { name, alert -> [String] in
            guard let own = named[name] else { return ["\(name): there is no such alert"] }
            let comparisons = try own.flatMap { try $0.comparisons() }
            let literals = try own.flatMap { try $0.literals() }
            let burns = alert.factors.map { $0 * (alert.budget ?? 1) }
            return missing(alert.values + burns, from: comparisons).map {
                "\(name): \($0) is not among what it compares with, \(comparisons)"
            }
                + missing(alert.literals, from: literals).map { "\(name): \($0) is not among its numbers, \(literals)" }
        }
    }

    private func missing(_ wanted: [Double], from found: [Double]) -> [Double] {
        wanted.filter { value in !found.contains { abs($0 - value) < 1e-9 } }
    }
}
