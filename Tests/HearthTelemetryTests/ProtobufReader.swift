/// Reads the wire format of protocol buffers: an implementation of its own, to hold the writer against.
struct ProtobufReader {
    enum Value: Equatable {
        case varint(UInt64)
        case eightBytes(UInt64)
        case bytes([UInt8])
    }

    struct Malformed: Error {}

    /// The fields in their order.
    let fields: [(number: UInt64, value: Value)]

    init(_ bytes: some Collection<UInt8>) throws {
        var rest = bytes[...]
        var fields: [(UInt64, Value)] = []
        while !rest.isEmpty {
            let key = try Self.varint(&rest)
            switch key & 7 {
            case 0: fields.append((key >> 3, .varint(try Self.varint(&rest))))
            case 1:
                guard rest.count >= 8 else { throw Malformed() }
                let bits = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                rest = rest.dropFirst(8)
                fields.append((key >> 3, .eightBytes(bits)))
            case 2: fields.append((key >> 3, .bytes(try Self.block(&rest))))
            default: throw Malformed()
            }
        }
        self.fields = fields
    }

    /// Messages with their lengths in front.
    static func delimited(_ bytes: [UInt8]) throws -> [ProtobufReader] {
        var rest = bytes[...]
        var messages: [ProtobufReader] = []
        while !rest.isEmpty { messages.append(try ProtobufReader(try block(&rest))) }
        return messages
    }

    func unsigned(_ number: UInt64) -> [UInt64] {
        fields.compactMap { if $0.number == number, case .varint(let value) = $0.value { value } else { nil } }
    }

    func zigzag(_ number: UInt64) -> [Int64] { unsigned(number).map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) } }

    func double(_ number: UInt64) -> [Double] {
        fields.compactMap { if $0.number == number, case .eightBytes(let bits) = $0.value { Double(bitPattern: bits) } else { nil } }
    }

    func messages(_ number: UInt64) throws -> [ProtobufReader] {
        try fields.compactMap { if $0.number == number, case .bytes(let bytes) = $0.value { try ProtobufReader(bytes) } else { nil } }
    }

    func text(_ number: UInt64) -> String? {
        fields.lazy.compactMap {
            if $0.number == number, case .bytes(let bytes) = $0.value { String(decoding: bytes, as: UTF8.self) } else { nil }
        }
        .first
    }

    private static func varint<Bytes: Collection<UInt8>>(_ rest: inout Bytes) throws -> UInt64 where Bytes.SubSequence == Bytes {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    private static func block<Bytes: Collection<UInt8>>(_ rest: inout Bytes) throws -> [UInt8] where Bytes.SubSequence == Bytes {
        let length = Int(try varint(&rest))
        guard rest.count >= length else { throw Malformed() }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }
}
