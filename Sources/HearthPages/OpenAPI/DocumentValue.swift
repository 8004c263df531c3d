/// A JSON value whose objects keep their order, for documents that are written in the source.
package indirect enum DocumentValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([DocumentValue])
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: DocumentValue

        package init(name: String, value: DocumentValue) {
            self.name = name
            self.value = value
        }
    }

    package static func members(_ pairs: [(String, DocumentValue)]) -> DocumentValue {
        .object(pairs.map { Member(name: $0.0, value: $0.1) })
    }

    /// The member of an object; nil for other values and unknown names.
    package subscript(name: String) -> DocumentValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension DocumentValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
}

extension DocumentValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(arrayLiteral elements: DocumentValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, DocumentValue)...) { self = .members(elements) }
}

extension DocumentValue {
    /// JSON on several lines, two spaces a level; small objects of plain values stay on one line.
    package func json(indent: Int = 0) -> String {
        let margin = String(repeating: "  ", count: indent + 1)
        let end = "\n" + String(repeating: "  ", count: indent)
        switch self {
        case .list(let items) where !items.isEmpty && !isFlat:
            return "[\n" + items.map { margin + $0.json(indent: indent + 1) }.joined(separator: ",\n") + end + "]"
        case .object(let members) where !members.isEmpty && !isFlat:
            return "{\n"
                + members.map { margin + Self.quoted($0.name) + ": " + $0.value.json(indent: indent + 1) }.joined(separator: ",\n") + end
                + "}"
        default: return compact
        }
    }

    /// JSON on one line, which is YAML as well.
    var compact: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): "\(number)"
        case .text(let text): Self.quoted(text)
        case .list(let items): "[" + items.map(\.compact).joined(separator: ", ") + "]"
        case .object(let members): "{" + members.map { Self.quoted($0.name) + ": " + $0.value.compact }.joined(separator: ", ") + "}"
        }
    }

    /// Whether it fits on one line and has no objects or lists of objects inside.
    private var isFlat: Bool {
        switch self {
        case .null, .bool, .integer, .number, .text: true
        case .list(let items): items.allSatisfy(\.isPlain) && compact.count <= 72
        case .object(let members): members.allSatisfy { $0.value.isPlain } && compact.count <= 72
        }
    }

    private var isPlain: Bool {
        switch self {
        case .null, .bool, .integer, .number, .text: true
        case .list, .object: false
        }
    }

    /// A string as JSON and YAML 1.2 both read it.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}

extension DocumentValue {
    /// Block YAML 1.2 that every reader of JSON's types understands alike: all texts are quoted, all names that need it too.
    package var yaml: String {
        var lines: [String] = []
        write(into: &lines, indent: 0)
        return lines.joined(separator: "\n") + "\n"
    }

    private func write(into lines: inout [String], indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        switch self {
        case .object(let members) where !members.isEmpty:
            for member in members { Self.write(margin + Self.name(member.name) + ":", member.value, into: &lines, indent: indent) }
        case .list(let items) where !items.isEmpty:
            for item in items { Self.write(margin + "-", item, into: &lines, indent: indent) }
        default: lines.append(margin + compact)
        }
    }

    private static func write(_ start: String, _ value: DocumentValue, into lines: inout [String], indent: Int) {
        if value.isFlat || value == .list([]) || value == .object([]) {
            lines.append(start + " " + value.compact)
        } else {
            lines.append(start)
            value.write(into: &lines, indent: indent + 1)
        }
    }

    private static func name(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            default: false
            }
        }
        // `no`, `on` and their like are switches to old readers.
        return isPlain && name.count > 3 ? name : quoted(name)
    }
}
