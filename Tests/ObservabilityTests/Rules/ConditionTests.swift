import HearthTelemetry
import Testing

@Suite("The conditions that Hearth judges by itself are those of the rules")
struct ConditionTests {
    @Test("Limit, guard, patience and words are the rule's", arguments: AlertCondition.all.map(\.name))
    func sameAsRule(name: String) throws {
        let condition = try #require(AlertCondition.all.first { $0.name == name })
        let rules = try RuleDocument.alerts().filter { $0.alert == name }
        let rule = try #require(rules.count == 1 ? rules.first : nil)
        #expect(rule.labels?["severity"] == condition.severity)
        #expect(rule.annotations?["summary"] == condition.summary)
        #expect(rule.annotations?["runbook_url"]?.hasSuffix("/" + condition.runbook) == true)
        #expect(rule.annotations?["dashboard"] == condition.dashboard)
        #expect(rule.for == "\(condition.patience.components.seconds / 60)m")
        let window = "\(condition.window.components.seconds / 60)m"
        #expect(rule.expr.contains("[\(window)]") || rule.expr.contains("increase\(window)"))
        if condition.figure == .storeReached {
            #expect(rule.expr.hasSuffix("== 0"))
        } else {
            let line = try #require(rule.expr.split(separator: "\n").first { $0.contains("# threshold") })
            let limit = try #require(line.firstMatch(of: /(<|>) ([0-9.]+)/))
            #expect(Double(limit.2) == condition.threshold && (limit.1 == "<") == (condition.side == .below))
        }
        if condition.minimumRequests > 0 { #expect(rule.expr.contains(">= \(condition.minimumRequests)")) }
        if condition.minimumUptime > .zero { #expect(rule.expr.contains("> \(condition.minimumUptime.components.seconds)  # guard")) }
    }
}
