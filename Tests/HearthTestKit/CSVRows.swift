/// Comma-separated values (RFC 4180) with a header line, read by somebody else than who writes them.
package struct CSVRows: Sendable {
    package private(set) var header: [String] = []
    /// Each line by the names of the header.
    package private(set) var rows: [[String: String]] = []

    /// Nil where a line has not as many fields as the header, or where it is no CSV at all.
    package init?(_ text: String) {
        guard var lines = Self.lines(text), !lines.isEmpty else { return nil }
        header = lines.removeFirst()
        guard Set(header).count == header.count, lines.allSatisfy({ $0.count == header.count }) else { return nil }
        rows = lines.map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    /// The fields of each line; nil where a quote is left open, or the last line has no end.
    private static func lines(_ text: String) -> [[String]]? {
        var (lines, fields, field, isQuoted) = ([[String]](), [String](), "", false)
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch (character, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                field.append(character)
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(field)
                field = ""
            case ("\r\n", false):
                lines.append(fields + [field])
                (fields, field) = ([], "")
            default: field.append(character)
            }
        }
        return isQuoted || !fields.isEmpty || !field.isEmpty ? nil : lines
    }
}
