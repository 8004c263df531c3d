/// The words of one language, found by their UTF-8 bytes with one probe on average.
///
/// Open addressing over FNV-1a (Fowler, Noll, Vo 1991). The hash is computed by the tokeniser while it writes the bytes, so a
/// look-up costs a few nanoseconds and no allocation. Word 0 means "not in the table".
struct WordTable: Sendable {
    static let hashSeed: UInt64 = 0xcbf2_9ce4_8422_2325

    private(set) var roles: [WordRoles] = [[]]
    private var hashes: [UInt64] = [0]
    private var starts: [Int] = [0, 0]
    private var bytes: [UInt8] = []
    private var slots: [UInt16] = Array(repeating: 0, count: 64)

    /// The number of words, the "unknown word" at 0 included.
    var count: Int { roles.count }

    @inline(__always)
    static func extend(_ hash: UInt64, with byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    static func hash(_ word: some Sequence<UInt8>) -> UInt64 {
        word.reduce(hashSeed) { extend($0, with: $1) }
    }

    /// The number of the word that stands at `range` of `text`, or 0.
    @inline(__always)
    func find(_ text: [UInt8], _ range: Range<Int>, hash: UInt64) -> UInt16 {
        let mask = slots.count - 1
        var slot = Self.slot(hash, mask)
        while true {
            let word = slots[slot]
            if word == 0 { return 0 }
            if hashes[Int(word)] == hash, equals(word, text, range) { return word }
            slot = (slot + 1) & mask
        }
    }

    func find(_ word: [UInt8]) -> UInt16 {
        find(word, word.startIndex..<word.endIndex, hash: Self.hash(word))
    }

    /// Adds the word if it is new and gives it the roles; returns its number.
    ///
    /// At most 65,535 words fit; the rule files hold about a thousand each.
    @discardableResult
    mutating func insert(_ word: [UInt8], roles added: WordRoles = []) -> UInt16 {
        let known = find(word)
        if known != 0 {
            roles[Int(known)].formUnion(added)
            return known
        }
        guard let number = UInt16(exactly: roles.count) else { return 0 }
        roles.append(added)
        hashes.append(Self.hash(word))
        bytes.append(contentsOf: word)
        starts.append(bytes.count)
        if roles.count * 4 > slots.count {
            rebuildSlots()
        } else {
            place(number)
        }
        return number
    }

    mutating func add(_ added: WordRoles, to word: UInt16) {
        roles[Int(word)].formUnion(added)
    }

    @inline(__always)
    private static func slot(_ hash: UInt64, _ mask: Int) -> Int {
        // FNV's low bits alone are weak for short words; the high half is folded in.
        Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
    }

    @inline(__always)
    private func equals(_ word: UInt16, _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let start = starts[Int(word)]
        guard starts[Int(word) + 1] - start == range.count else { return false }
        for offset in 0..<range.count where bytes[start + offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    private mutating func place(_ number: UInt16) {
        let mask = slots.count - 1
        var slot = Self.slot(hashes[Int(number)], mask)
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = number
    }

    private mutating func rebuildSlots() {
        slots = Array(repeating: 0, count: slots.count * 4)
        for number in 1..<UInt16(roles.count) { place(number) }
    }
}
