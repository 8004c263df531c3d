/// Steps 1 and 2 of the normalisation: a text as folded scalars, without what is invisible.
struct FoldedText {
    enum Outcome {
        case folded
        /// A scalar needs NFKC, which the caller applies before it tries again.
        case needsCompatibilityForm
        /// Something invisible or misleading is in the text: its exact form must be the key.
        case hidesSomething
    }

    /// More vowel points than this on one letter are no Hebrew.
    private static let mostPoints = 4

    private(set) var scalars: [FoldedScalar] = []
    private(set) var outcome = Outcome.folded
    /// Decorative emoji that became spaces.
    private(set) var decorations = 0

    private var pointRun = 0

    /// - Parameter isCompatibilityForm: The text has been through NFKC; scalars that might compose have done so.
    init(_ text: String, table: ScalarTable, isCompatibilityForm: Bool) {
        let utf8 = text.utf8
        scalars.reserveCapacity(utf8.count)
        let bytes = utf8.span
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                append(table.entry(UInt32(byte)), isCompatibilityForm)
            } else {
                append(table.entry(Self.decode(bytes, &index)), isCompatibilityForm)
            }
            if outcome != .folded { return }
        }
    }

    /// Decodes one scalar of two to four bytes; a String holds only well-formed UTF-8.
    @inline(__always)
    private static func decode(_ bytes: Span<UInt8>, _ index: inout Int) -> UInt32 {
        let lead = UInt32(bytes[index])
        let length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        var scalar = lead & (0xff >> UInt32(length + 1))
        for offset in 1..<length { scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3f) }
        index += length
        return scalar
    }

    @inline(__always)
    private mutating func append(_ entry: FoldedScalar, _ isCompatibilityForm: Bool) {
        if entry.composes && !isCompatibilityForm {
            outcome = .needsCompatibilityForm
            return
        }
        let scalarClass = entry.scalarClass
        if scalarClass.rawValue < ScalarClass.decoration.rawValue {
            pointRun = 0
            scalars.append(entry)
        } else {
            appendRare(entry, scalarClass)
        }
    }

    private mutating func appendRare(_ entry: FoldedScalar, _ scalarClass: ScalarClass) {
        switch scalarClass {
        case .decoration:
            decorations += 1
            scalars.append(entry)
        case .joiner:
            break
        case .modifier:
            if !followsPicture { scalars.append(FoldedScalar(entry.scalar, .emoji)) }
        case .selector:
            if !followsPicture { outcome = .hidesSomething }
        case .point:
            pointRun += 1
            if scalars.last?.isHebrewLetter != true || pointRun > Self.mostPoints { outcome = .hidesSomething }
        case .hidden:
            outcome = .hidesSomething
        case .space, .letter, .digit, .mark, .apostrophe, .quote, .dot, .comma, .colon, .hyphen, .sign, .symbol, .arrow, .emoji:
            scalars.append(entry)
        }
    }

    /// Whether a variation selector or skin tone here only says how the scalar before it looks.
    private var followsPicture: Bool {
        switch scalars.last?.scalarClass {
        case .emoji, .decoration, .arrow, .symbol: true
        default: false
        }
    }
}
