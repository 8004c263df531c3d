/// The names that a query of Prometheus uses: its selectors, and the labels it groups and joins by.
///
/// Whether the query is valid is left to promtool; of valid ones this finds every name.
struct QueryNames {
    struct Matcher: Equatable {
        var label: String
        var comparison: String
        var value: String
    }

    struct Selector: Equatable {
        /// Nil where only labels are given.
        var metric: String?
        var matchers: [Matcher] = []
    }

    private(set) var selectors: [Selector] = []
    private(set) var groupingLabels: [String] = []

    private enum Token: Equatable {
        case word(String)
        case text(String)
        case number
        case sign(Character)
    }

    private static let grouping: Set = ["by", "without", "on", "ignoring", "group_left", "group_right"]
    private static let keywords: Set = ["and", "or", "unless", "atan2", "bool", "offset", "inf", "nan"]

    init(_ query: String) {
        let tokens = Self.tokens(of: query)
        var position = 0
        while position < tokens.count {
            switch tokens[position] {
            case .word(let word): readWord(word, tokens, &position)
            case .sign("{"): selectors.append(Selector(metric: nil, matchers: Self.matchers(tokens, &position)))
            case .text, .number, .sign: position += 1
            }
        }
    }

    private mutating func readWord(_ word: String, _ tokens: [Token], _ position: inout Int) {
        position += 1
        let next = position < tokens.count ? tokens[position] : .number
        if Self.grouping.contains(word) {
            guard next == .sign("(") else { return }
            while position < tokens.count, tokens[position] != .sign(")") {
                if case .word(let label) = tokens[position] { groupingLabels.append(label) }
                position += 1
            }
        } else if Self.keywords.contains(word.lowercased()) || next == .sign("(") || next == .word("by") || next == .word("without") {
            return
        } else {
            let matchers = next == .sign("{") ? Self.matchers(tokens, &position) : []
            selectors.append(Selector(metric: word, matchers: matchers))
        }
    }

    /// Reads from the opening brace to behind the closing one.
    private static func matchers(_ tokens: [Token], _ position: inout Int) -> [Matcher] {
        var matchers: [Matcher] = []
        while position < tokens.count, tokens[position] != .sign("}") {
            switch tokens[position] {
            case .word(let label): matchers.append(Matcher(label: label, comparison: "", value: ""))
            case .sign(let sign) where "=!~".contains(sign) && !matchers.isEmpty: matchers[matchers.count - 1].comparison.append(sign)
            case .text(let value) where !matchers.isEmpty: matchers[matchers.count - 1].value = value
            case .sign, .text, .number: break
            }
            position += 1
        }
        position += 1
        return matchers
    }

    private static func tokens(of query: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(query)
        while let first = rest.first {
            if first.isLetter || first == "_" || first == ":" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            } else if first.isNumber {
                // Durations such as 5m and 1h30m too.
                rest = rest.drop { $0.isLetter || $0.isNumber || $0 == "." }
                tokens.append(.number)
            } else if first == "\"" || first == "'" {
                let value = rest.dropFirst().prefix { $0 != first }
                tokens.append(.text(String(value)))
                rest = rest.dropFirst(value.count + 2)
            } else {
                if !first.isWhitespace { tokens.append(.sign(first)) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }
}
