import HearthTelemetry
import HearthTestKit

extension DashboardLint {
    /// Units of Grafana that a person can read; the linter knows more, which no quantity of Hearth has.
    static let units: Set = [
        "s", "percentunit", "reqps", "ops", "bytes", "Bps", "short", "none", "dtdurations", "bool_yes_no", "currencyUSD",
    ]

    func panelFindings(in board: Board) -> [Finding] {
        board.panels.filter(\.isChart).flatMap { panel in
            var findings: [Finding] = []
            func report(_ rule: LintRule, _ detail: String) {
                findings.append(Finding(rule: rule, board: board.title, owner: panel.title, detail: detail))
            }
            let sources = [panel.node["datasource"]] + panel.targets.map { $0["datasource"] }
            if sources.contains(where: { $0["uid"].text != "${datasource}" || $0["type"].text != "prometheus" }) {
                report(.panelSource, "does not take its data from ${datasource}")
            }
            // Whoever is called at night needs more than a name.
            if panel.title.isEmpty || !panel.description.contains(" Good: ") || !panel.description.contains(" Otherwise: ") {
                report(.panelTexts, "does not say what it shows, what good looks like and what to do otherwise")
            }
            if panel.targets.isEmpty { report(.panelTargets, "asks for nothing") }
            if Set(panel.targets.map { $0["refId"].text }).count != panel.targets.count { report(.unique, "has two targets of one name") }
            for target in panel.targets {
                guard let unit = panel.unit(of: target), Self.units.contains(unit) || !panel.mappings.isEmpty else {
                    report(.panelUnit, "has no known unit: \(panel.unit(of: target) ?? "none at all")")
                    continue
                }
            }
            return findings + legendFindings(in: board, panel)
        }
    }

    /// Two lines of one name cannot be told apart, and a name with a hole says nothing.
    private func legendFindings(in board: Board, _ panel: Panel) -> [Finding] {
        var findings: [Finding] = []
        func report(_ detail: String) {
            findings.append(Finding(rule: .legend, board: board.title, owner: panel.title, detail: detail))
        }
        let legends = panel.targets.compactMap { $0["legendFormat"].text }
        if panel.kind != "table", Set(legends).count != panel.targets.count { report("has targets with one legend") }
        for target in panel.targets {
            guard let query = try? PromQLParser.parse(target["expr"].text ?? "") else { continue }
            let legend = target["legendFormat"].text ?? ""
            let named = Set(legend.matches(of: /\{\{ *(\w+) *\}\}/).map { String($0.1) })
            let labels = query.labels()
            for label in named.subtracting(labels).sorted() { report("names \(label), which is gone: \(legend)") }
            guard panel.kind != "table" else { continue }
            // One job at a time is usual; whoever chooses more sees them in the tooltip's labels.
            let unnamed = labels.subtracting(named).subtracting(query.pinned).subtracting(["job"])
            if !unnamed.isEmpty { report("does not tell apart series that differ by \(unnamed.sorted().joined(separator: ", "))") }
        }
        return findings
    }

    /// Every family is on a board, or it is said why not.
    func coverageFindings(in boards: [Board]) -> [Finding] {
        let queries = boards.flatMap { $0.panels.flatMap(\.targets) }.compactMap { try? PromQLParser.parse($0["expr"].text ?? "") }
        let charted = Set(
            queries.flatMap(\.uses).flatMap { KnownSeries.meant(by: $0.selector) }.compactMap { name, series -> String? in
                if case .family(let family, _) = series?.origin { family.name } else { nil }
            })
        let all = Set(MetricCatalogue.all.map(\.name))
        let lists = [
            (all.subtracting(charted).subtracting(notCharted.keys), "is on no board, and not-charted.json does not say why"),
            (charted.intersection(notCharted.keys), "is on a board, but not-charted.json says that it is not"),
            (Set(notCharted.keys).subtracting(all), "is in not-charted.json, but not in the catalogue"),
            (Set(notCharted.filter { $0.value.count < 20 }.keys), "is in not-charted.json without a reason"),
        ]
        return lists.flatMap { names, detail in
            names.sorted().map { Finding(rule: .charted, board: "all boards", owner: $0, detail: detail) }
        }
    }
}
