/// A scalar after case folding, with its class, in 32 bits.
struct FoldedScalar: Sendable {
    private static let scalarMask: UInt32 = 0x1f_ffff
    private static let classShift: UInt32 = 21
    private static let upperBit: UInt32 = 1 << 26
    private static let accentBit: UInt32 = 1 << 27
    private static let hebrewBit: UInt32 = 1 << 28
    private static let composingBit: UInt32 = 1 << 29

    private let bits: UInt32

    init(_ scalar: UInt32, _ scalarClass: ScalarClass, isUpper: Bool = false, hasAccent: Bool = false, composes: Bool = false) {
        let isHebrew = (0x05d0...0x05f2).contains(scalar)
        bits =
            scalar | scalarClass.rawValue << Self.classShift | (isUpper ? Self.upperBit : 0) | (hasAccent ? Self.accentBit : 0)
            | (isHebrew ? Self.hebrewBit : 0) | (composes ? Self.composingBit : 0)
    }

    var scalar: UInt32 { bits & Self.scalarMask }
    var scalarClass: ScalarClass { ScalarClass(rawValue: (bits >> Self.classShift) & 31) ?? .letter }
    var isUpper: Bool { bits & Self.upperBit != 0 }
    /// A Latin letter with an accent that ``ScalarTable/baseLetter(of:)`` knows how to remove.
    var hasAccent: Bool { bits & Self.accentBit != 0 }
    var isHebrewLetter: Bool { bits & Self.hebrewBit != 0 }
    /// NFKC may change the scalar or join it with its neighbours.
    var composes: Bool { bits & Self.composingBit != 0 }

    @inline(__always)
    var isWordy: Bool {
        let raw = (bits >> Self.classShift) & 31
        return raw == ScalarClass.letter.rawValue || raw == ScalarClass.digit.rawValue
    }
}
