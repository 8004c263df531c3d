import HearthTelemetry

/// Numbers, money and times as people read them in English.
enum Figure {
    /// What stands where there is no figure yet.
    static let none = "–"

    /// `9,871`.
    static func count(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A share of 0...100 with one decimal: `92.4 %`.
    ///
    /// Only a whole is 100.0 and only nothing is 0.0: 99.97 is shown as 99.9.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return none }
        var tenths = Int64((share * 10).rounded())
        if tenths >= 1000, share < 100 { tenths = 999 }
        if tenths <= 0, share > 0 { tenths = 1 }
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// US dollars with two to four decimals: `USD 18.02`, `USD 0.002`, `USD -0.35`.
    static func dollars(_ amount: Double) -> String {
        guard amount.isFinite, amount.magnitude < 1e14 else { return none }
        let tenThousandths = Int64((amount.magnitude * 10_000).rounded())
        var decimals = String(tenThousandths % 10_000 + 10_000).dropFirst()
        while decimals.count > 2, decimals.hasSuffix("0") { decimals = decimals.dropLast() }
        let sign = amount < 0 && tenThousandths > 0 ? "-" : ""
        return "USD \(sign)\(count(tenThousandths / 10_000)).\(decimals)"
    }

    /// A duration given in milliseconds: `0.6 ms`, `203 ms`, `1.2 s`, `4 min 5 s`.
    static func milliseconds(_ milliseconds: Double) -> String {
        guard milliseconds.isFinite, milliseconds >= 0, milliseconds < 1e15 else { return none }
        switch milliseconds {
        case ..<9.995:
            let thousandths = Int64((milliseconds * 1000).rounded())
            // Below a tenth of a millisecond one decimal would say nothing.
            let text = thousandths < 100 ? decimal(thousandths, places: 3) : decimal((thousandths + 50) / 100, places: 1)
            return text + " ms"
        case ..<999.5: return "\(Int64(milliseconds.rounded())) ms"
        case ..<59_950: return decimal(Int64((milliseconds / 100).rounded()), places: 1) + " s"
        default: return span(.milliseconds(Int64(milliseconds)))
        }
    }

    /// The two largest units of a duration: `8 min 56 s`, `3 h`, `2 d 4 h`.
    static func span(_ duration: Duration) -> String {
        var rest = max(duration.components.seconds, 0)
        guard rest > 0 else { return "less than 1 s" }
        var parts: [String] = []
        for (name, length) in [("d", Int64(86_400)), ("h", 3600), ("min", 60), ("s", 1)] {
            guard parts.count < 2 else { break }
            let units = rest / length
            rest %= length
            if units > 0 { parts.append("\(units) \(name)") } else if !parts.isEmpty { break }
        }
        return parts.joined(separator: " ")
    }

    /// `2026-11-22 17:40:00 UTC`.
    static func moment(_ moment: Timestamp) -> String {
        let text = moment.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// A number of which `places` digits stand behind the point.
    private static func decimal(_ number: Int64, places: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
