import Mustache

/// Escapes text for HTML elements and quoted attributes, scalar by scalar.
///
/// The template library's own escaping compares whole characters, so that a quotation mark followed by a combining accent is not
/// found and would end an attribute.
struct HTMLText: MustacheContentType {
    /// The name by which templates ask for it.
    static let name = "HEARTH"

    /// Around foreign words in a sentence of ours; written as the isolates of Unicode, where they are balanced.
    ///
    /// They are of private use, so that no text of others means something by them. A text that has them nevertheless gets isolates around its
    /// own parts at most, which reorder nothing outside.
    static let isolateStart: Unicode.Scalar = "\u{10FF00}"
    static let isolateEnd: Unicode.Scalar = "\u{10FF01}"

    func escapeText(_ text: String) -> String {
        guard Self.needsCare(text) else { return text }
        let hasIsolates = Self.isBalanced(text)
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case Self.isolateStart: escaped += hasIsolates ? "\u{2068}" : "\u{FFFD}"
            case Self.isolateEnd: escaped += hasIsolates ? "\u{2069}" : "\u{FFFD}"
            default: escaped.unicodeScalars.append(Self.isShown(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }

    /// Most texts are as they are to be; whether this one is can be seen by its bytes alone.
    private static func needsCare(_ text: String) -> Bool {
        var (before, last): (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case 0x00..<0x20: if byte != 0x09, byte != 0x0A, byte != 0x0D { return true }
            case 0x22, 0x26, 0x27, 0x3C, 0x3E, 0x7F: return true
            // The last plane, where the marks of our own are.
            case 0xF4: return true
            default: break
            }
            // The controls from U+0080 on, and the marks that reorder: U+202A to U+202E, U+2066 to U+2069.
            if last == 0xC2, byte < 0xA0 { return true }
            if before == 0xE2, last == 0x80 && (0xAA...0xAE).contains(byte) || last == 0x81 && (0xA6...0xA9).contains(byte) { return true }
            (before, last) = (last, byte)
        }
        return false
    }

    private static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        for scalar in text.unicodeScalars {
            if scalar == isolateStart { depth += 1 }
            if scalar == isolateEnd { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }

    /// Controls that HTML forbids, and the marks that reorder the text around them, are shown as a replacement mark, never obeyed.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0x00...0x1F, 0x7F...0x9F: false
        case 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
