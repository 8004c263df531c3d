import Foundation
import HearthTestKit
import Testing
import Yams

@Suite("The runbooks", .timeLimit(.minutes(10)))
struct RunbookTests {
    /// Empty only if the folder is missing, which the first test reports.
    static let names = ((try? Repository.files(in: "runbooks", endingWith: ".md")) ?? []).map { String($0.dropLast(3)) }
    static let alertNames = names.filter { !Runbook.withoutAlert.contains($0) }

    @Test("There is one for every alert that the service was designed with, and the four that belong to none")
    func complete() {
        #expect(Self.alertNames.count >= 32)
        #expect(Runbook.withoutAlert.isSubset(of: Self.names))
    }

    @Test("It has the headings of the template, in their order, and says when it fires", arguments: alertNames)
    func template(name: String) throws {
        let runbook = try Runbook.named(name)
        #expect(runbook.title == name)
        #expect(runbook.headings == Runbook.headings)
        let summary = try #require(runbook.summary, "\(name) has no line \"Severity: … Fires when: …\"")
        #expect(summary.severity.contains(/critical|warning|none/))
    }

    @Test("It begins with three checks, each with a query and the command that asks it", arguments: alertNames)
    func checks(name: String) throws {
        let blocks = try Runbook.named(name).blocks.filter { $0.section == "First five minutes" }
        #expect(blocks.map(\.language) == ["promql", "sh", "promql", "sh", "promql", "sh"])
        for (query, command) in zip(blocks, blocks.dropFirst()) where query.language == "promql" {
            let asked = command.text.firstMatch(of: /promtool query instant "\$PROM" '([^']+)'/).map { String($0.1) }
            #expect(asked.map(Self.withoutSpace) == Self.withoutSpace(query.text), "\(name) asks something else than it shows")
        }
    }

    private static func withoutSpace(_ text: String) -> String { text.filter { !$0.isWhitespace } }

    @Test("It says how to silence its own alert, and for how long", arguments: alertNames)
    func silence(name: String) throws {
        let lines = try Runbook.named(name).commandLines.filter { $0.hasPrefix("amtool silence add") }
        #expect(lines.count == 1)
        for line in lines {
            #expect(line.hasPrefix("amtool silence add alertname=\(name) "))
            for option in ["--alertmanager.url", "--author", "--comment", "--duration"] { #expect(line.contains(option + "=")) }
            #expect(line.contains(/--duration=\d+[mh]$/))
        }
    }

    @Test("Its queries name series, labels and values of the catalogue only", arguments: names)
    func queries(name: String) throws {
        for block in try Runbook.named(name).blocks("promql") {
            let faults = QueryRules.faults(in: block.text)
            #expect(faults.isEmpty, "\(name): \(faults.joined(separator: "; ")) in \(block.text)")
        }
    }

    @Test("Its text names metrics, settings and variables that exist", arguments: names)
    func text(name: String) async throws {
        let runbook = try Runbook.named(name)
        let known = try await HearthCommands.shared.value
        for code in runbook.inlineCode {
            let faults = QueryRules.faults(inText: code) + known.faults(in: code, isWhole: false)
            #expect(faults.isEmpty, "\(name): \(faults.joined(separator: "; ")) in `\(code)`")
            if code.wholeMatch(of: /(redis|cache|provider|database|listener|jobs|log|shutdown|costs|credentials)\.[A-Za-z.-]+/) != nil {
                let isKnown = known.settings.contains { $0 == code || $0.hasPrefix(code + ".") }
                #expect(isKnown, "\(name): \(code) is no setting")
            }
        }
        for match in runbook.text.matches(of: /\b(?:HEARTH|REDIS|DATABASE|OPENAI)_[A-Z_]*[A-Z]\b/) {
            #expect(known.variables.contains(String(match.0)), "\(name): \(match.0) is no variable of Hearth")
        }
    }

    @Test("Its commands call Hearth with commands and options that exist", arguments: names)
    func commands(name: String) async throws {
        let known = try await HearthCommands.shared.value
        for line in try Runbook.named(name).commandLines {
            let faults = known.faults(in: line)
            #expect(faults.isEmpty, "\(name): \(faults.joined(separator: "; ")) in \(line)")
        }
    }

    @Test("What it asks with curl is served", arguments: names)
    func addresses(name: String) throws {
        let routes = try Repository.text("Sources/HearthServer/Routes/RouterBuilder.swift").matches(of: /\.init\(\.(\w+), "([^"]+)", \./)
            .map { $0.1.uppercased() + " " + $0.2 }
        try #require(routes.count > 20)
        for line in try Runbook.named(name).commandLines {
            for match in line.matches(of: /curl ([^|]*?)"\$(?:ADMIN|ASK)(\/[^"?]*)/) {
                let method = match.1.firstMatch(of: /-X (\w+)/).map { String($0.1) } ?? "GET"
                #expect(routes.contains("\(method) \(match.2)"), "\(name): \(method) \(match.2) is not served")
            }
        }
    }

    @Test("Its links lead somewhere", arguments: names)
    func links(name: String) throws {
        let runbook = try Runbook.named(name)
        for match in runbook.prose.matches(of: /\]\(([A-Za-z-]+)\.md(?:#([a-z0-9-]+))?\)/) {
            let target = String(match.1)
            #expect(Self.names.contains(target), "\(name) links to \(target)")
            if let anchor = match.2, Self.names.contains(target) {
                let anchors = try Runbook.named(target).headings.map { $0.lowercased().replacing(" ", with: "-") }
                #expect(anchors.contains(String(anchor)), "\(name) links to \(target)#\(anchor)")
            }
        }
        #expect(name == "index" || runbook.text.contains("index.md#before-the-first-command"))
    }
}

@Suite("The runbooks together", .timeLimit(.minutes(10)))
struct RunbookSetTests {
    @Test("promtool can read every query")
    func promtool() async throws {
        let program = "/usr/bin/promtool"
        try #require(FileManager.default.isExecutableFile(atPath: program), "Install it: apt-get install prometheus")
        let rules = try Runbook.all().flatMap { runbook in
            runbook.blocks("promql").enumerated().map { (record: "\(runbook.name):\($0.offset + 1)", expr: $0.element.text) }
        }
        try #require(rules.count > 100)
        let folder = try TemporaryFolder(named: "hearth-runbooks")
        let file = folder.path + "/queries.yml"
        // JSON is YAML.
        let group: [String: Any] = [
            "name": "runbooks",
            "rules": rules.map { ["record": $0.record.replacing("-", with: "_"), "expr": $0.expr] },
        ]
        try JSONSerialization.data(withJSONObject: ["groups": [group]], options: .withoutEscapingSlashes).write(to: URL(filePath: file))
        let check = try RunningProgram(program, ["check", "rules", "--lint=none", file], folder: folder.path)
        let ending = try await check.waitForEnd()
        #expect(ending.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("\(rules.count) rules found"))
    }

    @Test("The index lists every file, with the severity and the condition that the file states")
    func index() throws {
        let index = try Runbook.named("index")
        let rows = index.text.matches(of: /(?m)^\| \[([^\]]+)\]\(([^)]+)\) \| ([^|]+) \|(?: ([^|]+) \|)?$/)
        #expect(rows.allSatisfy { "\($0.1).md" == $0.2 })
        let listed = rows.map { String($0.1) }
        #expect(listed.count == Set(listed).count)
        #expect(Set(listed).union(["index"]) == Set(RunbookTests.names))
        for row in rows where RunbookTests.alertNames.contains(String(row.1)) {
            let summary = try Runbook.named(String(row.1)).summary
            #expect(summary?.severity == String(row.3), "\(row.1)")
            #expect(summary?.condition == row.4.map(String.init), "\(row.1)")
        }
    }

    private struct RuleFile: Decodable {
        struct Group: Decodable {
            var rules: [Rule]
        }
        struct Rule: Decodable {
            var alert: String?
            var labels: [String: String]?
        }
        var groups: [Group]
    }

    @Test("Alerts and runbooks agree: none without the other, and of the same severity")
    func alerts() throws {
        let files = (try? Repository.files(in: "alerts", endingWith: ".rules.yml")) ?? []
        var severities: [String: Set<String>] = [:]
        for file in files {
            let rules = try YAMLDecoder().decode(RuleFile.self, from: Repository.text("alerts/" + file)).groups.flatMap(\.rules)
            for rule in rules {
                guard let alert = rule.alert else { continue }
                severities[alert, default: []].insert(rule.labels?["severity"] ?? "")
                guard RunbookTests.alertNames.contains(alert) else { continue }
                #expect(try Runbook.named(alert).text.contains("- Rule: `alerts/\(file)`"), "\(alert) is in \(file)")
            }
        }
        // As long as there are no rules there is nothing to agree with.
        guard !severities.isEmpty else { return }
        let alerts = Set(severities.keys)
        #expect(alerts.subtracting(RunbookTests.alertNames).isEmpty, "alerts without a runbook")
        #expect(Set(RunbookTests.alertNames).subtracting(alerts).isEmpty, "runbooks without an alert")
        for (alert, expected) in severities where RunbookTests.alertNames.contains(alert) {
            let severity = try Runbook.named(alert).summary?.severity ?? ""
            let stated = Set(severity.matches(of: /critical|warning|none/).map { String($0.0) })
            #expect(stated == expected, "\(alert)")
        }
    }
    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            var id: Int
            var title: String?
        }
        var uid: String
        var panels: [Panel]
    }

    @Test("The dashboards have the panels that runbooks point at")
    func panels() throws {
        let files = (try? Repository.files(in: "grafana/dashboards", endingWith: ".json")) ?? []
        let boards = try files.map {
            try JSONDecoder().decode(Dashboard.self, from: Data(Repository.text("grafana/dashboards/" + $0).utf8))
        }
        for runbook in try Runbook.all() where runbook.isForAlert {
            let link = try #require(runbook.text.firstMatch(of: /- Dashboard: `([a-z-]+)`, panel "([^"]+)" \((\d+)\)\n/), "\(runbook.name)")
            // As long as there are no dashboards there is nothing to point at.
            guard !boards.isEmpty else { continue }
            let board = try #require(boards.first { $0.uid == link.1 }, "\(runbook.name) points at \(link.1)")
            #expect(board.panels.first { "\($0.id)" == link.3 }?.title == String(link.2), "\(runbook.name) points at \(link.0)")
        }
    }
}
