import Logging

extension LogRecord {
    /// `17:40:00.000 warning hearth.cache: message  key=value other="with space"`, and a line feed.
    ///
    /// Control characters are written as `\u{1B}`, so that nothing logged can move the cursor or begin a line of its own.
    func text() -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        // The time of day of `2026-11-22T17:40:00.000Z`: a terminal's reader knows the date.
        line.append(contentsOf: time.description.utf8.dropFirst(11).prefix(12))
        line.append(UInt8(ascii: " "))
        line.append(contentsOf: level.rawValue.utf8)
        for _ in level.rawValue.utf8.count..<9 { line.append(UInt8(ascii: " ")) }
        Self.append(message, to: &line)
        line.append(contentsOf: "  logger=".utf8)
        Self.append(quoted: logger, to: &line)
        for (name, value) in fields {
            line.append(UInt8(ascii: " "))
            Self.append(name, to: &line)
            line.append(UInt8(ascii: "="))
            Self.append(value, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func append(_ value: Value, to line: inout [UInt8]) {
        switch value {
        case .text(let text): append(quoted: text, to: &line)
        case .literal(let literal): line.append(contentsOf: literal.utf8)
        case .list(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: " ")) }
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        }
    }

    /// In quotes where the value would otherwise not be seen to begin and end.
    private static func append(quoted text: String, to line: inout [UInt8]) {
        guard text.isEmpty || text.utf8.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\"") })
        else {
            append(text, to: &line)
            return
        }
        line.append(UInt8(ascii: "\""))
        append(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: #"\""#), to: &line)
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ text: String, to line: inout [UInt8]) {
        let text = text.utf8.count > JSONText.maximumBytes ? JSONText.cut(text) : text
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            // Controls, and characters that reorder or hide what is around them.
            case .control, .format, .lineSeparator, .paragraphSeparator:
                line.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".utf8)
            default: line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}
