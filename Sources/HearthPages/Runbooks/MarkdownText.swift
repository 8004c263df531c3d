/// A stretch of a runbook's text: words, code, what is stressed, and links.
enum MarkdownText: Equatable {
    case words(String)
    case code(String)
    case strong([MarkdownText])
    case link([MarkdownText], to: String)

    /// Marks without their counterpart are words.
    static func parts(of text: some StringProtocol) -> [MarkdownText] {
        var (parts, words, rest) = ([MarkdownText](), "", Substring(text))
        while !rest.isEmpty {
            guard let (part, after) = marked(rest) else {
                words.append(rest.removeFirst())
                continue
            }
            if !words.isEmpty { parts.append(.words(words)) }
            parts.append(part)
            (words, rest) = ("", after)
        }
        return words.isEmpty ? parts : parts + [.words(words)]
    }

    /// What begins with a mark here, and what follows.
    private static func marked(_ text: Substring) -> (MarkdownText, Substring)? {
        // Most characters are no mark, and looking for all of them would take its time.
        guard let first = text.utf8.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "*") || first == UInt8(ascii: "[") else {
            return nil
        }
        if let (code, rest) = between("`", "`", text) { return (.code(String(code)), rest) }
        if let (strong, rest) = between("**", "**", text) { return (.strong(parts(of: strong)), rest) }
        if let (name, rest) = between("[", "]", text), let (target, after) = between("(", ")", rest) {
            return (.link(parts(of: name), to: String(target)), after)
        }
        return nil
    }

    /// What is between two marks, of which the first begins the text; nil where it is empty or does not end.
    private static func between(_ opening: String, _ closing: String, _ text: Substring) -> (Substring, Substring)? {
        guard text.hasPrefix(opening) else { return nil }
        var rest = text.dropFirst(opening.count)
        let start = rest.startIndex
        while !rest.isEmpty {
            if rest.hasPrefix(closing) {
                let inside = text[start..<rest.startIndex]
                return inside.isEmpty ? nil : (inside, rest.dropFirst(closing.count))
            }
            // What is code has no marks: a bracket or an asterisk in it ends nothing.
            if opening != "`", let (_, after) = between("`", "`", rest) { rest = after } else { rest.removeFirst() }
        }
        return nil
    }
}
