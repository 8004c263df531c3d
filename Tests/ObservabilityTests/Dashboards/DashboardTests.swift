import Foundation
import HearthTestKit
import Testing

@Suite("The dashboards", .timeLimit(.minutes(10)))
struct DashboardTests {
    @Test("There are those that the design asks for")
    func boardsExist() throws {
        let files = try Board.all().map(\.file)
        #expect(files == ["hearth-cache", "hearth-overview", "hearth-scheduler", "hearth-slo", "hearth-upstream"].map { $0 + ".json" })
    }

    @Test("The lint finds nothing but what .lint lets pass with a reason, and needs all of that")
    func lintFindsNothing() async throws {
        let exclusions = try LintExclusions(Repository.text("grafana/.lint"))
        let findings = try await DashboardLint().findings(in: Board.all())
        let left = findings.filter { !exclusions.cover($0) }
        #expect(left.isEmpty, "\(left.map(\.description).joined(separator: "\n"))")
        #expect(exclusions.stale(for: findings) == [])
        #expect(exclusions.entries.allSatisfy { $0.reason.count >= 20 })
    }

    @Test("The files are what grafana/build.py writes")
    func filesAreBuilt() async throws {
        let program = try RunningProgram(
            "/usr/bin/env", ["python3", "grafana/build.py", "--check"], folder: Repository.root.path,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
        let ending = try await program.waitForEnd()
        #expect(ending.status == 0, "\(program.output)\(program.errors)")
    }

    @Test("Their thresholds are those of the alerts, where the repository has the alerts")
    func thresholdsAreThoseOfAlerts() throws {
        guard try AlertRule.files() != nil else { return }
        let faults = try DashboardLint().thresholds.faults(against: AlertRule.all())
        #expect(faults == [])
    }

    @Test("A threshold that differs from its alert is told, and so is one without an alert")
    func thresholdsCanDiffer() throws {
        var thresholds = try AlertThresholds(
            JSONNode(
                #"""
                {"alerts": {"Low": {"values": [0.8]}, "Burn": {"budget": 0.01, "factors": [14.4, 6]}, "Late": {"literals": [300]}},
                 "objectives": {}, "steps": {"more than none": 0.5}}
                """#) ?? .null)
        let rules = [
            AlertRule(alert: "Low", expr: "a < 0.80  # threshold"), AlertRule(alert: "Late", expr: "time() - a > 2 * b + 300"),
            AlertRule(alert: "Burn", expr: "a > 14.4 * 0.01 and b > 14.4 * 0.01"), AlertRule(alert: "Burn", expr: "a > 6 * 0.01"),
        ]
        #expect(try thresholds.faults(against: rules) == [])
        #expect(try thresholds.faults(against: Array(rules.dropLast())).map { $0.prefix(4) } == ["Burn"])
        #expect(try thresholds.faults(against: Array(rules.dropFirst())) == ["Low: there is no such alert"])
        thresholds.alerts["Low"]?.values = [0.75]
        thresholds.alerts["Late"]?.literals = [301]
        #expect(try thresholds.faults(against: rules).map { $0.prefix(4) } == ["Late", "Low:"])
    }

    @Test("Boards and rules name each other rightly, where the repository has rules")
    func rulesAndBoardsAgree() throws {
        guard try AlertRule.files() != nil else { return }
        let rules = try AlertRule.all()
        let boards = try Board.all()
        let records = Set(rules.compactMap(\.record))
        let alerts = Set(rules.compactMap(\.alert))
        for query in boards.flatMap(BoardQuery.all) {
            for use in try PromQLParser.parse(query.text).uses where use.selector.name.contains(":") {
                #expect(records.contains(use.selector.name), "\(query.board), \(query.owner): no rule records \(use.selector.name)")
            }
        }
        for panel in boards.flatMap(\.panels) {
            for alert in panel.alerts { #expect(alerts.contains(alert), "\(panel.title) names \(alert), which no rule does") }
            // They lead where the alerts themselves lead.
            let links = Set(panel.node["links"].items.compactMap { $0["url"].text })
            let runbooks = rules.filter { panel.alerts.contains($0.alert ?? "") }.compactMap { $0.annotations?["runbook_url"] }
            #expect(links == Set(runbooks), "\(panel.title)")
        }
        for rule in rules {
            // Written in whatever form: the board's uid, and behind it the number of the panel.
            guard let link = rule.annotations?["dashboard"], let match = link.firstMatch(of: /(hearth-[a-z]+)\D*(\d+)?/) else { continue }
            let board = boards.first { $0.node["uid"].text == String(match.1) }
            #expect(board != nil, "\(rule.alert ?? "") links to \(link)")
            guard let number = match.2.flatMap({ Int($0) }) else { continue }
            let isThere = board?.panels.contains { $0.node["id"].integer == number }
            #expect(isThere == true, "\(rule.alert ?? "") links to \(link)")
        }
    }
}
