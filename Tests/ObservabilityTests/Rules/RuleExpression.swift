/// The names that an expression of `alerts/` uses. Whether it is valid is promtool's to say.
struct RuleExpression: Sendable {
    struct Matcher: Sendable, Equatable {
        var label: String
        var comparison: String
        var value: String
    }

    struct Selector: Sendable, Equatable {
        var metric: String
        var matchers: [Matcher]
    }

    private(set) var selectors: [Selector] = []
    /// Those of `by`, `without` and `on`.
    private(set) var groupingLabels: Set<String> = []
    /// Those that `label_replace` makes.
    private(set) var madeLabels: Set<String> = []
    /// Words that are none of these: functions, keywords, and metrics without a selector.
    private(set) var words: Set<String> = []

    static let knownWords: Set = [
        "abs", "absent", "and", "avg_over_time", "by", "changes", "histogram_quantile", "increase", "label_replace", "max", "max_over_time",
        "min", "min_over_time", "offset", "on", "or", "rate", "sqrt", "sum", "time", "unless", "vector", "without",
    ]

    init(_ text: String) {
        var rest = text.replacing(/#.*/, with: "")
        for match in rest.matches(of: /([a-zA-Z_:][\w:]*)\{([^}]*)\}/) {
            let matchers = match.2.matches(of: /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/)
                .map { Matcher(label: String($0.1), comparison: String($0.2), value: String($0.3)) }
            selectors.append(Selector(metric: String(match.1), matchers: matchers))
        }
        rest.replace(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/, with: "")
        for match in rest.matches(of: /label_replace\([^"]*"(\w+)"/) { madeLabels.insert(String(match.1)) }
        rest.replace(/"[^"]*"/, with: "")
        for match in rest.matches(of: /\b(?:by|without|on|ignoring) \(([^)]*)\)/) {
            groupingLabels.formUnion(match.1.matches(of: /\w+/).map { String($0.0) })
        }
        rest.replace(/\b(by|without|on|ignoring) \([^)]*\)/) { "\($0.1)" }
        rest.replace(/\[[^\]]*\]|\boffset \w+|\b[0-9.]+/, with: "")
        words = Set(rest.matches(of: /[a-zA-Z_:][\w:]*/).map { String($0.0) })
    }
}
