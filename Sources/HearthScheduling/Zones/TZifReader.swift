/// Reads a compiled zone file (RFC 9636, "TZif"), version 2 or later.
///
/// The 32-bit block of version 1 is skipped. Every count is checked against the size of the file before it is used, so a damaged file ends
/// in an error and never in a trap.
struct TZifReader {
    enum Fault: Error, Equatable {
        case notAZoneFile
        case versionOne
        case truncated
        case leapSeconds
        case badTransitions
        case badFooter

        /// Continues the sentence "the zone file … ".
        var explanation: String {
            switch self {
            case .notAZoneFile: "does not begin with \"TZif\""
            case .versionOne: "is of version 1, which ends in 2037; version 2 or later is needed"
            case .truncated: "is shorter than its header says"
            case .leapSeconds: "counts leap seconds (the \"right\" variant), unlike the system clock"
            case .badTransitions: "has transitions out of order or offsets out of range"
            case .badFooter: "ends in a rule that cannot be read"
            }
        }
    }

    private struct Header {
        var version: UInt8
        var indicatorsOfUTC: Int
        var indicatorsOfStandard: Int
        var leapSeconds: Int
        var transitions: Int
        var types: Int
        var characters: Int

        func length(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + indicatorsOfStandard + indicatorsOfUTC
        }
    }

    private static let headerLength = 44
    /// RFC 9636 section 3.2: offsets beyond 25 hours (and 26 ahead) should not occur.
    private static let offsets: ClosedRange<Int64> = -89_999...93_599

    private let bytes: [UInt8]

    static func read(_ bytes: [UInt8], name: String) throws(Fault) -> TimeZoneRules {
        try TZifReader(bytes: bytes).rules(name: name)
    }

    private func rules(name: String) throws(Fault) -> TimeZoneRules {
        let first = try header(at: 0)
        guard first.version >= UInt8(ascii: "2") else { throw .versionOne }
        let second = Self.headerLength + first.length(timeSize: 4)
        let header = try header(at: second)
        guard header.leapSeconds == 0 else { throw .leapSeconds }
        guard header.types >= 1 else { throw .badTransitions }
        let data = second + Self.headerLength
        guard bytes.count - data >= header.length(timeSize: 8) else { throw .truncated }
        let typeIndexes = data + header.transitions * 8
        let types = typeIndexes + header.transitions

        var transitions: [(at: Int64, offset: Int64)] = []
        transitions.reserveCapacity(header.transitions)
        for index in 0..<header.transitions {
            let at = integer(at: data + index * 8, size: 8)
            let type = Int(bytes[typeIndexes + index])
            guard type < header.types, at > transitions.last?.at ?? .min else { throw .badTransitions }
            transitions.append((max(at, OffsetInterval.distantPast + 1), try offset(ofType: type, at: types)))
        }
        let rule = try footer(from: data + header.length(timeSize: 8))
        return TimeZoneRules(name: name, initialOffset: try offset(ofType: 0, at: types), transitions: transitions, rule: rule)
    }

    private func header(at start: Int) throws(Fault) -> Header {
        guard bytes.count - start >= Self.headerLength else { throw start == 0 ? .notAZoneFile : .truncated }
        guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else { throw .notAZoneFile }
        // Each count is below 2³², and no product with an entry size overflows 64 bits.
        func count(_ index: Int) -> Int { Int(integer(at: start + 20 + index * 4, size: 4) & 0xFFFF_FFFF) }
        return Header(
            version: bytes[start + 4], indicatorsOfUTC: count(0), indicatorsOfStandard: count(1), leapSeconds: count(2),
            transitions: count(3), types: count(4), characters: count(5))
    }

    private func offset(ofType type: Int, at types: Int) throws(Fault) -> Int64 {
        let offset = Int64(Int32(truncatingIfNeeded: integer(at: types + type * 6, size: 4)))
        guard Self.offsets.contains(offset) else { throw .badTransitions }
        return offset
    }

    /// The rule between two line feeds; an empty one means that the last offset stays.
    private func footer(from start: Int) throws(Fault) -> POSIXZoneRule? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\n"),
            let end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { throw .badFooter }
        let text = Array(bytes[(start + 1)..<end])
        if text.isEmpty { return nil }
        guard let rule = POSIXZoneRule(text) else { throw .badFooter }
        return rule
    }

    private func integer(at start: Int, size: Int) -> Int64 {
        var value: UInt64 = 0
        for byte in bytes[start..<start + size] { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }
}
