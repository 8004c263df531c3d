/// Which accents of a language are removed, and which words keep them.
struct Accents: Sendable {
    let removes: Bool
    private let kept: WordTable
    private let free: WordTable
    private let keptEndings: [[UInt32]]

    /// Nothing is removed.
    static let allKept = Accents(removes: false, kept: WordTable(), free: WordTable(), keptEndings: [])

    /// - Parameters:
    ///   - kept: Words, accents included, that would be another word without them (sí/si, pagó/pago).
    ///   - keptEndings: Endings whose accent is kept in every word but the `free` ones, because there it marks tense or person.
    init(removes: Bool, kept: WordTable, free: WordTable, keptEndings: [[UInt32]]) {
        self.removes = removes
        self.kept = kept
        self.free = free
        self.keptEndings = keptEndings
    }

    /// Whether the word that stands at `range` of `bytes`, accents included, keeps them.
    func keeps(_ scalars: ArraySlice<FoldedScalar>, _ bytes: [UInt8], _ range: Range<Int>, hash: UInt64) -> Bool {
        if kept.find(bytes, range, hash: hash) != 0 { return true }
        guard keptEndings.contains(where: { Self.ends(scalars, $0) }) else { return false }
        return free.find(bytes, range, hash: hash) == 0
    }

    private static func ends(_ scalars: ArraySlice<FoldedScalar>, _ ending: [UInt32]) -> Bool {
        guard scalars.count >= ending.count else { return false }
        return zip(scalars.reversed(), ending.reversed()).allSatisfy { $0.scalar == $1 }
    }
}
