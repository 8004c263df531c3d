/// A reply of the Redis protocol, version 2 (RESP2).
package enum RedisValue: Sendable, Equatable {
    /// A short text such as `OK`.
    case status(String)
    /// The server refused the command; its class is the text's first word.
    case error(RedisErrorReply)
    case integer(Int64)
    case bytes([UInt8])
    case null
    case array([RedisValue])

    package var isOK: Bool { self == .status("OK") }

    package var integer: Int64? {
        switch self {
        case .integer(let number): number
        // Scripts and INFO give numbers as texts.
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .status, .error, .null, .array: nil
        }
    }

    package var bytes: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .status, .error, .integer, .null, .array: nil
        }
    }

    package var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        case .error, .integer, .null, .array: nil
        }
    }

    package var items: [RedisValue]? {
        switch self {
        case .array(let items): items
        case .status, .error, .integer, .bytes, .null: nil
        }
    }
}
