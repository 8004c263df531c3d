import HearthTelemetry
import HearthTestKit

extension DashboardLint {
    /// What the language alone does not say: whether a query means what it should.
    func queryFindings(in board: Board) -> [Finding] {
        BoardQuery.all(of: board).flatMap { asked -> [Finding] in
            func finding(_ rule: LintRule, _ detail: String) -> Finding {
                Finding(rule: rule, board: board.title, owner: asked.owner, detail: "\(detail): \(asked.text)")
            }
            let query: PromQL
            do {
                query = try PromQLParser.parse(asked.text)
            } catch {
                return [finding(.syntax, "the lint cannot read it, \(error)")]
            }
            var found = query.uses.flatMap { nameFindings(in: $0.selector) }
            if case .variable = asked.place {
                // Variables choose what the matchers are given.
            } else {
                found += query.uses.flatMap(useFindings) + averageFindings(in: query)
            }
            if case .target(let panel, let target) = asked.place { found += quantityFindings(in: query, panel, target) }
            return found.map(finding)
        }
    }

    /// Families, labels, values and bounds that there are not.
    private func nameFindings(in selector: PromQL.Selector) -> [(LintRule, String)] {
        KnownSeries.meant(by: selector).flatMap { name, series -> [(LintRule, String)] in
            guard let series else { return [(.catalogue, "\(name) is not in the catalogue")] }
            return selector.matchers.filter { $0.label != "__name__" }.compactMap { matcher in
                guard series.labels.contains(matcher.label) else { return (.catalogue, "\(name) has no label \(matcher.label)") }
                return valueFault(matcher, of: series).map { (.catalogue, $0) }
            }
        }
    }

    private func valueFault(_ matcher: PromQL.Matcher, of series: KnownSeries) -> String? {
        guard case .family(let family, _) = series.origin, !matcher.value.contains("$") else { return nil }
        if matcher.label == "le" {
            let bounds = family.buckets.values.map(CanonicalNumber.text) + ["+Inf"]
            return bounds.contains(matcher.value) ? nil : "\(matcher.value) is no bound of \(family.name)"
        }
        guard case .closed(let values) = family.labels.first(where: { $0.name == matcher.label })?.values else { return nil }
        let choices = matcher.comparison.hasSuffix("~") ? matcher.value.split(separator: "|").map(String.init) : [matcher.value]
        for choice in choices where !values.contains(where: { $0 == choice || Self.matches(choice, $0) }) {
            return "\(matcher.label) of \(family.name) is never \(choice)"
        }
        return nil
    }

    /// Of the patterns that boards use: a dot is any character.
    private static func matches(_ pattern: String, _ value: String) -> Bool {
        pattern.contains(".") && pattern.count == value.count && zip(pattern, value).allSatisfy { $0 == "." || $0 == $1 }
    }

    /// Of one selector and the function around it.
    private func useFindings(_ use: PromQL.Use) -> [(LintRule, String)] {
        var findings: [(LintRule, String)] = []
        let name = use.selector.name
        for (rule, label) in [(LintRule.jobMatcher, "job"), (.instanceMatcher, "instance")] {
            let wanted = PromQL.Matcher(label: label, comparison: "=~", value: "$\(label)")
            if !use.selector.matchers.contains(wanted) { findings.append((rule, "\(name) is not chosen by \(label)=~\"$\(label)\"")) }
        }
        let function = use.function ?? ""
        if ["rate", "irate"].contains(function), use.selector.range != "$__rate_interval" {
            findings.append((.rateInterval, "\(function) is not over $__rate_interval"))
        }
        if function == "increase", !["$__rate_interval", "$__range"].contains(use.selector.range) {
            findings.append((.increaseRange, "increase is over neither $__rate_interval nor $__range"))
        }
        if let series = KnownSeries.named(name) {
            let isCounted = ["rate", "irate", "increase"].contains(function)
            if series.isCounter, !isCounted { findings.append((.counter, "\(name) is a counter without rate or increase")) }
            if !series.isCounter, isCounted { findings.append((.counter, "\(name) is no counter, \(function) of it means nothing")) }
        }
        return findings
    }

    /// A mean of ratios weighs a replica without traffic like one with all of it.
    private func averageFindings(in query: PromQL) -> [(LintRule, String)] {
        query.all.compactMap { part in
            switch part {
            case .aggregate("sum", _, let inner), .aggregate("avg", _, let inner):
                inner.hasQuotient ? (.averagedRatio, "adds up or averages ratios or quantiles") : nil
            case .call("avg_over_time", let inner), .call("sum_over_time", let inner):
                inner.contains(where: \.hasQuotient) ? (.averagedRatio, "adds up or averages ratios or quantiles") : nil
            default: nil
            }
        }
    }

    private func quantityFindings(in query: PromQL, _ panel: Panel, _ target: JSONNode) -> [(LintRule, String)] {
        do {
            let quantity = try query.quantity()
            guard let unit = panel.unit(of: target), Self.units.contains(unit) else { return [] }
            return quantity.units.contains(unit) ? [] : [(.unitOfQuantity, "shows \(quantity) as \(unit)")]
        } catch {
            return [(.unitOfQuantity, "\(error)")]
        }
    }
}

extension PromQL {
    /// Whether something in it is a quotient or a quantile.
    fileprivate var hasQuotient: Bool {
        all.contains { part in
            switch part {
            case .binary("/", let left, let right, _): left.constant == nil && right.constant == nil
            case .call("histogram_quantile", _): true
            case .selector(let selector): KnownSeries.named(selector.name)?.isQuotient == true
            default: false
            }
        }
    }
}
