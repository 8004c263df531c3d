import HearthTelemetry

/// Numbers, money and spans of time as readers of a language write them.
struct Figures: Sendable {
    /// What stands where there is no figure yet.
    static let none = "–"

    let style: NumberStyle
    let units: UnitNames

    init(_ language: Language) {
        style = NumberStyle.of(language)
        units = UnitNames.of(language)
    }

    func count(_ number: Int64) -> String { style.count(number) }
    func count(_ number: Int) -> String { style.count(Int64(number)) }

    /// A share of 0...100 with one decimal: `92.4 %`.
    ///
    /// Only a whole is 100.0 and only nothing is 0.0: 99.97 is shown as 99.9.
    func percent(_ share: Double) -> String {
        guard share.isFinite, share.magnitude < 1e12 else { return Self.none }
        var tenths = Int64((share * 10).rounded())
        if tenths >= 1000, share < 100 { tenths = 999 }
        if tenths <= 0, share > 0 { tenths = 1 }
        return style.fixed(tenths, places: 1) + style.percent
    }

    /// A whole share, for axes.
    func wholePercent(_ share: Double) -> String { style.count(Int64(share.rounded())) + style.percent }

    /// US dollars with two to four decimals: `USD 18.02`, `USD 0.002`, `USD -0.35`.
    func dollars(_ amount: Double) -> String {
        guard amount.isFinite, amount.magnitude < 1e14 else { return Self.none }
        var scaled = Int64((amount * 10_000).rounded())
        var places = 4
        // Small amounts have up to four decimals, since an answer may cost a tenth of a cent.
        if amount.magnitude >= 1 { (scaled, places) = (Int64((amount * 100).rounded()), 2) }
        while places > 2, scaled.isMultiple(of: 10) {
            scaled /= 10
            places -= 1
        }
        let number = style.fixed(scaled, places: places)
        return style.isCurrencyFirst ? "USD\u{A0}" + number : number + "\u{A0}USD"
    }

    /// 0...1 with two decimals.
    func confidence(_ share: Double) -> String { style.fixed(Int64((share * 100).rounded()), places: 2) }

    /// A duration given in milliseconds: `0.6 ms`, `203 ms`, `1.2 s`, `4 min 5 s`.
    func milliseconds(_ milliseconds: Double) -> String {
        guard milliseconds.isFinite, milliseconds >= 0, milliseconds < 1e15 else { return Self.none }
        switch milliseconds {
        case ..<9.995:
            let thousandths = Int64((milliseconds * 1000).rounded())
            // Below a tenth of a millisecond one decimal would say nothing.
            let text = thousandths < 100 ? style.fixed(thousandths, places: 3) : style.fixed((thousandths + 50) / 100, places: 1)
            return text + "\u{A0}" + units.millisecond
        case ..<999.5: return "\(Int64(milliseconds.rounded()))\u{A0}" + units.millisecond
        case ..<59_950: return style.fixed(Int64((milliseconds / 100).rounded()), places: 1) + "\u{A0}" + units.second
        default: return span(.milliseconds(Int64(milliseconds)))
        }
    }

    /// The two largest units of a duration, the smaller left out where it is nought: `8 min 56 s`, `3 h`, `2 d 4 h`.
    func span(_ duration: Duration) -> String {
        var rest = max(duration.components.seconds, 0)
        guard rest > 0 else { return "<\u{A0}1\u{A0}" + units.second }
        var parts: [String] = []
        for (name, length) in [(units.day, Int64(86_400)), (units.hour, 3600), (units.minute, 60), (units.second, 1)] {
            guard parts.count < 2 else { break }
            let number = rest / length
            rest %= length
            if number > 0 { parts.append("\(count(number))\u{A0}\(name)") } else if !parts.isEmpty { break }
        }
        return parts.joined(separator: " ")
    }

    /// A span for what is counted down: without seconds from two minutes on, so that it does not change at every look.
    func coarseSpan(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        return span(seconds >= 120 ? .seconds(seconds / 60 * 60) : duration)
    }

    func bytes(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var index = 0
        while value >= 999.5, index < units.bytes.count - 1 {
            value /= 1000
            index += 1
        }
        let number = index == 0 || value >= 99.95 ? count(Int64(value.rounded())) : style.fixed(Int64((value * 10).rounded()), places: 1)
        return number + "\u{A0}" + units.bytes[index]
    }
}

/// Short names of units.
struct UnitNames: Sendable {
    var millisecond: String
    var second: String
    var minute: String
    var hour: String
    var day: String
    /// Each a thousand of the one before.
    var bytes: [String]

    static func of(_ language: Language) -> UnitNames {
        switch language {
        case .en, .es, .pt:
            UnitNames(millisecond: "ms", second: "s", minute: "min", hour: "h", day: "d", bytes: ["B", "kB", "MB", "GB", "TB"])
        case .ru: UnitNames(millisecond: "мс", second: "с", minute: "мин", hour: "ч", day: "дн", bytes: ["Б", "кБ", "МБ", "ГБ", "ТБ"])
        case .he:
            UnitNames(
                millisecond: "מ״ש", second: "שנ׳", minute: "דק׳", hour: "שע׳", day: "ימ׳", bytes: ["B", "kB", "MB", "GB", "TB"])
        }
    }
}
