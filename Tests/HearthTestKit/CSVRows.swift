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
        var (lines, fields, field, isQuoted) = ([[String]](), [String](), String.UnicodeScalarView(), false)
        // Not by characters, which a quotation mark and an accent behind it are together.
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where rest.first == "\"":
                rest.removeFirst()
                field.append(scalar)
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                fields.append(String(field))
                field = .init()
            case ("\r", false) where rest.first == "\n":
                rest.removeFirst()
                lines.append(fields + [String(field)])
                (fields, field) = ([], .init())
            default: field.append(scalar)
            }
        }
        return isQuoted || !fields.isEmpty || !field.isEmpty ? nil : lines
    }
}
