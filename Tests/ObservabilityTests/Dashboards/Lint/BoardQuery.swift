import HearthTestKit

/// A query of a dashboard and where it stands.
struct BoardQuery: Sendable {
    enum Place: Sendable {
        case target(Panel, JSONNode)
        case annotation
        case variable
    }

    var board: String
    /// The title of the panel, or the name of the annotation or the variable.
    var owner: String
    var text: String
    var place: Place

    static func all(of board: Board) -> [BoardQuery] {
        let targets = board.panels.flatMap { panel in
            panel.targets.map {
                BoardQuery(board: board.title, owner: panel.title, text: $0["expr"].text ?? "", place: .target(panel, $0))
            }
        }
        let annotations = board.annotations.map {
            BoardQuery(board: board.title, owner: $0["name"].text ?? "", text: $0["expr"].text ?? "", place: .annotation)
        }
        let variables = board.variables.filter { $0["type"].text == "query" }.map {
            BoardQuery(
                board: board.title, owner: $0["name"].text ?? "", text: labelValues($0["query"]["query"].text ?? "")?.series ?? "",
                place: .variable)
        }
        return targets + annotations + variables
    }

    /// What `label_values(series, label)` asks for; nil for anything else.
    static func labelValues(_ query: String) -> (series: String, label: String)? {
        guard let match = query.wholeMatch(of: /label_values\((.+), *(\w+)\)/) else { return nil }
        return (String(match.1), String(match.2))
    }
}

/// Puts in for Grafana's variables what Grafana would.
struct Expansion: Sendable {
    var rateInterval = "1m"
    var range = "1h"
    /// What “All” of a variable stands for.
    var all = ".+"

    /// Nil where a variable is used that there is not.
    func expand(_ query: String, variables: [String]) -> String? {
        var text = query.replacing("$__rate_interval", with: rateInterval).replacing("$__range", with: range)
            .replacing("$__interval", with: "15s")
        for name in variables.sorted(by: { $0.count > $1.count }) {
            text = text.replacing("${\(name)}", with: all).replacing("$\(name)", with: all)
        }
        return text.contains("$") ? nil : text
    }
}
