/// A table as RFC 4180 text: a header line, one line for each row; lines end with CRLF.
package struct CSVTable: Sendable {
    package private(set) var text = ""

    package init(_ header: [String]) { add(header) }

    /// - Parameter fields: as ``text(_:)`` or ``value(_:)`` make them, as many as the header has.
    package mutating func add(_ fields: [String]) {
        text += fields.joined(separator: ",") + "\r\n"
    }

    /// A number, a moment or a word of ours, none of which needs quotes; nothing where there is none.
    package static func value(_ value: (some CustomStringConvertible)?) -> String { value.map(\.description) ?? "" }

    /// Words that may be anybody's, in quotes; what a spreadsheet would take for a formula gets an apostrophe in front.
    package static func text(_ text: String?) -> String {
        guard let text, let first = text.first else { return "" }
        let harmless = "=+-@\t\r".contains(first) ? "'" + text : text
        return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
    }

    /// Names with their values in one field, sorted by name: `entries=3; kept=2`.
    package static func pairs(_ pairs: [String: some CustomStringConvertible]?) -> String {
        text(pairs?.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
    }
}
