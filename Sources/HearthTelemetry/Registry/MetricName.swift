/// The alphabet of metric and label names that every Prometheus can read without quoting.
package enum MetricName {
    package static func isMetricName(_ name: String) -> Bool {
        isName(name) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    package static func isLabelName(_ name: String) -> Bool {
        isName(name, isLetter)
    }

    package static func isReservedLabelName(_ name: String) -> Bool {
        name.hasPrefix("__") || ["job", "instance", "type", "le", "quantile"].contains(name)
    }

    /// The name with everything outside the alphabet turned into `_`; a leading digit gets a `_` before it, an empty name becomes `_`.
    package static func sanitized(_ name: String) -> String {
        var bytes = name.utf8.map { isLetter($0) || isDigit($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map(isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isName(_ name: String, _ isStart: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, isStart(first) else { return false }
        return name.utf8.dropFirst().allSatisfy { isStart($0) || isDigit($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
