/// The known name nearest to a misspelled one, for error messages.
package enum NearestName {
    /// Nil when nothing is near enough to be worth suggesting: more than a third of the letters, and at least two, would have to change.
    package static func find(_ name: String, in known: some Sequence<String>) -> String? {
        let wanted = fold(name)
        guard wanted.count <= 64 else { return nil }
        let limit = max(2, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let changes = distance(wanted, fold(candidate), limit: best?.distance ?? limit + 1)
            if changes <= limit, changes < best?.distance ?? .max { best = (candidate, changes) }
        }
        return best?.name
    }

    private static func fold(_ name: String) -> [UInt8] {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "_"), UInt8(ascii: " "): UInt8(ascii: "-")
            default: byte
            }
        }
    }

    /// Damerau-Levenshtein distance (optimal string alignment); stops counting at `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        guard abs(left.count - right.count) < limit else { return limit }
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 0..<left.count {
            current[0] = row + 1
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(previous[column + 1] + 1, current[column] + 1, previous[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current[column + 1] = best
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
