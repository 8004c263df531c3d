extension ExpositionLint {
    private static let types: Set<String> = [
        "counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset", "gaugehistogram",
    ]
    /// OpenMetrics 1.0: names and values of an exemplar's labels together.
    private static let longestExemplar = 128

    /// Names, labels, values and exemplars.
    static func faults(of family: Family, isOpenMetrics: Bool) -> [LintFinding] {
        var findings: [LintFinding] = []
        func note(_ rule: LintFinding.Rule, _ line: Int, _ detail: String) { findings.append(LintFinding(rule, line: line, detail)) }
        if !MetricName.isMetricName(family.name) { note(.name, family.line, "\(family.name) has characters that no name may have") }
        if family.name.hasPrefix("scrape_") { note(.name, family.line, "\(family.name): scrape_ is Prometheus' own") }
        if let type = family.type, !types.contains(type) { note(.type, family.line, "\(type) is no type") }
        if family.type == "counter", !isOpenMetrics, !family.name.hasSuffix("_total") {
            note(.name, family.line, "the counter \(family.name) does not end with _total")
        }
        if family.type == "counter", isOpenMetrics, family.name.hasSuffix("_total") {
            note(.name, family.line, "OpenMetrics names the family of \(family.name) without _total")
        }
        for (line, sample) in family.samples {
            for detail in labelFaults(of: sample, in: family) { note(.label, line, detail) }
            let isCumulative = sample.name.hasSuffix("_bucket") || sample.name.hasSuffix("_count") || family.type == "counter"
            if isCumulative, ["counter", "histogram"].contains(family.type), sample.value.isNaN || sample.value < 0 {
                note(.value, line, "\(sample.name) only grows from 0, and is \(sample.value)")
            }
            guard let exemplar = sample.exemplar else { continue }
            let mayHaveOne = isOpenMetrics && (sample.name.hasSuffix("_total") || sample.name.hasSuffix("_bucket"))
            if !mayHaveOne { note(.exemplar, line, "\(sample.name) may have none: Prometheus would drop the whole scrape") }
            if exemplar.labelLength > longestExemplar {
                note(.exemplar, line, "\(exemplar.labelLength) characters of labels; \(longestExemplar) are allowed")
            }
        }
        return findings
    }

    private static func labelFaults(of sample: ExpositionLine.Sample, in family: Family) -> [String] {
        var faults: [String] = []
        let names = sample.labels.map(\.name)
        if Set(names).count < names.count { faults.append("\(sample.name) has a label twice") }
        for name in names {
            let isBound = name == "le" && family.type == "histogram" && sample.name.hasSuffix("_bucket")
            let isQuantile = name == "quantile" && family.type == "summary"
            if !MetricName.isLabelName(name) {
                faults.append("\(name) has characters that no label may have")
            } else if MetricName.isReservedLabelName(name), !isBound, !isQuantile {
                faults.append("\(sample.name) has the label \(name), to which Prometheus gives a meaning of its own")
            }
        }
        return faults
    }

    // MARK: Histograms

    private struct Buckets {
        var line: Int
        var bounds: [(line: Int, text: String, value: Double, count: Double)] = []
        var count: Double?
        var hasSum = false
    }

    static func histogramFaults(of family: Family) -> [LintFinding] {
        var sets: [String: Buckets] = [:]
        var order: [String] = []
        for (line, sample) in family.samples {
            let labels = sample.labels.filter { $0.name != "le" }
            let key = ExpositionLine.Sample(name: family.name, labels: labels, value: 0).identity
            if sets[key] == nil { order.append(key) }
            var set = sets[key] ?? Buckets(line: line)
            if sample.name == family.name + "_sum" { set.hasSum = true }
            if sample.name == family.name + "_count" { set.count = sample.value }
            if sample.name == family.name + "_bucket" {
                let text = sample.label("le") ?? ""
                set.bounds.append((line, text, text == "+Inf" ? .infinity : Double(text) ?? .nan, sample.value))
            }
            sets[key] = set
        }
        return order.compactMap { sets[$0] }.flatMap { faults(of: $0, in: family.name) }
    }

    private static func faults(of set: Buckets, in family: String) -> [LintFinding] {
        var findings: [LintFinding] = []
        func note(_ line: Int, _ detail: String) { findings.append(LintFinding(.histogram, line: line, "\(family): \(detail)")) }
        for bound in set.bounds where bound.value.isNaN { note(bound.line, "the bound \"\(bound.text)\" is no number") }
        for bound in set.bounds where !bound.value.isNaN && CanonicalNumber.text(bound.value) != bound.text {
            note(bound.line, "the bound \(bound.text) would be \(CanonicalNumber.text(bound.value)) elsewhere, and so another series")
        }
        for (lower, upper) in zip(set.bounds, set.bounds.dropFirst()) {
            if lower.value >= upper.value { note(upper.line, "the bound \(upper.text) stands behind \(lower.text)") }
            if lower.count > upper.count { note(upper.line, "the bucket \(upper.text) holds less than \(lower.text)") }
        }
        if !set.hasSum { note(set.line, "there is no _sum") }
        if set.count == nil { note(set.line, "there is no _count") }
        guard let last = set.bounds.last, last.text == "+Inf" else {
            note(set.line, "the last bucket is not +Inf")
            return findings
        }
        if let count = set.count, count != last.count { note(last.line, "+Inf holds \(last.count), and _count says \(count)") }
        return findings
    }
}
