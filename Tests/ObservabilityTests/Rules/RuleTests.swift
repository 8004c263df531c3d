import Foundation
import Testing

@Suite("The rules")
struct RuleTests {
    @Test("promtool finds no fault with them")
    func areValid() async throws {
        let files = try Repository.files(in: RuleDocument.folder, endingWith: ".rules.yml").map { "\(RuleDocument.folder)/\($0)" }
        #expect(files.count >= 8)
        let answer = try await InstalledTool.promtool.run(["check", "rules", "--lint=all", "--lint-fatal"] + files)
        #expect(answer.status == 0, "\(answer.text)")
    }

    @Test("A file has one group with its name, which is evaluated at least once a minute")
    func groupsAreNamed() throws {
        for document in try RuleDocument.all() {
            #expect(document.groups.map { $0.name + ".rules.yml" } == [document.name])
            #expect(document.groups.allSatisfy { RuleTestDocument.seconds($0.interval) <= 60 }, "\(document.name)")
        }
    }

    @Test("They name nothing but metrics, labels and label values that Hearth exposes")
    func namesAreKnown() throws {
        let vocabulary = try RuleVocabulary()
        for rule in try RuleDocument.all().flatMap(\.rules) {
            let expression = rule.expression
            for fault in expression.selectors.flatMap(vocabulary.faults(of:)) { Issue.record("\(rule.title): \(fault)") }
            let grouped = expression.groupingLabels.subtracting(expression.madeLabels)
            #expect(grouped.allSatisfy(vocabulary.hasLabel), "\(rule.title) groups by \(grouped.sorted())")
            #expect(expression.words.subtracting(RuleExpression.knownWords) == [], "\(rule.title)")
            for selector in expression.selectors {
                let isOfHearth = selector.matchers.contains(.init(label: "job", comparison: "=", value: "hearth"))
                #expect(isOfHearth, "\(rule.title): \(selector.metric) is not selected by its job")
            }
        }
    }

    @Test("What they record is used by a rule or checked by a case")
    func recordsAreUsed() throws {
        let texts = try RuleDocument.all().flatMap(\.rules).map(\.expr) + RuleTestDocument.all().map(\.text)
        for record in try RuleDocument.records().compactMap(\.record) {
            #expect(texts.contains { $0.contains(record) }, "\(record)")
        }
    }
}

@Suite("The alerts")
struct AlertShapeTests {
    static let runbooks = "https://hearth.example/runbooks/"
    static let boards = ["hearth-overview", "hearth-cache", "hearth-upstream", "hearth-scheduler", "hearth-slo"]

    @Test("Each has a name of its own; those with several rules are told apart by their windows")
    func namesAreUnique() throws {
        let alerts = try RuleDocument.alerts()
        #expect(alerts.count >= 40)
        #expect(Set(alerts.map(\.title)).count == alerts.count)
        for alert in alerts { #expect(alert.alert?.hasPrefix("Hearth") == true) }
    }

    @Test("Labels say how urgent it is and what it belongs to, and never a value")
    func labelsAreComplete() throws {
        for alert in try RuleDocument.alerts() {
            let labels = alert.labels ?? [:]
            #expect(["critical", "warning", "none"].contains(labels["severity"] ?? ""), "\(alert.title)")
            #expect(labels["service"] == "hearth", "\(alert.title)")
            #expect(labels["family"]?.isEmpty == false, "\(alert.title)")
            #expect(Set(labels.keys).subtracting(["severity", "service", "family", "window", "store"]) == [], "\(alert.title)")
            #expect(!labels.values.contains { $0.contains("{{") }, "\(alert.title)")
        }
    }

    @Test("No label of an alert covers one of its series")
    func labelsCoverNothing() throws {
        for alert in try RuleDocument.alerts() {
            let kept = alert.expression.groupingLabels
            #expect(kept.isDisjoint(with: (alert.labels ?? [:]).keys), "\(alert.title)")
        }
    }

    @Test("The summary is one sentence without a number; the description has the value; runbook and dashboard are named")
    func annotationsAreComplete() throws {
        for alert in try RuleDocument.alerts() {
            let annotations = alert.annotations ?? [:]
            #expect(Set(annotations.keys) == ["summary", "description", "runbook_url", "dashboard"], "\(alert.title)")
            let summary = annotations["summary"] ?? ""
            #expect(summary.hasSuffix(".") && !summary.dropLast().contains("."), "\(alert.title)")
            #expect(!summary.contains { $0.isNumber } && !summary.contains("{{"), "\(alert.title)")
            let description = annotations["description"] ?? ""
            #expect(description.hasSuffix("."), "\(alert.title)")
            if alert.hasThreshold {
                #expect(description.contains(/\{\{ \$value \| (humanize|printf)/), "\(alert.title)")
            }
            #expect(annotations["runbook_url"] == Self.runbooks + (alert.alert ?? "") + ".md")
            // What follows the address of Grafana and /d/ in the address of the panel.
            let link = try #require((annotations["dashboard"] ?? "").wholeMatch(of: /(hearth-[a-z]+)\?viewPanel=(\d+)/), "\(alert.title)")
            #expect(Self.boards.contains(String(link.1)), "\(alert.title)")
            // The runbook leads to the same panel.
            let runbook = try Repository.text("runbooks/\(alert.alert ?? "").md")
            #expect(try runbook.contains(Regex("- Dashboard: `\(link.1)`, panel \"[^\"]+\" \\(\(link.2)\\)")), "\(alert.title)")
        }
    }

    @Test("The README has each of them with its severity and its time")
    func readmeListsThem() throws {
        let readme = try Repository.text("alerts/README.md")
        for alert in try RuleDocument.alerts() {
            let cells = ["| \(alert.title) | \(alert.labels?["severity"] ?? "")", "| \(alert.for ?? "–") |"]
            let row = readme.split(separator: "\n").first { $0.hasPrefix(cells[0] + " |") }
            #expect(row?.hasSuffix(cells[1]) == true, "\(cells)")
        }
        let listed = readme.matches(of: /(?m)^\| (Hearth\w+(?: \(\w+\))?) \|/).map { String($0.1) }
        #expect(Set(listed).subtracting(try RuleDocument.alerts().map(\.title)) == [])
    }
}
