import HearthTestKit

/// A dashboard as its file says it.
struct Board: Sendable {
    var file: String
    var text: String
    var node: JSONNode

    init(file: String, text: String) throws {
        guard let node = JSONNode(text), node.isObject else { throw PromQLLexer.Fault(description: "\(file) is no JSON object") }
        self.file = file
        self.text = text
        self.node = node
    }

    static let folder = "grafana/dashboards"

    static func all() throws -> [Board] {
        try Repository.files(in: folder, endingWith: ".json").map { try Board(file: $0, text: Repository.text("\(folder)/\($0)")) }
    }

    var title: String { node["title"].text ?? file }

    /// Those within rows that are closed too.
    var panels: [Panel] {
        node["panels"].items.flatMap { [Panel(node: $0)] + $0["panels"].items.map(Panel.init) }
    }

    var variables: [JSONNode] { node["templating"]["list"].items }
    var annotations: [JSONNode] { node["annotations"]["list"].items }

    func variable(_ name: String) -> JSONNode? { variables.first { $0["name"].text == name } }
}

/// One field of a dashboard, or the head of a row.
struct Panel: Sendable {
    var node: JSONNode

    var title: String { node["title"].text ?? "" }
    var kind: String { node["type"].text ?? "" }
    var description: String { node["description"].text ?? "" }
    var targets: [JSONNode] { node["targets"].items }
    var isChart: Bool { !["row", "text"].contains(kind) }
    var mappings: [JSONNode] { node["fieldConfig"]["defaults"]["mappings"].items }

    /// The unit in which the values of a target are shown; that of a heatmap's axis.
    func unit(of target: JSONNode) -> String? {
        if kind == "heatmap" { return node["options"]["yAxis"]["unit"].text }
        let column = "Value #\(target["refId"].text ?? "")"
        let properties = node["fieldConfig"]["overrides"].items.first { $0["matcher"]["options"].text == column }?["properties"].items
        let own = properties?.first { $0["id"].text == "unit" }?["value"].text
        return own ?? node["fieldConfig"]["defaults"]["unit"].text
    }

    /// The values at which the colour changes, those of single columns too.
    var thresholds: [Double] {
        let properties = node["fieldConfig"]["overrides"].items.flatMap { $0["properties"].items }
        let all = [node["fieldConfig"]["defaults"]["thresholds"]] + properties.filter { $0["id"].text == "thresholds" }.map { $0["value"] }
        return all.flatMap { $0["steps"].items }.compactMap { $0["value"].number }
    }

    /// The alerts that the description names.
    var alerts: [String] { description.matches(of: /\bHearth[A-Z]\w+/).map { String($0.0) } }
}
