/// Lower-case hexadecimal of fixed width.
enum HexDigits {
    /// Appends the lowest `digits` hexadecimal digits of `value`.
    static func append(_ value: UInt64, digits: Int, to bytes: inout [UInt8]) {
        for position in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> (UInt64(position) * 4)) & 0xF
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Reads at most 16 digits; nil for anything but `0`...`9` and `a`...`f`.
    static func value(_ bytes: some Sequence<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
