extension Normalizer {
    /// The text as the provider is sent it: without the characters that nobody sees.
    ///
    /// Nothing hidden from the key can then steer an answer that is kept under a clean question. Line breaks and tabs stay,
    /// other controls and the zero-width space become spaces. A text without such characters is returned as it is.
    package static func visibleText(_ text: String) -> String {
        guard mayHide(text) else { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            guard let visible = visible(scalar, after: previous) else { continue }
            result.append(visible)
            previous = visible
        }
        return String(result)
    }

    /// A quick look at the bytes; true when an invisible scalar may be there.
    private static func mayHide(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices {
            switch bytes[index] {
            case 0x20...0x7e, 0x09, 0x0a, 0x0d, 0x80...0xc1, 0xc3...0xcc, 0xce...0xd7: continue
            default: return true
            }
        }
        return false
    }

    private static func visible(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: return scalar
        case 0x200b: return " "
        case 0xfe0e, 0xfe0f: return isPicture(previous) ? scalar : nil
        default: break
        }
        if scalar.properties.isDefaultIgnorableCodePoint || isDeprecatedFormat(scalar.value) { return nil }
        return scalar.properties.generalCategory == .control ? " " : scalar
    }

    private static func isPicture(_ scalar: Unicode.Scalar?) -> Bool {
        switch scalar?.properties.generalCategory {
        case .otherSymbol, .mathSymbol: true
        default: false
        }
    }

    /// Interlinear annotations; they are not "default ignorable" and yet unseen.
    private static func isDeprecatedFormat(_ value: UInt32) -> Bool {
        (0xfff9...0xfffb).contains(value) || value == 0xfeff
    }
}
