import HearthTelemetry

/// Finds the known word that a misspelt one was probably meant to be.
package enum NearestWord {
    /// The known word with the smallest distance to `word`, or nil when none is near enough to be worth a hint.
    ///
    /// The distance counts insertions, deletions, replacements and swapped neighbours (optimal string alignment), letters
    /// compared without case. Near enough is a third of the longer word, at least one and at most four edits. Words longer
    /// than 100 characters have no neighbour, which bounds the work.
    package static func find(_ word: String, among known: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased())
        guard !letters.isEmpty, letters.count <= 100 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known {
            let other = Array(candidate.lowercased())
            let limit = min(4, max(1, max(letters.count, other.count) / 3))
            guard abs(other.count - letters.count) <= limit else { continue }
            let distance = EditDistance.between(letters, other)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// As ``find(_:among:)``, for dotted keys: a key whose last part alone is known or nearly known is found too.
    package static func findKey(_ key: String, among known: [String]) -> String? {
        if let whole = find(key, among: known) { return whole }
        guard let last = key.split(separator: ".").last.map(String.init) else { return nil }
        let lastParts = known.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        guard let nearest = find(last, among: lastParts) else { return nil }
        return zip(known, lastParts).first { $0.1 == nearest }?.0
    }
}
