/// JSON strings as RFC 8259 wants them.
enum JSONText {
    /// Longer text is cut, so that one line cannot take the whole buffer.
    static let maximumBytes = 16_384

    /// Appends `text` in quotes, with quotes, backslashes and control characters escaped; what a Swift string holds is always valid Unicode.
    static func append(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        if text.utf8.count <= maximumBytes {
            for byte in text.utf8 { append(byte, to: &line) }
        } else {
            for byte in cut(text).utf8 { append(byte, to: &line) }
        }
        line.append(UInt8(ascii: "\""))
    }

    /// The beginning of a text that is too long, by whole characters, and a mark.
    static func cut(_ text: String) -> String {
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: maximumBytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end]) + "…"
    }

    private static func append(_ byte: UInt8, to line: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): line.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): line.append(contentsOf: #"\\"#.utf8)
        case UInt8(ascii: "\n"): line.append(contentsOf: #"\n"#.utf8)
        case UInt8(ascii: "\r"): line.append(contentsOf: #"\r"#.utf8)
        case UInt8(ascii: "\t"): line.append(contentsOf: #"\t"#.utf8)
        case 0..<0x20, 0x7F:
            line.append(contentsOf: #"\u"#.utf8)
            HexDigits.append(UInt64(byte), digits: 4, to: &line)
        default: line.append(byte)
        }
    }
}
