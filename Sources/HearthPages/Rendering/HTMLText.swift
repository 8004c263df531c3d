import Mustache

/// Escapes text for HTML elements and quoted attributes, scalar by scalar.
///
/// The template library's own escaping compares whole characters, so that a quotation mark followed by a combining accent is not
/// found and would end an attribute.
struct HTMLText: MustacheContentType {
    /// The name by which templates ask for it.
    static let name = "HEARTH"

    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(Self.isShown(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return escaped
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
