/// A table for people: no borders, columns aligned by what they take on a screen, cut to its width.
struct TextTable {
    struct Column {
        var title: String
        var isNumeric: Bool

        init(_ title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }
    }

    var columns: [Column]
    var rows: [[String]]

    /// The table with a line break after each row; `width` nil cuts nothing.
    func render(width: Int?) -> String {
        let all = [columns.map(\.title)] + rows.map { $0.map(Self.onOneLine) }
        let widths = columns.indices.map { index in all.map { $0.indices.contains(index) ? DisplayWidth.of($0[index]) : 0 }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(cell)))
                if index > 0 { line += "  " }
                line += columns[index].isNumeric ? padding + cell : index == row.count - 1 ? cell : cell + padding
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return (width.map { DisplayWidth.cut(line, to: $0) } ?? line) + "\n"
        }.joined()
    }

    /// Cells come from other people's texts too; nothing in them may move the cursor.
    private static func onOneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

/// How many columns of a terminal a text takes.
enum DisplayWidth {
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// The text, or its beginning with an ellipsis in the last column.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width, width > 0 else { return text }
        var cut = ""
        var used = 0
        for character in text {
            let next = of(character)
            guard used + next <= width - 1 else { break }
            cut.append(character)
            used += next
        }
        return cut + "…"
    }

    /// A character is as wide as its base; marks and format characters take no room of their own.
    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: { $0.value == 0xFE0F || $0.properties.isEmojiPresentation }) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: return isWide(first.value) ? 2 : 1
        }
    }

    /// East Asian wide and fullwidth forms (Unicode Standard Annex 11).
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
