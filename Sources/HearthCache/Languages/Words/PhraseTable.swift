/// Sequences of words, found by their first word.
struct PhraseTable<Kind: Sendable>: Sendable {
    struct Phrase: Sendable {
        let kind: Kind
        let words: [UInt16]
    }

    private var phrases: [Phrase] = []
    /// For each word the phrases that begin with it, as a range of `phrases`.
    private var heads: [Range<Int>] = []

    /// - Parameter wordCount: The number of words and stems; every number in the phrases is below it.
    init(_ unsorted: [(kind: Kind, words: [UInt16])], wordCount: Int) {
        // Longest first, so that the first match is the longest.
        let sorted = unsorted.filter { !$0.words.isEmpty }.sorted { ($0.words[0], $1.words.count) < ($1.words[0], $0.words.count) }
        phrases = sorted.map { Phrase(kind: $0.kind, words: $0.words) }
        heads = Array(repeating: 0..<0, count: wordCount)
        var start = 0
        while start < phrases.count {
            let head = phrases[start].words[0]
            var end = start
            while end < phrases.count, phrases[end].words[0] == head { end += 1 }
            heads[Int(head)] = start..<end
            start = end
        }
    }

    /// Calls `body` for every phrase that begins at `index`, the longest first, until it returns true.
    @inline(__always)
    func forEachMatch(_ tokens: [Token], at index: Int, _ body: (Kind, Int) -> Bool) {
        let token = tokens[index]
        if token.word != 0, scan(heads[Int(token.word)], tokens, index, body) { return }
        if token.stem != 0 { _ = scan(heads[Int(token.stem)], tokens, index, body) }
    }

    @inline(__always)
    private func scan(_ range: Range<Int>, _ tokens: [Token], _ index: Int, _ body: (Kind, Int) -> Bool) -> Bool {
        for position in range where matches(position, tokens, index) {
            if body(phrases[position].kind, phrases[position].words.count) { return true }
        }
        return false
    }

    private func matches(_ position: Int, _ tokens: [Token], _ index: Int) -> Bool {
        let count = phrases[position].words.count
        guard index + count <= tokens.count else { return false }
        for offset in 1..<max(count, 1) {
            let wanted = phrases[position].words[offset]
            let token = tokens[index + offset]
            if token.word != wanted && token.stem != wanted { return false }
        }
        return true
    }
}
