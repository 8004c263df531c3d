import HearthUpstream

/// Tells the piece of a stream that has no choices but the usage; Hearth asked for it, and not every caller wants it.
enum UsagePiece {
    private static let name = Array(#""choices""#.utf8)
    private static let emptyList = Array(":[]".utf8)

    /// Only a piece that names an empty list of choices is parsed: every reader asks it of every piece.
    static func matches(_ piece: [UInt8]) -> Bool {
        guard namesEmptyChoices(piece), let tree = JSONTree(piece) else { return false }
        return tree["choices"]?.items?.isEmpty == true && tree["usage"] != nil
    }

    /// Whether `"choices": []` stands anywhere in it, whatever the white space.
    static func namesEmptyChoices(_ piece: [UInt8]) -> Bool {
        var rest = piece[...]
        while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
            rest = rest[quote...]
            if rest.starts(with: name), isEmptyList(rest.dropFirst(name.count)) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    private static func isEmptyList(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        for mark in emptyList {
            rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
            guard rest.first == mark else { return false }
            rest = rest.dropFirst()
        }
        return true
    }
}
