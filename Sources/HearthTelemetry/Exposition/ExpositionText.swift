/// The beginning of a sample line.
enum LineStart {
    /// `name{a="1",b="2"} `, escaped; the braces are left out without labels.
    static func bytes(name: String, labels: [(String, String)]) -> [UInt8] {
        var bytes = Array(name.utf8)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            for (index, (label, value)) in labels.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: label.utf8)
                bytes.append(contentsOf: "=\"".utf8)
                bytes.append(escaped: value, quotes: true)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        return bytes
    }
}

/// The lines that describe a family.
enum FamilyHead {
    /// Text 0.0.4 knows no infos; they are gauges there.
    static func text(_ descriptor: MetricDescriptor) -> [UInt8] {
        var bytes = Array("# HELP \(descriptor.name) ".utf8)
        bytes.append(escaped: descriptor.help, quotes: false)
        let kind = descriptor.kind == .info ? MetricDescriptor.Kind.gauge : descriptor.kind
        bytes.append(contentsOf: "\n# TYPE \(descriptor.name) \(kind.rawValue)\n".utf8)
        return bytes
    }

    /// OpenMetrics wants the type first, and a unit only where the name ends with it: Prometheus 2.42 refuses the scrape otherwise.
    static func openMetrics(_ descriptor: MetricDescriptor) -> [UInt8] {
        let name = descriptor.openMetricsName
        var bytes = Array("# TYPE \(name) \(descriptor.kind.rawValue)\n".utf8)
        if descriptor.unit != .none, descriptor.kind != .info, name.hasSuffix("_" + descriptor.unit.rawValue) {
            bytes.append(contentsOf: "# UNIT \(name) \(descriptor.unit.rawValue)\n".utf8)
        }
        bytes.append(contentsOf: "# HELP \(name) ".utf8)
        bytes.append(escaped: descriptor.help, quotes: true)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

extension [UInt8] {
    /// Appends text with `\`, line feed and, if asked, `"` escaped by a backslash.
    mutating func append(escaped text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\"") where quotes: append(contentsOf: #"\""#.utf8)
            default: append(byte)
            }
        }
    }
}
