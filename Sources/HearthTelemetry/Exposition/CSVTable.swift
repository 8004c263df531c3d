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
        guard let text, let first = text.utf8.first else { return "" }
        let quotationMark = UInt8(ascii: "\"")
        var field = [quotationMark]
        if "=+-@\t\r".utf8.contains(first) { field.append(UInt8(ascii: "'")) }
        // Byte by byte: with an accent behind it a quotation mark is part of another character, and would stay single.
        for byte in text.utf8 { field += byte == quotationMark ? [byte, byte] : [byte] }
        return String(decoding: field + [quotationMark], as: UTF8.self)
    }

    /// Names with their values in one field, sorted by name: `entries=3; kept=2`.
    package static func pairs(_ pairs: [String: some CustomStringConvertible]?) -> String {
        text(pairs?.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
    }
}
