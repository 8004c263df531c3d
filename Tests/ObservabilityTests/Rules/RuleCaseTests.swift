import Foundation
import HearthTestKit
import Testing

// Programs that take a core each: one suite after the other, and few at a time.
@Suite("The cases of the rules", .serialized)
struct RuleCaseTests {
    private static let atOnce = 3

    @Test("All of them hold")
    func casesHold() async throws {
        let files = try Repository.files(in: RuleTestDocument.folder, endingWith: ".test.yml").map { "\(RuleTestDocument.folder)/\($0)" }
        #expect(files.count >= 10)
        let answers = try await Self.inTurns(files) { try await InstalledTool.promtool.run(["test", "rules", $0]) }
        for (file, answer) in zip(files, answers) { #expect(answer.status == 0, "\(file): \(answer.text)") }
    }

    @Test("Without a guard, or with another threshold, one of them fails")
    func changesAreNoticed() async throws {
        let mutations = try RuleDocument.all().flatMap(RuleMutation.all(of:))
        let guards = mutations.filter { $0.line.contains(RuleMutation.guardMark) }.count
        #expect(guards >= 34 && mutations.count - guards >= 39)
        for mutation in mutations { #expect(try mutation.text != RuleDocument(name: mutation.file).text, "\(mutation) changes nothing") }
        let noticed = try await Self.inTurns(mutations) { try await $0.isNoticed() }
        for (mutation, isNoticed) in zip(mutations, noticed) { #expect(isNoticed, "nobody notices \(mutation)") }
    }

    @Test("Nothing fails where nothing is changed")
    func unchangedRulesPass() async throws {
        let document = try RuleDocument(name: "hearth-cache.rules.yml")
        for alert in Set(document.rules.compactMap(\.alert)).sorted() {
            let answers = try await RuleMutation.run(document.text, of: alert, in: document.name, casesOf: alert)
            #expect(!answers.isEmpty && answers.allSatisfy { $0.status == 0 }, "\(alert): \(answers.map(\.text))")
        }
    }

    /// In the order of the arguments, a few at a time.
    private static func inTurns<Argument: Sendable, Value: Sendable>(
        _ arguments: [Argument], _ work: @escaping @Sendable (Argument) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values = [Int: Value]()
            for (index, argument) in arguments.enumerated() {
                if index >= atOnce, let (done, value) = try await group.next() { values[done] = value }
                group.addTask { (index, try await work(argument)) }
            }
            for try await (done, value) in group { values[done] = value }
            return arguments.indices.compactMap { values[$0] }
        }
    }
}

@Suite("The cases of every alert")
struct AlertCaseTests {
    static let fires = "fires"
    static let threshold = "is silent at the threshold"
    static let guarded = "is silent below the guard"
    static let recovers = "recovers"

    /// The one that always fires has nothing to be silent about.
    static let exempt: Set = ["HearthWatchdog"]

    @Test("There is one for firing, one at the threshold, one below each guard, and one for the end")
    func mandatoryCasesExist() throws {
        let names = Set(try RuleTestDocument.all().flatMap(\.content.tests).map(\.name))
        for alert in try RuleDocument.alerts() {
            var wanted = [Self.fires]
            if !Self.exempt.contains(alert.title) { wanted += [Self.threshold, Self.recovers] + (alert.hasGuard ? [Self.guarded] : []) }
            // Where there are several guards, the names say which.
            for name in wanted { #expect(names.contains { $0.hasPrefix("\(alert.title): \(name)") }, "\(alert.title): \(name)") }
        }
    }

    /// What has no second half of cases, and why.
    static let exemptBesides = [
        "HearthWatchdog": "it always fires", "HearthTargetMissing": "it is about a series that is not there",
        "HearthInstanceDown": "Prometheus makes the series itself, at every scrape",
        "HearthAggregationBehind": "the end of its series is the case of the replica that is gone",
    ]

    @Test("Besides, there are those of silence, resets and gaps: where counters are judged, four; where gauges are, those of the series")
    func otherCasesExist() throws {
        let names = Set(try RuleTestDocument.all().flatMap(\.content.tests).map(\.name))
        for alert in try RuleDocument.alerts() where Self.exemptBesides[alert.alert ?? ""] == nil {
            let isOnCounters = alert.expr.contains(/\b(increase|rate)\(|:ratio_/)
            var wanted =
                isOnCounters
                ? ["is silent when idle", "is silent at a counter reset", "goes on over a missed scrape"]
                : ["goes on over a missed scrape", "ends with the series"]
            for name in wanted { #expect(names.contains("\(alert.title): \(name)"), "\(alert.title): \(name)") }
            // What holds where only a part of the series is exposed is the same for all windows of a budget.
            guard isOnCounters, alert.window ?? "1h" == "1h" else { continue }
            wanted = ["fires where only", "fires without a single", "is silent where"]
            let ofParts = names.filter { $0.contains(/\ exposed|without a single/) }
            #expect(ofParts.contains { name in wanted.contains { name.hasPrefix("\(alert.title): \($0)") } }, "\(alert.title): parts")
        }
    }

    @Test("What fires is silent one step before, and has all labels and annotations then")
    func firingIsExact() throws {
        let alerts = Dictionary(uniqueKeysWithValues: try RuleDocument.alerts().map { ($0.title, $0) })
        for document in try RuleTestDocument.all() {
            let step = RuleTestDocument.seconds(document.content.evaluation_interval ?? "")
            for one in document.content.tests where one.name.hasSuffix(": \(Self.fires)") {
                let alert = try #require(alerts[String(one.name.dropLast(": \(Self.fires)".count))], "\(one.name)")
                let checks = one.alert_rule_test ?? []
                let expected = checks.last?.exp_alerts.filter { $0.exp_labels["window"] == alert.window } ?? []
                #expect(expected.count == 1, "\(one.name)")
                for (label, value) in alert.labels ?? [:] { #expect(expected.first?.exp_labels[label] == value, "\(one.name)") }
                #expect(expected.first.map { Set($0.exp_annotations.keys) } == Set((alert.annotations ?? [:]).keys), "\(one.name)")
                guard !Self.exempt.contains(alert.title) else { continue }
                #expect(checks.count == 2 && checks.first?.exp_alerts.isEmpty == true, "\(one.name)")
                let times = checks.map { RuleTestDocument.seconds($0.eval_time) }
                #expect(times.last == times.first.map { $0 + step }, "\(one.name)")
            }
        }
    }

    @Test("They belong to an alert, ask for it alone, and say how time goes")
    func casesAreWellFormed() throws {
        let titles = Set(try RuleDocument.alerts().map(\.title))
        var names: Set<String> = []
        for document in try RuleTestDocument.all() {
            #expect(document.content.evaluation_interval != nil && document.content.group_eval_order != nil, "\(document.name)")
            for one in document.content.tests {
                #expect(one.interval != nil, "\(one.name)")
                #expect(names.insert(one.name).inserted, "\(one.name) occurs twice")
                guard let checks = one.alert_rule_test else { continue }
                let title = one.name.prefix { $0 != ":" }
                #expect(titles.contains(String(title)), "\(one.name)")
                let alert = title.prefix { $0 != " " }
                #expect(checks.allSatisfy { $0.alertname == alert }, "\(one.name)")
            }
        }
    }

    @Test("Their series are such as Hearth exposes")
    func seriesAreKnown() throws {
        let vocabulary = try RuleVocabulary()
        for one in try RuleTestDocument.all().flatMap(\.content.tests) {
            for series in one.input_series ?? [] {
                let selectors = RuleExpression(series.series).selectors
                #expect(selectors.count == 1, "\(one.name): \(series.series)")
                for fault in selectors.flatMap(vocabulary.faults(of:)) { Issue.record("\(one.name): \(fault)") }
            }
        }
    }
}
