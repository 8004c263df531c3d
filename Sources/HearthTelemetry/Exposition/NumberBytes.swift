extension [UInt8] {
    /// Appends a whole number in decimal digits.
    mutating func append(decimal value: UInt64) {
        guard value >= 10 else {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = value
        while rest > 0 {
            start -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        for index in start..<20 { append(digits[index]) }
    }

    /// Appends `value` divided by 10 to the power of `decimals` exactly, without trailing zeros: 2,000 with 6 decimals is `0.002`.
    mutating func append(decimal value: UInt64, decimals: Int) {
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        append(decimal: value / scale)
        var rest = value % scale
        guard rest > 0 else { return }
        append(UInt8(ascii: "."))
        while rest > 0 {
            scale /= 10
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / scale))
            rest %= scale
        }
    }

    /// Appends a sample value: whole numbers without a point, others by the shortest digits that read back as the same number.
    mutating func append(sample value: Double) {
        guard value.isFinite else {
            append(contentsOf: (value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf").utf8)
            return
        }
        // Below 2⁵³ every whole number is exact.
        if value.magnitude < 9_007_199_254_740_992, value.rounded(.towardZero) == value {
            // The zero that is below zero too: it is another number in protobuf.
            if value.sign == .minus { append(UInt8(ascii: "-")) }
            append(decimal: UInt64(value.magnitude))
        } else {
            append(contentsOf: value.description.utf8)
        }
    }
}
