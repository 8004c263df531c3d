import Foundation

/// NFKC (Unicode Standard Annex 15) as the normaliser wants it.
enum CompatibilityForm {
    /// The longest run of combining marks that is normalised; the limit of the stream-safe format, so that time stays linear.
    private static let longestMarkRun = 30

    /// Superscripts, subscripts, fractions and ordinal indicators, which NFKC would turn into plain digits: 10² is not 102.
    static func staysItself(_ value: UInt32) -> Bool {
        switch value {
        case 0xaa, 0xb2, 0xb3, 0xb9, 0xba, 0xbc...0xbe, 0x02b0...0x02b8, 0x02e0...0x02e4, 0x1d2c...0x1d6a, 0x1d78, 0x1d9b...0x1dbf,
            0x2070...0x209c, 0x2150...0x215f, 0x2189:
            true
        default: false
        }
    }

    /// The text in NFKC, lower case outside ASCII; nil if it carries more combining marks in a row than any writing system.
    ///
    /// ASCII keeps its case, because a lone capital "A" is told from an article later.
    static func make(_ text: String) -> String? {
        var markRun = 0
        for scalar in text.unicodeScalars {
            markRun = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : markRun + 1
            if markRun > longestMarkRun { return nil }
        }
        return normalized(lowered(normalized(text)))
    }

    private static func normalized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var segment = String.UnicodeScalarView()
        func flush() {
            result.append(contentsOf: String(segment).precomposedStringWithCompatibilityMapping.unicodeScalars)
            segment.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            if staysItself(scalar.value) {
                flush()
                result.append(scalar)
            } else {
                segment.append(scalar)
            }
        }
        flush()
        return String(result)
    }

    private static func lowered(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                result.append(scalar)
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(result)
    }
}
