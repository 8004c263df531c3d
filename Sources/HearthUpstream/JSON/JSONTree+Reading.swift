extension JSONTree {
    /// Deeper values are refused before they cost anything.
    package static let maximumDepth = 64

    /// Nil for anything but one whole JSON value (RFC 8259) in UTF-8 whose objects name each member once.
    ///
    /// A name that comes twice has no meaning of its own: two readers may take different values, and then the key would not be that of
    /// the question that the provider reads.
    package init?(_ bytes: some Sequence<UInt8>) {
        var reader = JSONTreeReader(Array(bytes))
        guard let tree = reader.document() else { return nil }
        self = tree
    }
}

/// Reads one value from left to right; every function returns nil at the first byte that does not fit.
private struct JSONTreeReader {
    private static let fewMembers = 16

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() -> JSONTree? {
        guard let tree = value(depth: 0) else { return nil }
        skipSpace()
        return position == bytes.count ? tree : nil
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else { return false }
        position = end
        return true
    }

    private mutating func value(depth: Int) -> JSONTree? {
        guard depth <= JSONTree.maximumDepth else { return nil }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return text().map { .string($0) }
        case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> JSONTree? {
        position += 1
        var members: [JSONTree.Member] = []
        // Of an object with many members only, which would be looked through for each of them.
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\""), let name = text() else { return nil }
            if members.count < Self.fewMembers {
                guard !members.contains(where: { $0.name == name }) else { return nil }
            } else {
                if names.isEmpty { names = Set(members.map(\.name)) }
                guard names.insert(name).inserted else { return nil }
            }
            skipSpace()
            guard take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else { return nil }
            members.append(.init(name, value))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func array(depth: Int) -> JSONTree? {
        position += 1
        var items: [JSONTree] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            guard let item = value(depth: depth + 1) else { return nil }
            items.append(item)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func number() -> JSONTree? {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { guard digits() else { return nil } }
        if take(UInt8(ascii: ".")) { guard digits() else { return nil } }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits() else { return nil }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func text() -> String? {
        position += 1
        var start = position
        var unescaped: [UInt8] = []
        // All bits that the bytes have: where the highest is not among them, there is nothing to be validated.
        var bits: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[start..<position]
                position += 1
                guard unescaped.isEmpty else { return String(validating: unescaped + rest, as: UTF8.self) }
                return bits < 0x80 ? String(decoding: rest, as: UTF8.self) : String(validating: rest, as: UTF8.self)
            case UInt8(ascii: "\\"):
                unescaped += bytes[start..<position]
                position += 1
                guard let scalar = escape() else { return nil }
                unescaped += Array(String(Character(scalar)).utf8)
                start = position
            case 0..<0x20:
                return nil
            default:
                bits |= byte
                position += 1
            }
        }
        return nil
    }

    /// What stands behind a backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let high = fourDigits() else { return nil }
        guard (0xd800...0xdbff).contains(high) else { return Unicode.Scalar(high) }
        // A character beyond the first 65,536 is written as a pair.
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = fourDigits(), (0xdc00...0xdfff).contains(low) else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    }

    private mutating func fourDigits() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        defer { position += 4 }
        return bytes[position..<(position + 4)].reduce(0 as UInt32?) { value, byte in
            guard let value, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            return value << 4 | UInt32(digit)
        }
    }
}
