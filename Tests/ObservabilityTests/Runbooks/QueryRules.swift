import HearthTelemetry

/// Holds the names of a query against the catalogue of metrics.
enum QueryRules {
    /// Labels that Prometheus gives every series of a target.
    private static let targetLabels: Set = ["job", "instance"]

    /// Series that Prometheus and Alertmanager make themselves, with their labels.
    private static let foreign: [String: Set<String>] = [
        "up": [], "scrape_duration_seconds": [], "scrape_samples_scraped": [],
        "ALERTS": ["alertname", "alertstate", "service", "severity", "window"],
        "prometheus_config_last_reload_successful": [], "prometheus_notifications_alertmanagers_discovered": [],
        "prometheus_notifications_dropped_total": [], "prometheus_rule_evaluation_failures_total": ["rule_group"],
        "alertmanager_notifications_failed_total": ["integration"],
    ]

    /// Everything that is wrong with the names of a query; empty if nothing is.
    static func faults(in query: String) -> [String] {
        let names = QueryNames(query)
        var faults: [String] = []
        var known = targetLabels
        for selector in names.selectors {
            guard let metric = selector.metric else {
                known.insert("__name__")
                if !selector.matchers.contains(.init(label: "job", comparison: "=", value: "hearth")) {
                    faults.append("a selector without a name and without job=\"hearth\"")
                }
                continue
            }
            if let labels = foreign[metric] {
                known.formUnion(labels)
                faults += selector.matchers.map(\.label).filter { !labels.union(targetLabels).contains($0) }.map {
                    "\(metric) has no label \($0)"
                }
            } else if let series = CatalogueSeries(metric) {
                known.formUnion(series.labels)
                if !selector.matchers.contains(.init(label: "job", comparison: "=", value: "hearth")) {
                    faults.append("\(metric) without job=\"hearth\"")
                }
                faults += selector.matchers.flatMap { series.faults(of: $0) }
            } else {
                faults.append("\(metric) is no series of the catalogue")
            }
        }
        return faults + names.groupingLabels.filter { !known.contains($0) }.map { "no series of the query has the label \($0)" }
    }

    /// What is wrong with names that stand in a text, which need not be whole queries.
    static func faults(inText code: String) -> [String] {
        QueryNames(code).selectors.flatMap { selector -> [String] in
            guard let metric = selector.metric, isLikeOurs(metric) else { return [] }
            guard let family = CatalogueSeries(metric, allowsFamilies: true) else { return ["\(metric) is no metric of the catalogue"] }
            return selector.matchers.flatMap { family.faults(of: $0) }
        }
    }

    private static func isLikeOurs(_ name: String) -> Bool {
        !HearthCommands.shellFunctions.contains(name)
            && ["hearth_", "gen_ai_client_", "http_server_request", "process_"].contains { name.hasPrefix($0) }
    }
}

/// One series of the exposition: a family, or a part of a histogram.
private struct CatalogueSeries {
    let name: String
    private let family: MetricDescriptor
    let labels: Set<String>

    init?(_ name: String, allowsFamilies: Bool = false) {
        for family in MetricCatalogue.all {
            let isHistogram = family.kind == .histogram
            let parts =
                isHistogram
                ? ["_bucket", "_sum", "_count"].map { family.name + $0 } + (allowsFamilies ? [family.name] : []) : [family.name]
            guard parts.contains(name) else { continue }
            self.name = name
            self.family = family
            labels = Set(family.labels.map(\.name) + ["job", "instance"] + (name.hasSuffix("_bucket") ? ["le"] : []))
            return
        }
        return nil
    }

    func faults(of matcher: QueryNames.Matcher) -> [String] {
        guard labels.contains(matcher.label) else { return ["\(name) has no label \(matcher.label)"] }
        if matcher.label == "job" { return matcher.value == "hearth" ? [] : ["the job is called hearth, not \(matcher.value)"] }
        if matcher.label == "le" {
            let isBound = Double(matcher.value).map { family.buckets.values.contains($0) } ?? false
            return isBound ? [] : ["\(name) has no bucket \(matcher.value)"]
        }
        guard case .closed(let values)? = family.labels.first(where: { $0.name == matcher.label })?.values, !matcher.comparison.isEmpty
        else {
            return []
        }
        return alternatives(of: matcher).filter { !values.contains($0) && !$0.isEmpty }.map { "\(matcher.label) of \(name) is never \($0)" }
    }

    /// The values that a matcher names one by one; none for other regular expressions.
    private func alternatives(of matcher: QueryNames.Matcher) -> [String] {
        guard matcher.comparison.hasSuffix("~") else { return [matcher.value] }
        guard matcher.value.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "|" }) else { return [] }
        return matcher.value.split(separator: "|").map(String.init)
    }
}
