import HearthTelemetry
import NIOCore

/// Reads the usual body of `POST /api/v1/cache/query` without a general JSON decoder.
///
/// It understands one flat object with the documented fields. Everything else (nested values, unknown or repeated fields,
/// damaged text) gives nil, and the request takes the ordinary path, which answers it in full or says what is wrong with it. So
/// the two paths cannot disagree about a body that this one accepts.
struct QueryBodyScanner {
    private let bytes: ByteBufferView
    private var position: Int

    static func scan(_ bytes: ByteBufferView) -> CacheQuery? {
        var scanner = QueryBodyScanner(bytes)
        return scanner.object()
    }

    private init(_ bytes: ByteBufferView) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    private mutating func object() -> CacheQuery? {
        var query: String?
        var language: Language?
        var category: ResponseCategory?
        var customer: String?
        var seen: Set<String> = []
        guard next(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = string(), seen.insert(name).inserted, next(UInt8(ascii: ":")) else { return nil }
            switch name {
            case "query":
                guard let text = string() else { return nil }
                query = text
            case "language":
                guard let text = string(), let known = Language(rawValue: text) else { return nil }
                language = known
            case "category":
                guard let text = string(), let known = ResponseCategory(rawValue: text) else { return nil }
                category = known
            case "customerId":
                guard let text = string(), text.utf8.count <= CacheQuery.maximumCustomerBytes else { return nil }
                customer = text
            case "skipCache":
                guard word("false") else { return nil }
            default:
                return nil
            }
        } while next(UInt8(ascii: ","))
        guard next(UInt8(ascii: "}")), isAtEnd(), let query else { return nil }
        return CacheQuery(query: query, language: language, category: category, customer: customer, skipCache: false)
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func next(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.endIndex, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.endIndex
    }

    private mutating func word(_ text: StaticString) -> Bool {
        skipSpace()
        let expected = Array(text.description.utf8)
        guard bytes[position...].starts(with: expected) else { return false }
        position += expected.count
        return true
    }

    /// A string without escapes is taken as it lies; one with escapes is copied piece by piece.
    private mutating func string() -> String? {
        guard next(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while position < bytes.endIndex {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return String(validating: bytes[start..<position - 1], as: UTF8.self)
            case UInt8(ascii: "\\"):
                return escapedString(from: start)
            case 0..<0x20:
                return nil
            default:
                position += 1
            }
        }
        return nil
    }

    private mutating func escapedString(from start: Int) -> String? {
        var text = [UInt8](bytes[start..<position])
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard appendEscape(to: &text) else { return nil }
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func appendEscape(to text: inout [UInt8]) -> Bool {
        guard position < bytes.endIndex else { return false }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = escapedScalar() else { return false }
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: return false
        }
        return true
    }

    /// Four hexadecimal digits, or two escapes that are a surrogate pair.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let first = codeUnit() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), position + 1 < bytes.endIndex, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        position += 2
        guard let second = codeUnit(), (0xDC00..<0xE000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    }

    private mutating func codeUnit() -> UInt16? {
        guard position + 4 <= bytes.endIndex else { return nil }
        var value: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }
}
