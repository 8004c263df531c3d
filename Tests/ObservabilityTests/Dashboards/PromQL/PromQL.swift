/// A query, as far as dashboards need the language; whether Prometheus takes it is promtool's to say.
///
/// Variables of Grafana are left as they are written: the lint has to see them.
indirect enum PromQL: Sendable, Equatable {
    struct Matcher: Sendable, Equatable {
        var label: String
        /// `=`, `!=`, `=~` or `!~`.
        var comparison: String
        var value: String
    }

    struct Selector: Sendable, Equatable {
        /// Empty where only matchers say what is meant.
        var name: String
        var matchers: [Matcher] = []
        /// What stands between square brackets.
        var range: String?
    }

    enum Grouping: Sendable, Equatable {
        case by(Set<String>)
        case without(Set<String>)
    }

    struct Matching: Sendable, Equatable {
        /// `on` or `ignoring` with labels.
        var labels: Grouping?
        /// Whether one side may have several series for each of the other: `left` or `right`.
        var many: String?
        var returnsBool = false
    }

    case number(Double)
    case text(String)
    case selector(Selector)
    case call(String, [PromQL])
    case aggregate(String, Grouping, PromQL)
    case binary(String, PromQL, PromQL, Matching)
    case negative(PromQL)
}

extension PromQL {
    /// A selector and the function that it is the argument of, if it is one's.
    struct Use: Equatable {
        var selector: Selector
        var function: String?
    }

    var uses: [Use] { uses(in: nil) }

    private func uses(in function: String?) -> [Use] {
        switch self {
        case .selector(let selector): [Use(selector: selector, function: function)]
        case .call(let name, let arguments): arguments.flatMap { $0.uses(in: name) }
        default: parts.flatMap { $0.uses(in: nil) }
        }
    }

    var parts: [PromQL] {
        switch self {
        case .number, .text, .selector: []
        case .call(_, let arguments): arguments
        case .aggregate(_, _, let part), .negative(let part): [part]
        case .binary(_, let left, let right, _): [left, right]
        }
    }

    /// This and everything in it.
    var all: [PromQL] { [self] + parts.flatMap(\.all) }

    /// The number that an expression without series is: 0.01 * 14.4 is 0.144.
    var constant: Double? {
        switch self {
        case .number(let value): return value
        case .negative(let part): return part.constant.map { -$0 }
        case .binary(let name, let left, let right, _):
            guard let left = left.constant, let right = right.constant else { return nil }
            switch name {
            case "+": return left + right
            case "-": return left - right
            case "*": return left * right
            case "/": return left / right
            default: return nil
            }
        default: return nil
        }
    }
}
