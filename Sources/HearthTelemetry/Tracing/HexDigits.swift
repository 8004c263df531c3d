/// Lower-case hexadecimal of fixed width.
package enum HexDigits {
    /// Appends the lowest `digits` hexadecimal digits of `value`.
    static func append(_ value: UInt64, digits: Int, to bytes: inout [UInt8]) {
        for position in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> (UInt64(position) * 4)) & 0xF
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// A text of 16 digits for each number.
    package static func text(_ values: UInt64...) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 16)
        for value in values { append(value, digits: 16, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads at most 16 digits of a text; nil for anything but `0`...`9` and `a`...`f`.
    static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for index in range {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
