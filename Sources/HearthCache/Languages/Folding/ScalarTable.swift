import Foundation

/// Class and folded form of every scalar: a table for the scripts of the five languages, Unicode properties for the rest.
struct ScalarTable: Sendable {
    static let shared = ScalarTable()

    /// Latin, Greek, Cyrillic, Armenian and Hebrew.
    private static let lowEnd: UInt32 = 0x600
    /// General punctuation, superscripts and currency.
    private static let punctuation: Range<UInt32> = 0x2000..<0x2100
    private static let baseEnd: UInt32 = 0x1f00

    private let entries: [FoldedScalar]
    private let baseLetters: [UInt32]

    private init() {
        let bases = Self.makeBaseLetters()
        let scalars = Array(0..<Self.lowEnd) + Array(Self.punctuation)
        entries = scalars.map { Self.classify($0, bases: bases, checksNFKC: true) }
        baseLetters = bases
    }

    @inline(__always)
    func entry(_ scalar: UInt32) -> FoldedScalar {
        if scalar < Self.lowEnd { return entries[Int(scalar)] }
        if Self.punctuation.contains(scalar) { return entries[Int(scalar - Self.punctuation.lowerBound + Self.lowEnd)] }
        return Self.classify(scalar, bases: baseLetters, checksNFKC: false)
    }

    /// The letter without its accents, or the scalar itself.
    @inline(__always)
    func baseLetter(of scalar: UInt32) -> UInt32 {
        scalar < Self.baseEnd ? baseLetters[Int(scalar)] : scalar
    }
}

extension ScalarTable {
    /// Lower-case Latin letters that decompose into an ASCII letter and combining marks. "ñ" is a letter of its own and stays.
    private static func makeBaseLetters() -> [UInt32] {
        var bases = Array(0..<baseEnd)
        for range in [UInt32(0xc0)..<0x250, 0x1e00..<0x1f00] {
            for value in range where value != 0xf1 && value != 0xd1 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let parts = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
                guard parts.count > 1, let first = parts.first, first.isASCII, first.properties.isAlphabetic else { continue }
                bases[Int(value)] = first.value
            }
        }
        return bases
    }

    private static func classify(_ value: UInt32, bases: [UInt32], checksNFKC: Bool) -> FoldedScalar {
        guard let scalar = Unicode.Scalar(value) else { return FoldedScalar(value, .letter) }
        if let special = special(value) { return special }
        let composes = mayChangeUnderNFKC(scalar, exactly: checksNFKC)
        let scalarClass = scalarClass(of: scalar)
        if scalarClass == .digit, scalar.properties.generalCategory == .decimalNumber, let number = scalar.properties.numericValue {
            return FoldedScalar(0x30 + UInt32(number), .digit, composes: composes)
        }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        guard lower.count == 1, let folded = lower.first else { return FoldedScalar(value, scalarClass, composes: true) }
        // ё is written as е by most people; both are one letter here.
        let letter: UInt32 = folded.value == 0x451 ? 0x435 : folded.value
        let hasAccent = letter < baseEnd && bases[Int(letter)] != letter
        return FoldedScalar(letter, scalarClass, isUpper: folded != scalar, hasAccent: hasAccent, composes: composes)
    }

    /// Scalars whose class or form is ours, not Unicode's.
    private static func special(_ value: UInt32) -> FoldedScalar? {
        switch value {
        case 0x27, 0x60, 0xb4, 0x2018, 0x2019, 0x201b, 0x02bc, 0x05f3: FoldedScalar(0x27, value == 0x60 ? .hidden : .apostrophe)
        case 0x22, 0xab, 0xbb, 0x201c...0x201f, 0x2039, 0x203a, 0x05f4: FoldedScalar(0x22, .quote)
        case 0x2e: FoldedScalar(value, .dot)
        case 0x2c: FoldedScalar(value, .comma)
        case 0x066b: FoldedScalar(0x2e, .dot)
        case 0x066c: FoldedScalar(0x2c, .comma)
        case 0x3a: FoldedScalar(value, .colon)
        case 0x2d, 0x2010...0x2015, 0x2212, 0x05be: FoldedScalar(0x2d, .hyphen)
        case 0x23, 0x2a, 0x2b, 0x2f, 0x3c...0x3e, 0x26, 0x40, 0x5c, 0x5e, 0x5f, 0x7c, 0x7e, 0xb0: FoldedScalar(value, .sign)
        case 0x2032, 0x2034: FoldedScalar(value, .sign)
        case 0x25, 0x2030, 0x2031: FoldedScalar(value, .symbol)
        case 0x2026: FoldedScalar(0x2e, .mark)
        case 0xa0, 0x2000...0x200b, 0x202f, 0x205f: FoldedScalar(0x20, .space)
        case 0xad, 0x200c...0x200f, 0x202a...0x202e, 0x2060, 0x2066...0x2069, 0x061c, 0xfeff: FoldedScalar(value, .joiner)
        case 0xfe0e, 0xfe0f: FoldedScalar(value, .selector)
        case 0x0591...0x05bd, 0x05bf, 0x05c1, 0x05c2, 0x05c4, 0x05c5, 0x05c7: FoldedScalar(value, .point)
        case 0x1f3fb...0x1f3ff: FoldedScalar(value, .modifier)
        // Regional indicators and letters in boxes: a text can be spelt with them.
        case 0x1f1e6...0x1f1ff, 0x1f150...0x1f18f: FoldedScalar(value, .hidden)
        case 0x2190...0x21ff, 0x27f0...0x27ff, 0x2900...0x297f: FoldedScalar(value, .arrow)
        default: nil
        }
    }

    private static func scalarClass(of scalar: Unicode.Scalar) -> ScalarClass {
        if scalar.properties.isDefaultIgnorableCodePoint { return .hidden }
        if isDecoration(scalar.value) { return .decoration }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .enclosingMark, .format, .surrogate, .privateUse, .unassigned:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .digit
        case .connectorPunctuation: return .sign
        case .dashPunctuation: return .hyphen
        case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation: return .mark
        case .mathSymbol, .currencySymbol, .modifierSymbol: return .symbol
        case .otherSymbol: return .emoji
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control: return .space
        @unknown default: return .letter
        }
    }

    /// Friendly, pleading and bashful faces, hearts, flowers and confetti. Faces that complain, hands, people, things and colours stay as words.
    private static func isDecoration(_ value: UInt32) -> Bool {
        switch value {
        case 0x1f600...0x1f60f, 0x1f617...0x1f61d, 0x1f642, 0x1f643, 0x1f648, 0x1f64f, 0x1f97a, 0x1f917, 0x1f929, 0x1f970, 0x1f973, 0x1f607,
            0x2764, 0x2763, 0x1f493...0x1f49f, 0x1f5a4, 0x1f90d, 0x1f90e, 0x1f9e1, 0x1f337...0x1f33c, 0x1f490, 0x1f389, 0x1f38a,
            0x1f31e, 0x1f31f, 0x1f338, 0x2728, 0x2b50, 0x2600, 0x263a:
            true
        default: false
        }
    }

    /// Whether a scalar may be changed by NFKC or join its neighbours; true where that is not known cheaply.
    private static func mayChangeUnderNFKC(_ scalar: Unicode.Scalar, exactly: Bool) -> Bool {
        if CompatibilityForm.staysItself(scalar.value) { return false }
        if exactly {
            return scalar.properties.canonicalCombiningClass != .notReordered
                || Array(String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars) != [scalar]
        }
        switch scalar.value {
        case 0x2190...0x21ff, 0x2500...0x27bf, 0x1f300...0x1faff, 0xe0000...0xe0fff: return false
        default: return true
        }
    }
}
