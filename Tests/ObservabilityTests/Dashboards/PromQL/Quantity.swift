import HearthTelemetry

/// What a number counts or measures.
indirect enum Quantity: Equatable, Sendable {
    /// Written into the query; goes with everything.
    case number
    case count
    case seconds
    /// Seconds since 1970.
    case moment
    case bytes
    case dollars
    case tokens
    case ratio
    /// Counts of a histogram's buckets, whose bounds are the quantity.
    case buckets(Quantity)
    case perSecond(Quantity)

    init(of family: MetricDescriptor) {
        switch family.unit {
        case .seconds where family.name.hasSuffix("_timestamp_seconds") || family.name == "process_start_time_seconds": self = .moment
        case .seconds: self = .seconds
        case .bytes: self = .bytes
        case .ratio: self = .ratio
        case .usd: self = .dollars
        case .tokens: self = .tokens
        case .none: self = .count
        }
    }

    /// The units of Grafana that show it.
    ///
    /// Seconds per second are a share of time, and so is the number of processors that are busy.
    var units: Set<String> {
        switch self {
        case .number, .count: ["short", "none", "bool_yes_no"]
        case .seconds: ["s", "dtdurations"]
        case .moment: []
        case .bytes: ["bytes"]
        case .dollars, .perSecond(.dollars): ["currencyUSD"]
        case .tokens, .perSecond(.tokens): ["short"]
        case .ratio, .perSecond(.seconds): ["percentunit", "short"]
        case .buckets(let bounds): bounds.units
        case .perSecond(.buckets(let bounds)): bounds.units
        case .perSecond(.count): ["reqps", "ops"]
        case .perSecond(.bytes): ["Bps"]
        case .perSecond: []
        }
    }
}

extension PromQL {
    /// What this measures; a fault where it adds seconds to bytes.
    func quantity() throws -> Quantity {
        switch self {
        case .number: return .number
        case .text: throw PromQLLexer.Fault(description: "a text is no quantity")
        case .negative(let part): return try part.quantity()
        case .selector(let selector):
            guard let series = KnownSeries.meant(by: selector).first?.series else {
                throw PromQLLexer.Fault(description: "\(selector.name) is unknown")
            }
            return series.quantity
        case .aggregate(let name, _, let part): return name == "count" || name == "group" ? .count : try part.quantity()
        case .call(let name, let arguments): return try Self.quantity(of: name, arguments)
        case .binary(let name, let left, let right, let matching):
            return try Self.quantity(of: name, left.quantity(), right.quantity(), returnsBool: matching.returnsBool)
        }
    }

    private static func quantity(of function: String, _ arguments: [PromQL]) throws -> Quantity {
        guard let last = arguments.last else {
            guard function == "time" else { throw PromQLLexer.Fault(description: "\(function) has no argument") }
            return .moment
        }
        switch function {
        case "rate", "irate", "deriv": return .perSecond(try last.quantity())
        case "changes", "resets", "count_over_time", "absent", "absent_over_time": return .count
        case "vector", "scalar": return try last.quantity()
        case "histogram_quantile":
            guard case .perSecond(.buckets(let bounds)) = try last.quantity() else {
                throw PromQLLexer.Fault(description: "histogram_quantile is not given the rate of buckets")
            }
            return bounds
        default: return try last.quantity()
        }
    }

    private static func quantity(of name: String, _ left: Quantity, _ right: Quantity, returnsBool: Bool) throws -> Quantity {
        let fault = PromQLLexer.Fault(description: "\(left) \(name) \(right) makes no sense")
        switch (name, left, right) {
        case ("-", .moment, .moment): return .seconds
        case ("+", .moment, .seconds), ("-", .moment, .seconds): return .moment
        case ("+", .moment, .moment), (_, .moment, .seconds), (_, .seconds, .moment): throw fault
        case ("/", .perSecond(let left), .perSecond(let right)): return try quantity(of: name, left, right, returnsBool: false)
        case ("/", .buckets, .count): return .ratio
        case ("/", let left, .number): return left
        case ("/", let left, .count) where left != .count && left != .number: return left
        case ("/", let left, let right) where left == right: return .ratio
        case ("*", .number, let other), ("*", let other, .number): return other
        case ("/", _, _), ("*", _, _), ("%", _, _), ("^", _, _): throw fault
        default:
            guard left == right || left == .number || right == .number else { throw fault }
            if returnsBool { return .count }
            return left == .number ? right : left
        }
    }
}
