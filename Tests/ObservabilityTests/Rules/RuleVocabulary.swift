import Foundation
import HearthTelemetry

/// What rules may name: the families of the catalogue, what Prometheus makes of every scrape, and what rules record.
struct RuleVocabulary {
    private static let everywhere: Set = ["job", "instance"]
    private static let ofPrometheus: Set = ["up", "scrape_duration_seconds", "scrape_samples_scraped"]

    private var families: [String: MetricDescriptor] = [:]
    private let records: Set<String>
    private let routes: String

    init() throws {
        records = Set(try RuleDocument.records().compactMap(\.record))
        routes = try Repository.text("Sources/HearthServer/Routes/RouterBuilder.swift")
        for family in MetricCatalogue.all {
            let endings = family.kind == .histogram ? ["_bucket", "_sum", "_count"] : [""]
            for ending in endings { families[family.name + ending] = family }
        }
    }

    /// What is wrong with a selector; nothing if it can find something.
    func faults(of selector: RuleExpression.Selector) -> [String] {
        let name = selector.metric
        if records.contains(name) || Self.ofPrometheus.contains(name) { return [] }
        guard let family = families[name] else { return ["\(name) is not in the catalogue"] }
        return selector.matchers.compactMap { matcher in
            if Self.everywhere.contains(matcher.label) { return nil }
            if matcher.label == "le", name.hasSuffix("_bucket") {
                let isBound = matcher.value == "+Inf" || family.buckets.values.contains { Double(matcher.value) == $0 }
                return isBound ? nil : "\(name) has no bucket up to \(matcher.value)"
            }
            guard let label = family.labels.first(where: { $0.name == matcher.label }) else {
                return "\(name) has no label \(matcher.label)"
            }
            return values(of: matcher).first { !allows($0, of: label, isPattern: matcher.comparison.contains("~")) }
                .map { "\(matcher.label) of \(name) is never \"\($0)\"" }
        }
    }

    /// A label that some family has, so that grouping by it can make sense.
    func hasLabel(_ name: String) -> Bool {
        name == "le" || Self.everywhere.contains(name) || MetricCatalogue.all.contains { $0.labels.contains { $0.name == name } }
    }

    private func values(of matcher: RuleExpression.Matcher) -> [String] {
        guard matcher.comparison.contains("~") else { return [matcher.value] }
        return matcher.value.split(separator: "|").map(String.init)
    }

    private func allows(_ value: String, of label: LabelDescriptor, isPattern: Bool) -> Bool {
        switch label.values {
        case .closed(let allowed) where isPattern:
            guard let pattern = try? Regex(value) else { return false }
            return allowed.contains { $0.wholeMatch(of: pattern) != nil }
        case .closed(let allowed): return allowed.contains(value)
        case .configured(.routes): return routes.contains("\"\(value)\"")
        case .configured: return true
        }
    }
}
