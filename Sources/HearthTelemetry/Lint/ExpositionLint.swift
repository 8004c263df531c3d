/// Looks for faults of a text exposition, also for those that `promtool check metrics` accepts without a word: repeated series,
/// families that are interleaved, buckets that fall.
package struct ExpositionLint {
    /// What is known of a family while its lines are read.
    struct Family {
        var name: String
        var line: Int
        var type: String?
        var hasHelp = false
        var unit: String?
        var samples: [(line: Int, sample: ExpositionLine.Sample)] = []
    }

    private let isOpenMetrics: Bool
    private let catalogue: [String: MetricDescriptor]?
    private var findings: [LintFinding] = []
    private var closed: Set<String> = []
    private var series: Set<String> = []
    private var family: Family?
    private var end: Int?

    /// - Parameters:
    ///   - isOpenMetrics: nil to tell it by the mark at the end.
    ///   - holdsCatalogue: whether families, labels and values that Hearth's catalogue does not have are faults.
    package static func check(_ text: String, isOpenMetrics: Bool? = nil, holdsCatalogue: Bool = true) -> [LintFinding] {
        let isOpenMetrics = isOpenMetrics ?? text.hasSuffix("# EOF\n")
        let known = MetricCatalogue.all.map { (isOpenMetrics ? $0.openMetricsName : $0.name, $0) }
        var lint = ExpositionLint(
            isOpenMetrics: isOpenMetrics, catalogue: holdsCatalogue ? Dictionary(known, uniquingKeysWith: { first, _ in first }) : nil)
        lint.read(text)
        return lint.findings
    }

    private init(isOpenMetrics: Bool, catalogue: [String: MetricDescriptor]?) {
        self.isOpenMetrics = isOpenMetrics
        self.catalogue = catalogue
    }

    private mutating func read(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() } else if !text.isEmpty { note(.ending, lines.count, "the last line has no line feed") }
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
        finishFamily()
        if isOpenMetrics, end == nil { note(.ending, 0, "# EOF is missing: the answer was cut off") }
        if series.isEmpty, findings.isEmpty { note(.ending, 0, "there is not one sample") }
    }

    private mutating func read(_ line: Substring, number: Int) {
        if let end { return note(.ending, number, "behind the # EOF of line \(end)") }
        if line.isEmpty {
            if isOpenMetrics { note(.syntax, number, "is empty") }
            return
        }
        guard let parsed = ExpositionLine(line) else { return note(.syntax, number, "cannot be read: \(line.prefix(80))") }
        switch parsed {
        case .end: if isOpenMetrics { end = number }
        case .comment: if isOpenMetrics { note(.syntax, number, "is a remark, which OpenMetrics does not allow") }
        case .help(let name):
            enter(name, number)
            if family?.hasHelp == true { note(.duplicate, number, "a second HELP of \(name)") }
            family?.hasHelp = true
            describe(name, number)
        case .type(let name, let type):
            enter(name, number)
            if family?.type != nil { note(.duplicate, number, "a second TYPE of \(name)") }
            family?.type = type
            describe(name, number)
        case .unit(let name, let unit):
            enter(name, number)
            if family?.unit != nil { note(.duplicate, number, "a second UNIT of \(name)") }
            if !unit.isEmpty, !name.hasSuffix("_" + unit) { note(.unit, number, "\(name) does not end with its unit \(unit)") }
            family?.unit = unit
            describe(name, number)
        case .sample(let sample):
            enter(owner(of: sample.name), number)
            family?.samples.append((number, sample))
            if !series.insert(sample.identity).inserted { note(.duplicate, number, "\(sample.name) with the same labels occurs before") }
        }
    }

    /// The family that a sample belongs to: the one being read where its type allows the name, else one of its own.
    private func owner(of name: String) -> String {
        guard let family else { return name }
        return Self.suffixes(of: family.type, isOpenMetrics: isOpenMetrics).contains { family.name + $0 == name } ? family.name : name
    }

    static func suffixes(of type: String?, isOpenMetrics: Bool) -> [String] {
        switch type {
        case "counter": isOpenMetrics ? ["_total", "_created"] : [""]
        case "histogram": ["_bucket", "_sum", "_count"] + (isOpenMetrics ? ["_created"] : [])
        case "summary": ["", "_sum", "_count"] + (isOpenMetrics ? ["_created"] : [])
        case "info": ["_info"]
        default: [""]
        }
    }

    private mutating func enter(_ name: String, _ line: Int) {
        guard family?.name != name else { return }
        finishFamily()
        if closed.contains(name) { note(.interleaved, line, "\(name) goes on here; its lines must be beside each other") }
        family = Family(name: name, line: line)
    }

    private mutating func describe(_ name: String, _ line: Int) {
        if family?.samples.isEmpty == false { note(.interleaved, line, "the description of \(name) stands behind its samples") }
    }

    private mutating func finishFamily() {
        guard let family else { return }
        self.family = nil
        let isNew = closed.insert(family.name).inserted
        if isNew {
            if !family.hasHelp { note(.help, family.line, "\(family.name) has no HELP") }
            if family.type == nil { note(.type, family.line, "\(family.name) has no TYPE") }
        }
        findings += Self.faults(of: family, isOpenMetrics: isOpenMetrics)
        if family.type == "histogram" { findings += Self.histogramFaults(of: family) }
        if let catalogue { findings += Self.catalogueFaults(of: family, catalogue) }
    }

    private mutating func note(_ rule: LintFinding.Rule, _ line: Int, _ detail: String) {
        findings.append(LintFinding(rule, line: line, detail))
    }
}
