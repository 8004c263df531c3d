/// Fields of a protocol buffer message, in the encoding of https://protobuf.dev/programming-guides/encoding.
///
/// Written by hand and not by SwiftProtobuf: the seven messages of an exposition are written and never read, straight from the
/// instruments, and with their labels encoded once. Generated code would have a message object made for every bucket of every scrape.
enum ProtobufFields {
    /// `LabelPair label = 1` of a `Metric` or an `Exemplar`, for each pair.
    static func labels(_ pairs: [(String, String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in pairs {
            var pair: [UInt8] = []
            pair.append(field: 1, text: name)
            pair.append(field: 2, text: value)
            bytes.append(field: 1, message: pair)
        }
        return bytes
    }
}

extension [UInt8] {
    private static let wireVarint: UInt64 = 0
    private static let wireEightBytes: UInt64 = 1
    private static let wireLength: UInt64 = 2

    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// A `uint64`, `uint32` or an enumeration.
    mutating func append(field number: UInt64, unsigned value: UInt64) {
        append(varint: number << 3 | Self.wireVarint)
        append(varint: value)
    }

    /// A `sint64` or `sint32`: numbers near 0 are short whatever their sign.
    mutating func append(field number: UInt64, zigzag value: Int64) {
        append(field: number, unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    /// A number that is none loses what it carries: Prometheus marks series that ended with one of them.
    mutating func append(field number: UInt64, double value: Double) {
        append(varint: number << 3 | Self.wireEightBytes)
        var bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
        for _ in 0..<8 {
            append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    mutating func append(field number: UInt64, text: String) {
        append(varint: number << 3 | Self.wireLength)
        append(varint: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    mutating func append(field number: UInt64, message: [UInt8]) {
        append(varint: number << 3 | Self.wireLength)
        append(varint: UInt64(message.count))
        append(contentsOf: message)
    }
}
