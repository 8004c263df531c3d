import Foundation

/// A JSON value that a test looks into: `node["metrics"]["hitRate"].number`; what is not there is ``null``.
package enum JSONNode: Decodable, Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONNode])
    case object([String: JSONNode])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONNode].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONNode].self))
        }
    }

    /// Nil when the bytes are not exactly one JSON value.
    package init?(_ bytes: some Sequence<UInt8>) {
        guard let node = try? JSONDecoder().decode(JSONNode.self, from: Data(bytes)) else { return nil }
        self = node
    }

    package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)) }

    package subscript(_ name: String) -> JSONNode {
        guard case .object(let members) = self else { return .null }
        return members[name] ?? .null
    }

    package subscript(_ index: Int) -> JSONNode {
        items.indices.contains(index) ? items[index] : .null
    }

    package var items: [JSONNode] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    package var names: Set<String> {
        guard case .object(let members) = self else { return [] }
        return Set(members.keys)
    }

    package var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    package var integer: Int? { number.flatMap { Int(exactly: $0) } }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }

    /// The text as a JSON string with its quotation marks.
    package static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
