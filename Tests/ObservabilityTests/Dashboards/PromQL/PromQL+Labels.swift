extension PromQL {
    /// The labels that its series can differ by.
    func labels() -> Set<String> {
        switch self {
        case .number, .text: return []
        case .negative(let part): return part.labels()
        case .selector(let selector):
            let meant = KnownSeries.meant(by: selector).map { $0.series?.labels ?? [] }
            return meant.dropFirst().reduce(meant.first ?? []) { $0.union($1) }
        case .aggregate(let name, let grouping, let part):
            // Only they keep the series as they are.
            return name == "topk" || name == "bottomk" ? part.labels() : part.labels().kept(by: grouping)
        case .call("histogram_quantile", let arguments): return (arguments.last?.labels() ?? []).subtracting(["le"])
        case .call("label_replace", let arguments):
            guard arguments.count > 1, case .text(let added) = arguments[1] else { return [] }
            return arguments[0].labels().union([added])
        case .call(let name, let arguments):
            if ["time", "vector", "scalar", "absent"].contains(name) { return [] }
            return arguments.reduce([]) { $0.union($1.labels()) }
        case .binary(let name, let left, let right, let matching): return Self.labels(name, left, right, matching)
        }
    }

    private static func labels(_ name: String, _ left: PromQL, _ right: PromQL, _ matching: Matching) -> Set<String> {
        if name == "or" { return left.labels().intersection(right.labels()) }
        if name == "and" || name == "unless" || right.isScalar { return left.labels() }
        if left.isScalar || matching.many == "right" { return right.labels() }
        if matching.many == "left" { return left.labels() }
        return matching.labels.map { left.labels().kept(by: $0) } ?? left.labels()
    }

    private var isScalar: Bool {
        switch self {
        case .number, .call("time", _), .call("scalar", _): true
        case .negative(let part): part.isScalar
        case .binary(_, let left, let right, _): left.isScalar && right.isScalar
        default: false
        }
    }

    /// Labels that a matcher gives one value everywhere, so that nothing can differ by them.
    var pinned: Set<String> {
        let each = uses.map { use in Set(use.selector.matchers.filter { $0.comparison == "=" }.map(\.label)) }
        return each.dropFirst().reduce(each.first ?? []) { $0.intersection($1) }
    }
}

extension Set<String> {
    fileprivate func kept(by grouping: PromQL.Grouping) -> Set<String> {
        switch grouping {
        case .by(let names): intersection(names)
        case .without(let names): subtracting(names)
        }
    }
}
