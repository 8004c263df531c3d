import CPostgres
package import HearthTelemetry

/// The rows that a statement returned, in the server's binary form, read where they lie.
///
/// `@unchecked Sendable`: libpq never changes a result once it is complete, and it is freed when nobody has it any more.
@safe package final class PostgresRows: @unchecked Sendable, RandomAccessCollection {
    private let result: OpaquePointer
    private let server: String

    /// Takes over the result.
    init(_ result: OpaquePointer, server: String) {
        unsafe self.result = result
        self.server = server
    }

    deinit {
        unsafe PQclear(result)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { Int(unsafe PQntuples(result)) }
    package subscript(position: Int) -> PostgresRow { PostgresRow(rows: self, row: Int32(position)) }

    /// Rows that a statement without result inserted, changed or removed.
    package var affected: Int {
        // The text is part of the result; empty for statements that count nothing.
        Int(unsafe String(cString: PQcmdTuples(result))) ?? 0
    }

    /// What was done, such as `COMMIT`.
    var command: String { unsafe String(cString: PQcmdStatus(result)) }

    fileprivate func place(_ column: PostgresColumn) throws(PostgresError) -> Int32 {
        switch column {
        case .position(let position) where position >= 0 && position < Int(unsafe PQnfields(result)): return Int32(position)
        case .position(let position): throw unexpected("there is no column \(position)")
        case .name(let name):
            let place = unsafe PQfnumber(result, name)
            guard place >= 0 else { throw unexpected("there is no column \(name)") }
            return place
        }
    }

    fileprivate func type(_ column: Int32) -> UInt32 { unsafe PQftype(result, column) }

    /// The bytes of a field; nil for null. Row and column have been checked.
    fileprivate func bytes(_ row: Int32, _ column: Int32) -> [UInt8]? {
        guard unsafe PQgetisnull(result, row, column) == 0 else { return nil }
        let length = Int(unsafe PQgetlength(result, row, column))
        guard length > 0, let start = unsafe PQgetvalue(result, row, column) else { return [] }
        // The pointer is valid as long as the result, which `self` keeps.
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// The same as a big-endian number, without an array in between.
    fileprivate func number(_ row: Int32, _ column: Int32) -> Int64? {
        guard unsafe PQgetisnull(result, row, column) == 0, let start = unsafe PQgetvalue(result, row, column) else { return nil }
        let length = Int(unsafe PQgetlength(result, row, column))
        // At most eight bytes of the field are read, and the pointer is valid as long as the result.
        let field = unsafe UnsafeRawBufferPointer(start: start, count: Swift.min(length, 8))
        var value: UInt64 = 0
        for place in 0..<field.count { value = value << 8 | UInt64(unsafe field[place]) }
        // Shorter numbers carry their sign to the left.
        let unused = UInt64(64 - 8 * Swift.min(length, 8))
        return unused >= 64 ? 0 : Int64(bitPattern: value << unused) >> Int64(unused)
    }

    fileprivate func unexpected(_ cause: String) -> PostgresError { PostgresError(.unexpectedResult, server: server, cause: cause) }
}

/// A column by its name or its position from 0.
package enum PostgresColumn: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, Sendable {
    case name(String)
    case position(Int)

    package init(stringLiteral value: String) { self = .name(value) }
    package init(integerLiteral value: Int) { self = .position(value) }
}

/// One row of a result.
package struct PostgresRow: Sendable {
    fileprivate let rows: PostgresRows
    fileprivate let row: Int32

    /// The types of PostgreSQL that are read, by their fixed object ids.
    private enum ObjectID {
        static let flag: UInt32 = 16
        static let integers: Set<UInt32> = [20, 21, 23]
        static let moment: UInt32 = 1184
        static let uuid: UInt32 = 2950
        static let binaryJSON: UInt32 = 3802
    }

    /// 2000-01-01, from which the server counts microseconds.
    private static let serverEpoch: Int64 = 946_684_800_000

    package func optionalInteger(_ column: PostgresColumn) throws(PostgresError) -> Int64? {
        let place = try rows.place(column)
        guard ObjectID.integers.contains(rows.type(place)) else { throw mismatch(column, "an integer") }
        return rows.number(row, place)
    }

    package func optionalMoment(_ column: PostgresColumn) throws(PostgresError) -> Timestamp? {
        let place = try rows.place(column)
        guard rows.type(place) == ObjectID.moment else { throw mismatch(column, "a moment") }
        return rows.number(row, place).map {
            Timestamp(milliseconds: $0.flooredQuotient(by: 1000).addingReportingOverflow(Self.serverEpoch).partialValue)
        }
    }

    package func optionalText(_ column: PostgresColumn) throws(PostgresError) -> String? {
        let place = try rows.place(column)
        guard let bytes = rows.bytes(row, place) else { return nil }
        switch rows.type(place) {
        case ObjectID.uuid: return Self.uuid(bytes)
        // The first byte is the version of the form, which is 1; the text follows.
        case ObjectID.binaryJSON: return String(decoding: bytes.dropFirst(), as: UTF8.self)
        case ObjectID.flag, ObjectID.moment: throw mismatch(column, "a text")
        case _ where ObjectID.integers.contains(rows.type(place)): throw mismatch(column, "a text")
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }

    package func bytes(_ column: PostgresColumn) throws(PostgresError) -> [UInt8] {
        guard let bytes = rows.bytes(row, try rows.place(column)) else { throw mismatch(column, "not null") }
        return bytes
    }

    package func integer(_ column: PostgresColumn) throws(PostgresError) -> Int64 {
        guard let value = try optionalInteger(column) else { throw mismatch(column, "not null") }
        return value
    }

    package func moment(_ column: PostgresColumn) throws(PostgresError) -> Timestamp {
        guard let value = try optionalMoment(column) else { throw mismatch(column, "not null") }
        return value
    }

    package func text(_ column: PostgresColumn) throws(PostgresError) -> String {
        guard let value = try optionalText(column) else { throw mismatch(column, "not null") }
        return value
    }

    package func flag(_ column: PostgresColumn) throws(PostgresError) -> Bool {
        let place = try rows.place(column)
        guard rows.type(place) == ObjectID.flag, let value = rows.number(row, place) else { throw mismatch(column, "true or false") }
        return value != 0
    }

    private func mismatch(_ column: PostgresColumn, _ wanted: String) -> PostgresError {
        rows.unexpected("column \(column) is not \(wanted)")
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
