/// Numbers as OpenMetrics calls them canonical, so that every implementation names a bucket alike.
///
/// Specification: OpenMetrics 1.0, "Canonical Numbers". Whole numbers get `.0`; an exponent is used below 10⁻⁴ and from 10⁶ on, with a
/// sign and at least two digits: `0.25`, `1.0`, `1e+06`, `1.048576e+06`, `1e-05`.
package enum CanonicalNumber {
    package static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        guard value != 0 else { return "0.0" }
        let (digits, exponent) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        guard (-4..<6).contains(exponent) else {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + size
        }
        guard exponent >= 0 else { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        return sign + whole + String(repeating: "0", count: exponent + 1 - whole.count) + "." + (fraction.isEmpty ? "0" : fraction)
    }

    /// The shortest digits that read back as the value, and the power of ten of the first of them.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        // Swift describes a number by its shortest digits, as `12.5`, `1e-05` or `1.25e+20`.
        let parts = value.description.split(separator: "e")
        let mantissa = parts.first ?? ""
        let shift = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let whole = mantissa.prefix { $0 != "." }
        let all = mantissa.filter { $0 != "." }
        let leadingZeros = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(leadingZeros)
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (String(digits), whole.count - 1 - leadingZeros + shift)
    }
}
