import Testing

/// Reads what was rendered strictly: every sample belongs to the family whose head is above it, and occurs once.
struct Exposition {
    private(set) var samples: [String: String] = [:]
    /// The families in the order of their heads.
    private(set) var families: [String] = []
    private(set) var problems: [String] = []
    let lines: [Substring]

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if !text.hasSuffix("\n") { problems.append("the last line does not end") }
        for line in lines {
            if line.hasPrefix("# TYPE ") || line.hasPrefix("# HELP ") || line.hasPrefix("# UNIT ") {
                begin(String(line.split(separator: " ")[2]))
            } else if line.hasPrefix("#") {
                if line != "# EOF" || line.endIndex != lines.last?.endIndex { problems.append("stray \(line)") }
            } else {
                add(line)
            }
        }
    }

    private mutating func begin(_ family: String) {
        guard families.last != family else { return }
        if families.contains(family) { problems.append("\(family) is interleaved") }
        families.append(family)
    }

    private mutating func add(_ line: Substring) {
        guard let space = line.lastIndex(of: " ") else {
            problems.append("no value in \(line)")
            return
        }
        let series = String(line[..<space])
        let name = series.prefix { $0 != "{" }
        let family = families.last ?? ""
        let suffixes = ["", "_total", "_bucket", "_sum", "_count", "_info"]
        if !suffixes.contains(where: { family + $0 == name }) { problems.append("\(name) below \(family)") }
        if samples.updateValue(String(line[line.index(after: space)...]), forKey: series) != nil { problems.append("twice \(series)") }
    }
}
