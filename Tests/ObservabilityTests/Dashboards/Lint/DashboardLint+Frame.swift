import HearthTestKit

extension DashboardLint {
    /// Of the dashboard as a whole: the points that the eye passes over.
    func frameFindings(in board: Board) -> [Finding] {
        var findings: [Finding] = []
        func report(_ rule: LintRule, _ detail: String) {
            findings.append(Finding(rule: rule, board: board.title, detail: detail))
        }
        let node = board.node
        if node["editable"].bool != false { report(.editable, "is editable, but changes in the browser would be lost") }
        if !node.names.contains("id") || node["id"] != .null { report(.selfContained, "has an id, which is its Grafana's alone") }
        for word in ["__inputs", "__requires", "${DS_", "libraryPanel"] where board.text.contains(word) {
            report(.selfContained, "contains \(word), which needs something that is not in the file")
        }
        for source in board.node.everywhere("datasource") where source["uid"].text != "${datasource}" {
            report(.selfContained, "names a data source of one Grafana: \(source)")
        }
        let expected: [(String, JSONNode, JSONNode)] = [
            ("schemaVersion", node["schemaVersion"], .number(39)), ("graphTooltip", node["graphTooltip"], .number(1)),
            ("timezone", node["timezone"], .text("utc")), ("tags", node["tags"], .list([.text("hearth")])),
            ("time.from", node["time"]["from"], .text("now-6h")), ("links", node["links"][0]["type"], .text("dashboards")),
            ("uid", node["uid"], .text(board.file.replacing(".json", with: ""))),
        ]
        for (name, value, wanted) in expected where value != wanted { report(.frame, "\(name) is \(value), not \(wanted)") }
        let names = board.annotations.compactMap { $0["name"].text }
        if names != ["Restarts", "New versions", "Firing alerts"] { report(.frame, "has the annotations \(names)") }
        if !["30s", "5m"].contains(node["refresh"].text) { report(.frame, "refreshes each \(node["refresh"])") }
        return findings
    }

    /// The variables that make one dashboard serve all installations.
    func variableFindings(in board: Board) -> [Finding] {
        var findings: [Finding] = []
        func report(_ rule: LintRule, _ owner: String, _ detail: String) {
            findings.append(Finding(rule: rule, board: board.title, owner: owner, detail: detail))
        }
        let sources = board.variables.filter { $0["type"].text == "datasource" }
        if sources.count != 1 || sources[0]["name"].text != "datasource" || sources[0]["label"].text != "Data source"
            || sources[0]["query"].text != "prometheus"
        {
            report(.dataSourceVariable, "datasource", "is not one variable “datasource” with the label “Data source” for Prometheus")
        }
        for (rule, name, label) in [(LintRule.jobVariable, "job", "Job"), (.instanceVariable, "instance", "Instance")] {
            guard let variable = board.variable(name) else {
                report(rule, name, "is missing")
                continue
            }
            if variable["type"].text != "query" || variable["datasource"]["uid"].text != "${datasource}" || variable["multi"].bool != true
                || variable["allValue"].text != ".+" || variable["label"].text != label
            {
                report(rule, name, "is not a query of the data source with the label \(label), many values and all as .+")
            }
        }
        for variable in board.variables where variable["type"].text == "query" {
            let name = variable["name"].text ?? ""
            let query = variable["query"]["query"].text ?? ""
            if variable["refresh"].number != 2 { report(.variableRefresh, name, "is not read again when the time range changes") }
            let asked = BoardQuery.labelValues(query)
            if asked == nil || (try? PromQLParser.parse(asked?.series ?? "")) == nil || variable["definition"].text != query {
                report(.variableQuery, name, "does not ask for label_values of a series: \(query)")
            }
            if let asked, let series = try? PromQLParser.parse(asked.series), !series.labels().contains(asked.label) {
                report(.catalogue, name, "asks for \(asked.label), which \(asked.series) does not have")
            }
        }
        return findings
    }

    /// Identifiers that links rely on are nobody else's.
    func sharedIdentifierFindings(in boards: [Board]) -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<String> = []
        for board in boards {
            let uid = board.node["uid"].text ?? ""
            if uid.isEmpty || uid.count > 40 || !seen.insert(uid).inserted {
                findings.append(Finding(rule: .unique, board: board.title, detail: "has no uid of its own: \(uid)"))
            }
            var identifiers: Set<Int> = []
            for panel in board.panels {
                guard let id = panel.node["id"].integer, identifiers.insert(id).inserted else {
                    findings.append(
                        Finding(rule: .unique, board: board.title, owner: panel.title, detail: "has no id of its own: \(panel.node["id"])"))
                    continue
                }
            }
        }
        return findings
    }

    /// Sorted keys make a change of one panel a change of a few lines.
    func keyOrderFindings(in board: Board) -> [Finding] {
        var last: [Int: Substring] = [:]
        var findings: [Finding] = []
        for line in board.text.split(separator: "\n") {
            let depth = line.prefix { $0 == " " }.count
            last = last.filter { $0.key <= depth }
            guard line.dropFirst(depth).first == "\"", let end = line.firstRange(of: "\": ") else { continue }
            let key = line[line.index(line.startIndex, offsetBy: depth + 1)..<end.lowerBound]
            if let before = last[depth], before >= key {
                findings.append(Finding(rule: .sortedKeys, board: board.title, detail: "\(key) stands behind \(before)"))
            }
            last[depth] = key
        }
        return findings
    }
}

extension JSONNode {
    /// The values of every member with this name, wherever it stands.
    func everywhere(_ name: String) -> [JSONNode] {
        switch self {
        case .null, .bool, .number, .text: []
        case .list(let items): items.flatMap { $0.everywhere(name) }
        case .object(let members):
            members.flatMap { $0.key == name && $0.value.isObject ? [$0.value] : $0.value.everywhere(name) }
        }
    }
}
