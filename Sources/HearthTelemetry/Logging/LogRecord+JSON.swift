import Logging

extension LogRecord {
    /// One JSON object and a line feed: `time`, `level`, `message`, `logger`, then the fields by name.
    func json() -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line.append(contentsOf: #"{"time":""#.utf8)
        line.append(contentsOf: time.description.utf8)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: level.rawValue.utf8)
        line.append(contentsOf: #"","message":"#.utf8)
        JSONText.append(message, to: &line)
        line.append(contentsOf: #","logger":"#.utf8)
        JSONText.append(logger, to: &line)
        for (name, value) in fields {
            line.append(UInt8(ascii: ","))
            JSONText.append(name, to: &line)
            line.append(UInt8(ascii: ":"))
            Self.append(value, to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        return line
    }

    private static func append(_ value: Value, to line: inout [UInt8]) {
        switch value {
        case .text(let text): JSONText.append(text, to: &line)
        case .literal(let literal): line.append(contentsOf: literal.utf8)
        case .list(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        }
    }
}
