/// Reads a query by the precedence of its operators.
struct PromQLParser {
    typealias Fault = PromQLLexer.Fault

    private static let aggregations: Set = [
        "sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile", "count_values",
    ]
    /// From the loosest to the tightest.
    private static let operators: [Set<String>] = [
        ["or"], ["and", "unless"], ["==", "!=", ">", "<", ">=", "<="], ["+", "-"], ["*", "/", "%"], ["^"],
    ]

    private let tokens: [PromQLLexer.Token]
    private var position = 0

    static func parse(_ text: String) throws -> PromQL {
        var parser = PromQLParser(tokens: try PromQLLexer.tokens(of: text))
        let query = try parser.expression(0)
        guard parser.next == .end else { throw Fault(description: "has something left behind \(parser.position) words") }
        return query
    }

    private init(tokens: [PromQLLexer.Token]) {
        self.tokens = tokens
    }

    private var next: PromQLLexer.Token { tokens[min(position, tokens.count - 1)] }

    private mutating func take(_ sign: String) -> Bool {
        guard next == .sign(sign) || next == .name(sign) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ sign: String) throws {
        guard take(sign) else { throw Fault(description: "expected \(sign), found \(next)") }
    }

    private mutating func expression(_ level: Int) throws -> PromQL {
        guard level < Self.operators.count else { return try operand() }
        var left = try expression(level + 1)
        while let name = Self.operators[level].first(where: { next == .sign($0) || next == .name($0) }) {
            position += 1
            let matching = try matching()
            // Powers group from the right, everything else from the left.
            let right = try expression(name == "^" ? level : level + 1)
            left = .binary(name, left, right, matching)
        }
        return left
    }

    private mutating func matching() throws -> PromQL.Matching {
        var matching = PromQL.Matching(returnsBool: take("bool"))
        if take("on") {
            matching.labels = .by(try names())
        } else if take("ignoring") {
            matching.labels = .without(try names())
        }
        for side in ["left", "right"] where take("group_\(side)") {
            matching.many = side
            if next == .sign("(") { _ = try names() }
        }
        return matching
    }

    private mutating func names() throws -> Set<String> {
        var names: Set<String> = []
        try expect("(")
        while case .name(let name) = next {
            position += 1
            names.insert(name)
            guard take(",") else { break }
        }
        try expect(")")
        return names
    }

    private mutating func operand() throws -> PromQL {
        switch next {
        case .sign("-"):
            position += 1
            return .negative(try operand())
        case .sign("("):
            position += 1
            let inner = try expression(0)
            try expect(")")
            return inner
        case .sign("{"): return .selector(try selector(name: ""))
        case .number(let number):
            position += 1
            return .number(number)
        case .text(let text):
            position += 1
            return .text(text)
        case .name(let name):
            position += 1
            if Self.aggregations.contains(name) { return try aggregation(name) }
            if next == .sign("(") { return .call(name, try arguments()) }
            return .selector(try selector(name: name))
        case .duration, .range, .sign, .end: throw Fault(description: "does not expect \(next)")
        }
    }

    private mutating func aggregation(_ name: String) throws -> PromQL {
        var grouping = try grouping()
        let arguments = try arguments()
        if grouping == nil { grouping = try self.grouping() }
        guard let last = arguments.last else { throw Fault(description: "\(name) has no argument") }
        return .aggregate(name, grouping ?? .by([]), last)
    }

    private mutating func grouping() throws -> PromQL.Grouping? {
        if take("by") { return .by(try names()) }
        if take("without") { return .without(try names()) }
        return nil
    }

    private mutating func arguments() throws -> [PromQL] {
        var arguments: [PromQL] = []
        try expect("(")
        while next != .sign(")") {
            arguments.append(try expression(0))
            guard take(",") else { break }
        }
        try expect(")")
        return arguments
    }

    private mutating func selector(name: String) throws -> PromQL.Selector {
        var selector = PromQL.Selector(name: name)
        if take("{") {
            while case .name(let label) = next {
                position += 1
                guard case .sign(let comparison) = next, case .text(let value) = tokens[position + 1] else {
                    throw Fault(description: "expected a comparison of \(label), found \(next)")
                }
                position += 2
                selector.matchers.append(PromQL.Matcher(label: label, comparison: comparison, value: value))
                guard take(",") else { break }
            }
            try expect("}")
        }
        if case .range(let range) = next {
            position += 1
            selector.range = range
        }
        if take("offset") {
            guard case .duration = next else { throw Fault(description: "expected a time behind offset, found \(next)") }
            position += 1
        }
        return selector
    }
}
