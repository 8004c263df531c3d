import HearthDrivers
import HearthTelemetry

/// How values are written in files, variables and flags: durations, byte sizes, amounts of money, switches.
package enum SettingText {
    /// What stands in for a secret in listings and messages.
    static let mask = Secret("").description

    // MARK: durations

    private static let durationUnits: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads `30s`, `15m`, `2h`, `7d`, `200ms`, compounds such as `1h30m` from large to small, and `0`.
    ///
    /// Returns nil for anything else: a number without a unit is refused, because nobody can tell what it means.
    package static func duration(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        var total: Int64 = 0
        var largest = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let count = Int64(digits), let factor = durationUnits.first(where: { $0.name == unit })?.milliseconds,
                factor < largest
            else { return nil }
            largest = factor
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            let (sum, carry) = total.addingReportingOverflow(product)
            guard !overflow, !carry else { return nil }
            total = sum
        }
        return text.isEmpty ? nil : .milliseconds(total)
    }

    /// The shortest text that ``duration(_:)-(String)`` reads back: `1h30m`, `16h48m`, `200ms`.
    package static func write(_ duration: Duration) -> String {
        var rest = duration.wholeMilliseconds
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in durationUnits where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    // MARK: byte sizes

    private static let byteUnits: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1000), ("B", 1),
    ]

    /// Reads `64MiB`, `100MB`, `512KiB`, `1000` (bytes); a space before the unit is allowed.
    package static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int(digits) else { return nil }
        if unit.isEmpty { return count }
        guard let factor = byteUnits.first(where: { $0.name.lowercased() == unit.lowercased() })?.bytes else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// The size in the unit in which it is a whole number, the binary one first: 67,108,864 is `64MiB`, 100,000,000 is `100MB`.
    package static func write(bytes: Int) -> String {
        guard bytes > 0 else { return "0" }
        let order = ["GiB", "MiB", "KiB", "GB", "MB", "KB"]
        for name in order {
            guard let unit = byteUnits.first(where: { $0.name == name }), bytes.isMultiple(of: unit.bytes) else { continue }
            return "\(bytes / unit.bytes)\(name)"
        }
        return "\(bytes)"
    }

    // MARK: money

    /// Reads an amount in US dollars with up to six decimals, `0.002`, as millionths of a dollar.
    package static func microDollars(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.allSatisfy({ $0.isASCII && $0.isNumber }), let dollars = Int64(whole), dollars <= 1_000_000
        else { return nil }
        guard parts.count == 2 else { return dollars * 1_000_000 }
        let decimals = parts[1]
        guard (1...6).contains(decimals.count), decimals.allSatisfy({ $0.isASCII && $0.isNumber }),
            let millionths = Int64(decimals + String(repeating: "0", count: 6 - decimals.count))
        else { return nil }
        return dollars * 1_000_000 + millionths
    }

    /// An amount in US dollars without trailing zeros: 2,000 millionths are `0.002`.
    package static func write(microDollars: Int64) -> String {
        var decimals = String(microDollars % 1_000_000)
        decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        let dollars = microDollars / 1_000_000
        return decimals.isEmpty ? "\(dollars)" : "\(dollars).\(decimals)"
    }

    // MARK: switches

    /// Reads `true`, `yes`, `on`, `1` and their opposites.
    package static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}
