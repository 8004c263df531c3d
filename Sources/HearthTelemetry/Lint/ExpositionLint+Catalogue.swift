extension ExpositionLint {
    /// Whether Hearth's catalogue has the family as it is, with these labels and values.
    static func catalogueFaults(of family: Family, _ catalogue: [String: MetricDescriptor]) -> [LintFinding] {
        guard let known = catalogue[family.name] else {
            let nearest = catalogue.keys.map { (EditDistance.between(Array($0.utf8), Array(family.name.utf8)), $0) }.min { $0 < $1 }
            let hint = nearest.map { $0.0 <= 4 ? "; it has \($0.1)" : "" } ?? ""
            return [LintFinding(.catalogue, line: family.line, "\(family.name) is not in the catalogue\(hint)")]
        }
        var findings: [LintFinding] = []
        func note(_ line: Int, _ detail: String) { findings.append(LintFinding(.catalogue, line: line, "\(family.name): \(detail)")) }
        // Text 0.0.4 has no infos.
        if let type = family.type, type != known.kind.rawValue, !(known.kind == .info && type == "gauge") {
            note(family.line, "is a \(type) here and a \(known.kind.rawValue) in the catalogue")
        }
        let bounds = Set(known.buckets.values.map(CanonicalNumber.text) + ["+Inf"])
        for (line, sample) in family.samples {
            let labels = sample.labels.filter { known.kind != .histogram || $0.name != "le" }
            if Set(labels.map(\.name)) != Set(known.labels.map(\.name)) {
                note(line, "its labels are \(labels.map(\.name).sorted()) and not \(known.labels.map(\.name).sorted())")
            }
            if let bound = sample.label("le"), known.kind == .histogram, !bounds.contains(bound) { note(line, "has no bound \(bound)") }
            for label in known.labels {
                guard case .closed(let values) = label.values, let value = sample.label(label.name) else { continue }
                if !values.contains(value), value != "other" { note(line, "\(label.name) is never \"\(value)\"") }
            }
        }
        return findings
    }
}
