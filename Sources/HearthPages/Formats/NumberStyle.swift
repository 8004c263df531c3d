import HearthTelemetry

/// How a language writes numbers; after CLDR 47, kept here because library data changes under one's feet.
struct NumberStyle: Sendable {
    var group: String
    var decimal: String
    /// Digits that must stand before the first group for groups to be made.
    var leastBeforeGroup: Int
    var percent: String
    var isCurrencyFirst: Bool
    /// Hebrew sets a left-to-right mark before the sign, which would else stand behind the number.
    var minus = "-"

    static func of(_ language: Language) -> NumberStyle {
        switch language {
        case .en: NumberStyle(group: ",", decimal: ".", leastBeforeGroup: 1, percent: "\u{A0}%", isCurrencyFirst: true)
        case .es: NumberStyle(group: ".", decimal: ",", leastBeforeGroup: 2, percent: "\u{A0}%", isCurrencyFirst: false)
        case .pt: NumberStyle(group: ".", decimal: ",", leastBeforeGroup: 1, percent: "%", isCurrencyFirst: true)
        case .ru: NumberStyle(group: "\u{A0}", decimal: ",", leastBeforeGroup: 1, percent: "\u{A0}%", isCurrencyFirst: false)
        case .he:
            NumberStyle(group: ",", decimal: ".", leastBeforeGroup: 1, percent: "%", isCurrencyFirst: false, minus: "\u{200E}-")
        }
    }

    func count(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? minus : ""
        let isGrouped = digits.count >= 3 + leastBeforeGroup
        for (index, digit) in digits.enumerated() {
            if isGrouped, index > 0, (digits.count - index).isMultiple(of: 3) { text += group }
            text.append(digit)
        }
        return text
    }

    /// A number of which `places` digits stand behind the decimal mark.
    func fixed(_ scaled: Int64, places: Int) -> String {
        guard places > 0 else { return count(scaled) }
        var unit: Int64 = 1
        for _ in 0..<places { unit *= 10 }
        let (whole, rest) = Int64(scaled.magnitude).quotientAndRemainder(dividingBy: unit)
        let decimals = String(rest + unit).dropFirst()
        return (scaled < 0 ? minus : "") + count(whole) + decimal + decimals
    }
}
