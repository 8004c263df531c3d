/// How many edits lead from one word to another, for the hints that errors give on misspelt names.
package enum EditDistance {
    /// Counts insertions, deletions, replacements and swapped neighbours, no part being edited twice.
    ///
    /// This is the restricted Damerau-Levenshtein distance (optimal string alignment): F. J. Damerau, "A technique for computer
    /// detection and correction of spelling errors", CACM 7 (1964). The time is the product of the lengths, so callers bound them.
    package static func between<Letters: RandomAccessCollection>(_ left: Letters, _ right: Letters) -> Int
    where Letters.Element: Equatable, Letters.Index == Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 0..<left.count {
            current[0] = row + 1
            let letter = left[left.startIndex + row]
            for column in 0..<right.count {
                let other = right[right.startIndex + column]
                var best = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[right.startIndex + column - 1], left[left.startIndex + row - 1] == other {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current[column + 1] = best
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
