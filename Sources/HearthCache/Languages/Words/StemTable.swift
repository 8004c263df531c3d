/// Beginnings of words, written `word*` in the category patterns; inflected languages need them.
///
/// A stem has at least four bytes (two Cyrillic or Hebrew letters), so that four bytes decide where to look.
struct StemTable: Sendable {
    static let minimumBytes = 4

    private struct Stem: Sendable {
        let number: UInt16
        let bytes: [UInt8]
    }

    private var stems: [Stem] = []
    private var groups: [UInt32: Range<Int>] = [:]
    /// One bit for each value of a word's second byte mixed with its fourth: most words are refused without a dictionary look-up.
    private var filter: [Bool] = Array(repeating: false, count: 256)

    init(_ unsorted: [(number: UInt16, bytes: [UInt8])]) {
        let sorted = unsorted.filter { $0.bytes.count >= Self.minimumBytes }
            .sorted { (Self.key($0.bytes, 0), $1.bytes.count) < (Self.key($1.bytes, 0), $0.bytes.count) }
        stems = sorted.map { Stem(number: $0.number, bytes: $0.bytes) }
        var start = 0
        while start < stems.count {
            let key = Self.key(stems[start].bytes, 0)
            var end = start
            while end < stems.count, Self.key(stems[end].bytes, 0) == key { end += 1 }
            groups[key] = start..<end
            filter[Self.bit(key)] = true
            start = end
        }
    }

    /// The number of the longest stem that the word begins with, or 0.
    @inline(__always)
    func find(_ text: [UInt8], _ range: Range<Int>) -> UInt16 {
        guard range.count >= Self.minimumBytes else { return 0 }
        let key = Self.key(text, range.lowerBound)
        guard filter[Self.bit(key)], let group = groups[key] else { return 0 }
        for index in group where begins(text, range, stems[index].bytes) { return stems[index].number }
        return 0
    }

    private func begins(_ text: [UInt8], _ range: Range<Int>, _ stem: [UInt8]) -> Bool {
        guard stem.count <= range.count else { return false }
        for offset in 0..<stem.count where stem[offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    @inline(__always)
    private static func key(_ text: [UInt8], _ start: Int) -> UInt32 {
        UInt32(text[start]) | UInt32(text[start + 1]) << 8 | UInt32(text[start + 2]) << 16 | UInt32(text[start + 3]) << 24
    }

    @inline(__always)
    private static func bit(_ key: UInt32) -> Int {
        Int((key &* 0x9e37_79b1) >> 24)
    }
}
