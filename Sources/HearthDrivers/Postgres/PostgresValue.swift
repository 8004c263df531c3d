package import HearthTelemetry

/// A value that is sent apart from the SQL text, and so can never be read as SQL.
///
/// Values travel as text whose type the server takes from where they stand; only bytes travel as they are.
package enum PostgresValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case flag(Bool)
    case bytes([UInt8])
    case moment(Timestamp)
    /// For `unnest` and `= ANY`: many rows in one statement.
    case array([PostgresValue])

    /// 0001-01-01: PostgreSQL writes earlier years in another way, and nothing of Hearth's is older.
    private static let earliest = Timestamp(milliseconds: -62_135_596_800_000)

    package static func integer(_ value: Int) -> PostgresValue { .integer(Int64(value)) }
    package static func optional(_ value: Int64?) -> PostgresValue { value.map { .integer($0) } ?? .null }
    package static func optional(_ value: String?) -> PostgresValue { value.map { .text($0) } ?? .null }
    package static func optional(_ value: Timestamp?) -> PostgresValue { value.map { .moment($0) } ?? .null }

    /// The text form; nil for null and for bytes.
    var text: String? {
        switch self {
        case .null, .bytes: nil
        case .integer(let value): "\(value)"
        // PostgreSQL keeps no zero byte in texts, and a run whose error text has one must be recorded all the same.
        case .text(let value): value.utf8.contains(0) ? String(value.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : value
        case .flag(let value): value ? "t" : "f"
        case .moment(let value): max(value, Self.earliest).description
        case .array(let values): "{" + values.map(\.element).joined(separator: ",") + "}"
        }
    }

    /// As it is written inside an array.
    private var element: String {
        switch self {
        case .null: "NULL"
        case .integer, .flag: text ?? "NULL"
        case .text, .moment: "\"" + (text ?? "").replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        case .bytes(let bytes): "\"\\\\x" + Self.hex(bytes) + "\""
        case .array: text ?? "NULL"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
