/// An amount of money in millionths of a US dollar, exact under addition.
package struct MicroDollars: Comparable, Hashable, Sendable {
    package var amount: Int64

    package init(_ amount: Int64) {
        self.amount = amount
    }

    /// Reads a decimal number of dollars such as `0.002`, exactly and without going through a binary fraction.
    ///
    /// Digits with at most one point; no sign, exponent or separators; at most six decimals that are not zero. Nil for anything
    /// else and for amounts above 9 trillion dollars.
    package init?(dollars text: some StringProtocol) {
        var amount: Int64 = 0
        var digits = 0
        var decimals: Int?
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            digits += 1
            if let count = decimals, count == 6 {
                guard digit == 0 else { return nil }
                continue
            }
            guard let next = amount.appending(digit: digit) else { return nil }
            amount = next
            decimals = decimals.map { $0 + 1 }
        }
        guard digits > 0 else { return nil }
        for _ in (decimals ?? 0)..<6 {
            guard let next = amount.appending(digit: 0) else { return nil }
            amount = next
        }
        self.amount = amount
    }

    /// The nearest floating-point number of dollars; its shortest decimal form is the exact amount up to 9 billion dollars.
    package var dollars: Double { Double(amount) / 1_000_000 }

    package static func < (left: MicroDollars, right: MicroDollars) -> Bool { left.amount < right.amount }
}

extension MicroDollars: CustomStringConvertible {
    /// `$0.002`, `$20.00`: all decimals that are not zero, two at least.
    package var description: String {
        let magnitude = amount.magnitude
        let digits = String(magnitude % 1_000_000)
        var decimals = String(repeating: "0", count: 6 - digits.count) + digits
        while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(amount < 0 ? "-" : "")$\(magnitude / 1_000_000).\(decimals)"
    }
}

extension Int64 {
    fileprivate func appending(digit: Int64) -> Int64? {
        let (tens, tooLarge) = multipliedReportingOverflow(by: 10)
        let (sum, overflow) = tens.addingReportingOverflow(digit)
        return tooLarge || overflow ? nil : sum
    }
}
