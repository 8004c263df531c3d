/// Numbers as people write them, in one form: `1,000.50`, `1.000,5` and `1000.5` are one number.
enum WrittenNumber {
    enum Part: Equatable {
        case number(String)
        /// Letters and signs around a number.
        case other(String)
    }

    /// Takes a word with digits apart: `$35` is a sign and a number, `10am` a number and a word, `9-18` two numbers.
    static func parts(of word: String) -> [Part] {
        var parts: [Part] = []
        let scalars = Array(word.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let start = index
            if isDigit(scalars[index]) || startsNumber(scalars, at: index) {
                while index < scalars.count, continuesNumber(scalars, at: index, from: start) { index += 1 }
                parts.append(.number(canonical(text(scalars[start..<index]))))
                continue
            }
            while index < scalars.count, !isDigit(scalars[index]), !startsNumber(scalars, at: index) { index += 1 }
            let rest = text(scalars[start..<index])
            if !rest.allSatisfy({ "-+*/<>=()&#'\".,:".contains($0) }) { parts.append(.other(rest)) }
        }
        return parts
    }

    /// The form in which equal numbers are equal texts.
    ///
    /// `09:00` is `9`, `10:30` stays, `1,000` and `1.000` are `1000`, `2,50` is `2.5`. What has several equal separators and no groups of
    /// three, such as `12.05.2026`, is taken as it stands.
    static func canonical(_ written: String) -> String {
        let isNegative = written.hasPrefix("-")
        let plain = isNegative ? String(written.dropFirst()) : written
        let value = plain.contains(":") ? time(plain) : decimal(plain)
        return isNegative && value != "0" ? "-" + value : value
    }

    private static func time(_ written: String) -> String {
        var parts = written.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        while parts.count > 1, parts[parts.count - 1].allSatisfy({ $0 == "0" }) { parts.removeLast() }
        parts[0] = withoutLeadingZeros(parts[0])
        return parts.joined(separator: ":")
    }

    private static func decimal(_ written: String) -> String {
        let groups = written.split(whereSeparator: { $0 == "." || $0 == "," }).map(String.init)
        let separators = written.filter { $0 == "." || $0 == "," }
        guard let last = separators.last, let whole = groups.first else { return withoutLeadingZeros(written) }
        // A number that begins with its point: .5 is 0.5.
        if groups.count == separators.count { return decimal("0" + written) }
        let isGrouped = groups.dropFirst().allSatisfy { $0.count == 3 } && whole.count <= 3 && withoutLeadingZeros(whole) != "0"
        if isGrouped, Set(separators).count == 1 { return withoutLeadingZeros(groups.joined()) }
        guard separators.count == 1 || separators.dropLast().allSatisfy({ $0 != last }) else { return groups.joined(separator: ".") }
        var fraction = groups[groups.count - 1]
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let integer = withoutLeadingZeros(groups.dropLast().joined())
        return fraction.isEmpty ? integer : integer + "." + fraction
    }

    private static func withoutLeadingZeros(_ digits: String) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? "0" : String(rest)
    }

    /// A minus or a decimal point at the beginning of the word, or a minus behind a sign: -5, .5, $-5. Elsewhere it stands between two numbers.
    private static func startsNumber(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        guard index + 1 < scalars.count, isDigit(scalars[index + 1]) else { return false }
        let before = index > 0 ? scalars[index - 1] : nil
        if scalars[index] == "." { return before == nil }
        return scalars[index] == "-" && (before == nil || before?.properties.generalCategory == .currencySymbol)
    }

    private static func continuesNumber(_ scalars: [Unicode.Scalar], at index: Int, from start: Int) -> Bool {
        if isDigit(scalars[index]) || index == start { return true }
        let isSeparator = scalars[index] == "." || scalars[index] == "," || scalars[index] == ":"
        return isSeparator && index + 1 < scalars.count && isDigit(scalars[index + 1])
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
