/// Writes an object of JSON member by member, as Foundation's encoder would with sorted keys and slashes as they are.
struct JSONMembers {
    /// The object without its closing brace.
    private(set) var open: [UInt8] = []

    init(capacity: Int) {
        open.reserveCapacity(capacity)
        open.append(UInt8(ascii: "{"))
    }

    mutating func append(_ name: String, _ text: String) {
        begin(name)
        append(quoted: text)
    }

    mutating func append(_ name: String, _ flag: Bool) {
        begin(name)
        open.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// The number must be finite.
    mutating func append(_ name: String, _ number: Double) {
        begin(name)
        let text = "\(number)"
        open.append(contentsOf: text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8)
    }

    mutating func append(_ name: String, _ object: JSONMembers) {
        begin(name)
        open.append(contentsOf: object.open)
        open.append(UInt8(ascii: "}"))
    }

    private mutating func begin(_ name: String) {
        if open.count > 1 { open.append(UInt8(ascii: ",")) }
        append(quoted: name)
        open.append(UInt8(ascii: ":"))
    }

    private mutating func append(quoted text: String) {
        open.append(UInt8(ascii: "\""))
        // Most texts need no escapes, and go in whole.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            open.append(contentsOf: text.utf8)
        } else {
            append(escaped: text)
        }
        open.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                open.append(UInt8(ascii: "\\"))
                open.append(byte)
            case 0x08: open.append(contentsOf: #"\b"#.utf8)
            case 0x09: open.append(contentsOf: #"\t"#.utf8)
            case 0x0a: open.append(contentsOf: #"\n"#.utf8)
            case 0x0c: open.append(contentsOf: #"\f"#.utf8)
            case 0x0d: open.append(contentsOf: #"\r"#.utf8)
            case 0..<0x20:
                open.append(contentsOf: #"\u00"#.utf8)
                open.append(UInt8(ascii: "0") + byte >> 4)
                open.append(Self.hexDigits[Int(byte & 15)])
            default: open.append(byte)
            }
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
