/// Replaces comments and the insides of strings by spaces; code in interpolations stays.
struct CodeBlanker {
    private enum Region {
        case code
        /// Code in an interpolation, with the number of its open parentheses.
        case interpolation(depth: Int)
        case string(end: [UInt8], escape: [UInt8])
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let newline = UInt8(ascii: "\n")

    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var regions = [Region.code]

    static func blank(_ text: String) -> String {
        var blanker = CodeBlanker(bytes: Array(text.utf8))
        while blanker.position < blanker.bytes.count { blanker.step() }
        return String(decoding: blanker.output, as: UTF8.self)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        output.reserveCapacity(bytes.count)
    }

    private mutating func step() {
        switch regions[regions.count - 1] {
        case .string(let end, let escape): stepInString(end: end, escape: escape)
        case .code: stepInCode()
        case .interpolation(let depth):
            switch bytes[position] {
            case UInt8(ascii: "("): regions[regions.count - 1] = .interpolation(depth: depth + 1)
            case UInt8(ascii: ")") where depth == 1: regions.removeLast()
            case UInt8(ascii: ")"): regions[regions.count - 1] = .interpolation(depth: depth - 1)
            default: return stepInCode()
            }
            take(1, blank: false)
        }
    }

    private mutating func stepInCode() {
        switch bytes[position] {
        case UInt8(ascii: "/") where starts(with: [UInt8](repeating: UInt8(ascii: "/"), count: 2)):
            while position < bytes.count, bytes[position] != Self.newline { take(1, blank: true) }
        case UInt8(ascii: "/") where starts(with: Self.commentStart): blankComment()
        case Self.quote, Self.hash: openString()
        default: take(1, blank: false)
        }
    }

    private static let commentStart = Array("/*".utf8)
    private static let commentEnd = Array("*/".utf8)

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if starts(with: Self.commentStart) {
                depth += 1
                take(2, blank: true)
            } else if starts(with: Self.commentEnd) {
                depth -= 1
                take(2, blank: true)
            } else {
                take(1, blank: true)
            }
        } while depth > 0 && position < bytes.count
    }

    /// Begins a string, raw or not, or takes a `#` that begins none.
    private mutating func openString() {
        let hashes = bytes[position...].prefix { $0 == Self.hash }
        guard hashes.endIndex < bytes.count, bytes[hashes.endIndex] == Self.quote else { return take(1, blank: false) }
        take(hashes.count, blank: false)
        let triple = [UInt8](repeating: Self.quote, count: 3)
        let quotes = starts(with: triple) ? triple : [Self.quote]
        take(quotes.count, blank: false)
        regions.append(.string(end: quotes + hashes, escape: [UInt8(ascii: "\\")] + hashes))
    }

    private mutating func stepInString(end: [UInt8], escape: [UInt8]) {
        if starts(with: end) {
            take(end.count, blank: false)
            regions.removeLast()
        } else if starts(with: escape) {
            take(escape.count, blank: true)
            let opens = position < bytes.count && bytes[position] == UInt8(ascii: "(")
            take(1, blank: true)
            if opens { regions.append(.interpolation(depth: 1)) }
        } else {
            take(1, blank: true)
        }
    }

    private func starts(with other: [UInt8]) -> Bool { bytes[position...].starts(with: other) }

    private mutating func take(_ count: Int, blank: Bool) {
        for _ in 0..<count where position < bytes.count {
            let byte = bytes[position]
            output.append(blank && byte != Self.newline ? UInt8(ascii: " ") : byte)
            position += 1
        }
    }
}
