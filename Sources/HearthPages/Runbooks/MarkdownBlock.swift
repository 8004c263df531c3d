/// A part of a runbook, read from Markdown.
///
/// Only what runbooks are written in is read: headings, paragraphs, lists with parts indented below their items, fenced code and tables.
/// Everything else is text as it stands; tests look for what was left over.
enum MarkdownBlock: Equatable {
    case heading(level: Int, text: String)
    case paragraph(String)
    case list(isOrdered: Bool, items: [[MarkdownBlock]])
    case code(String)
    case table(header: [String], rows: [[String]])

    static func blocks(of markdown: String) -> [MarkdownBlock] {
        var reader = MarkdownReader(lines: markdown.split(separator: "\n", omittingEmptySubsequences: false))
        return reader.blocks()
    }
}

/// Takes blocks from lines.
private struct MarkdownReader {
    private static let fence = "```"

    private var lines: ArraySlice<Substring>

    init(lines: [Substring]) { self.lines = lines[...] }

    mutating func blocks() -> [MarkdownBlock] {
        var blocks: [MarkdownBlock] = []
        while let line = lines.first {
            if line.isBlank {
                lines.removeFirst()
            } else if line.hasPrefix(Self.fence) {
                blocks.append(code())
            } else if let level = Self.headingLevel(of: line) {
                lines.removeFirst()
                blocks.append(.heading(level: level, text: String(line.dropFirst(level + 1))))
            } else if let table = table() {
                blocks.append(table)
            } else if let marker = ListMarker(line) {
                blocks.append(list(marker))
            } else {
                blocks.append(paragraph())
            }
        }
        return blocks
    }

    private static func headingLevel(of line: Substring) -> Int? {
        let level = line.prefix { $0 == "#" }.count
        return (1...6).contains(level) && line.dropFirst(level).first == " " ? level : nil
    }

    private mutating func code() -> MarkdownBlock {
        lines.removeFirst()
        let code = lines.prefix { $0 != Self.fence }
        lines = lines.dropFirst(code.count + 1)
        return .code(code.joined(separator: "\n"))
    }

    /// A header, a line of dashes, rows; nil where none begins here.
    private mutating func table() -> MarkdownBlock? {
        guard let header = lines.first, header.hasPrefix("|"), let rule = lines.dropFirst().first, rule.hasPrefix("|"),
            rule.allSatisfy({ "|-: ".contains($0) })
        else { return nil }
        let rows = lines.dropFirst(2).prefix { $0.hasPrefix("|") }
        lines = lines.dropFirst(2 + rows.count)
        return .table(header: Self.cells(of: header), rows: rows.map(Self.cells))
    }

    private static func cells(of line: Substring) -> [String] {
        var inside = line.dropFirst()
        if inside.last == "|" { inside.removeLast() }
        // Between backticks a bar is code.
        var (cells, cell, isCode) = ([String](), "", false)
        for character in inside {
            if character == "`" { isCode.toggle() }
            if character == "|", !isCode {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return (cells + [cell]).map { $0.trimmed }
    }

    /// Items of one kind, each with the lines that are indented as far as its text.
    private mutating func list(_ first: ListMarker) -> MarkdownBlock {
        var items: [[MarkdownBlock]] = []
        while let line = lines.first, let marker = ListMarker(line), marker.isOrdered == first.isOrdered {
            lines.removeFirst()
            var own = [line.dropFirst(marker.width)]
            let indent = String(repeating: " ", count: marker.width)
            while let next = lines.first, next.hasPrefix(indent) || next.isBlank {
                // Blank lines are the item's only where it goes on behind them.
                let blanks = lines.prefix { $0.isBlank }.count
                guard blanks == 0 || lines.dropFirst(blanks).first?.hasPrefix(indent) == true else { break }
                own += Array(repeating: "", count: blanks)
                lines = lines.dropFirst(blanks)
                if let line = lines.popFirst() { own.append(line.dropFirst(marker.width)) }
            }
            var inside = MarkdownReader(lines: own)
            items.append(inside.blocks())
            while let line = lines.first, line.isBlank { lines.removeFirst() }
        }
        return .list(isOrdered: first.isOrdered, items: items)
    }

    private mutating func paragraph() -> MarkdownBlock {
        var text: [Substring] = []
        while let line = lines.first, !line.isBlank, !line.hasPrefix(Self.fence), Self.headingLevel(of: line) == nil {
            // A number at the beginning of a line of prose begins no list; a dash does.
            if !text.isEmpty, let marker = ListMarker(line), !marker.isOrdered { break }
            text.append(line)
            lines.removeFirst()
        }
        return .paragraph(text.map { String($0).trimmed }.joined(separator: " "))
    }
}

/// `- ` or `1. ` at the beginning of a line.
private struct ListMarker {
    var isOrdered: Bool
    /// Characters before the item's text.
    var width: Int

    init?(_ line: Substring) {
        let digits = line.prefix { $0.isASCII && $0.isNumber }.count
        if digits > 0, line.dropFirst(digits).hasPrefix(". ") {
            (isOrdered, width) = (true, digits + 2)
        } else if line.hasPrefix("- ") {
            (isOrdered, width) = (false, 2)
        } else {
            return nil
        }
    }
}

extension StringProtocol {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
    }
}
