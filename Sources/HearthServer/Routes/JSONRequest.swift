import Foundation

/// Any JSON value of a request's body.
enum JSONValue: Codable, Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            // Whole numbers stay whole, as far as a Double holds them exactly.
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

/// Reads request bodies with a bound on their depth, so that a hostile body costs no more than its length.
enum JSONRequest {
    private static let maximumDepth = 32

    static func object(_ data: Data) throws(APIError) -> [String: JSONValue] {
        let shape = Shape(of: data)
        guard shape.depth <= maximumDepth else {
            throw APIError(.invalidRequest, "The body is nested more than \(maximumDepth) levels deep; send a flat object.")
        }
        guard String(validating: data, as: UTF8.self) != nil else {
            throw APIError(.invalidRequest, "The body is not valid UTF-8; send JSON in UTF-8.")
        }
        // Foundation's decoder accepts a comma before a closing bracket, which RFC 8259 does not.
        guard !shape.hasTrailingComma, let value = try? JSONDecoder().decode(JSONValue.self, from: data) else {
            throw APIError(.invalidRequest, "The body is not valid JSON; send an object such as {\"query\": \"What are your hours?\"}.")
        }
        guard case .object(let object) = value else {
            throw APIError(.invalidRequest, "The body must be a JSON object such as {\"query\": \"What are your hours?\"}.")
        }
        return object
    }

    /// What a glance over the bytes tells before they are decoded.
    private struct Shape {
        /// The deepest nesting of brackets outside strings.
        private(set) var depth = 0
        private(set) var hasTrailingComma = false

        init(of data: Data) {
            var open = 0
            var isInString = false
            var isEscaped = false
            var isAfterComma = false
            for byte in data {
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    }
                    continue
                }
                switch byte {
                case 0x20, 0x09, 0x0A, 0x0D: continue
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    open += 1
                    depth = max(depth, open)
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    open -= 1
                    if isAfterComma { hasTrailingComma = true }
                default: break
                }
                isAfterComma = byte == UInt8(ascii: ",")
            }
        }
    }
}
