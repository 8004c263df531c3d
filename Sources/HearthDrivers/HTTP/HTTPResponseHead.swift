/// Collects the header lines of an answer as they arrive.
///
/// Interim answers (100 Continue, 103 Early Hints) are replaced by the one that follows. Trailers after the body are counted and
/// dropped. The limits hold over everything together, so that endless interim answers end the transfer too.
struct HTTPResponseHead {
    private(set) var headers = HTTPClientHeaders()
    private(set) var isComplete = false
    private(set) var isOverLimit = false

    private let maximumFields: Int
    private let maximumBytes: Int
    private var lines = 0
    private var bytes = 0
    private var isInterim = false

    init(maximumFields: Int, maximumBytes: Int) {
        self.maximumFields = maximumFields
        self.maximumBytes = maximumBytes
    }

    /// Takes one line with its end; false when a limit is passed.
    mutating func receive(_ line: [UInt8]) -> Bool {
        lines += 1
        bytes += line.count
        // A status line and an empty line come with the fields.
        guard lines <= maximumFields + 2, bytes <= maximumBytes else {
            isOverLimit = true
            return false
        }
        if isComplete && !isInterim { return true }
        if line.starts(with: "HTTP/".utf8) {
            headers = HTTPClientHeaders()
            isComplete = false
            isInterim = Self.statusIsInterim(line)
        } else if line == [0x0d, 0x0a] || line == [0x0a] {
            isComplete = !isInterim
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[(colon + 1)...].trimmed
            headers.append(name: String(decoding: line[..<colon].trimmed, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
        }
        return true
    }

    private static func statusIsInterim(_ line: [UInt8]) -> Bool {
        guard let space = line.firstIndex(of: 0x20), space + 1 < line.count else { return false }
        return line[space + 1] == UInt8(ascii: "1")
    }
}

extension ArraySlice<UInt8> {
    /// Without white space at both ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else { return [] }
        return self[first...last]
    }
}
