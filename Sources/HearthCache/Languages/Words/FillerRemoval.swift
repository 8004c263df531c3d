/// Step 4 of the normalisation: greetings, politeness and articles go; a text that would lose everything loses nothing.
struct FillerRemoval {
    private static let longestPhrase = 6
    /// Removing one filler may uncover another ("please, hi, ..."); no real text needs more rounds.
    private static let mostRounds = 6

    enum Outcome {
        case atRest
        /// A filler would be dropped that stands in quotation marks, where words are talked about.
        case dropsQuoted
        case restless
    }

    private let rules: LanguageRules

    init(_ rules: LanguageRules) {
        self.rules = rules
    }

    /// Drops fillers until none is left; after an outcome other than `atRest` the draft is of no use.
    func apply(to draft: inout Draft) -> Outcome {
        for _ in 0..<Self.mostRounds {
            let before = draft.tokens.count
            guard runRound(&draft.tokens) else { return .dropsQuoted }
            if draft.tokens.count == before { return .atRest }
            draft.droppedFillers = true
        }
        return .restless
    }

    /// Whether another round would drop something, had the words no punctuation between them, as in a canonical text.
    func wouldChange(_ tokens: [Token]) -> Bool {
        guard tokens.contains(where: { !$0.roles.isDisjoint(with: [.beginsFiller, .article]) }) else { return false }
        var copy = tokens
        for index in copy.indices { copy[index].traits.remove(.breakBefore) }
        return !runRound(&copy) || copy.count != tokens.count
    }

    /// Drops what can be dropped at once; false if a quoted word is part of it.
    private func runRound(_ tokens: inout [Token]) -> Bool {
        guard stripSigns(&tokens) else { return false }
        if rules.firstCapitalIsArticle, !tokens.isEmpty { tokens[0].traits.remove(.loneCapital) }
        guard tokens.contains(where: { !$0.roles.isDisjoint(with: [.beginsFiller, .article]) }) else { return true }
        var dropped = 0
        let front = dropFront(&tokens, &dropped)
        if tokens[front.rest...].contains(where: { $0.roles.contains(.mention) }) || front.mentions {
            for index in tokens.indices { tokens[index].traits.remove(.dropped) }
            return true
        }
        let end = dropBack(&tokens, from: front.rest, &dropped)
        dropInside(&tokens, front.rest..<end, &dropped)
        guard dropped > 0 else { return true }
        if Self.dropsQuoted(tokens) { return false }
        if dropped < tokens.count {
            Draft.removeDropped(&tokens)
            return true
        }
        // Nothing would be left. The canonical text has no punctuation between words, so what is left must not depend on it.
        let hasBreaks = tokens.contains { $0.traits.contains(.breakBefore) }
        for index in tokens.indices { tokens[index].traits.subtract([.dropped, .breakBefore]) }
        return hasBreaks ? runRound(&tokens) : true
    }

    private static func dropsQuoted(_ tokens: [Token]) -> Bool {
        tokens.contains { $0.traits.isSuperset(of: [.dropped, .quoted]) }
    }

    // MARK: Front

    /// Drops what stands in front of the question; tells where the rest begins and whether a dropped word mentions words.
    private func dropFront(_ tokens: inout [Token], _ dropped: inout Int) -> (rest: Int, mentions: Bool) {
        var front = 0
        var mentions = false
        while front < tokens.count, tokens[front].roles.contains(.beginsFiller) {
            guard let (kind, length) = frontPhrase(tokens, front) else { break }
            if kind != .opener, tokens[front..<(front + length)].contains(where: { $0.roles.contains(.mention) }) { mentions = true }
            drop(&tokens, front..<(front + length), &dropped)
            front += length
        }
        return (front, mentions)
    }

    private func frontPhrase(_ tokens: [Token], _ front: Int) -> (LanguageRules.Filler, Int)? {
        var found: (LanguageRules.Filler, Int)?
        rules.fillers.forEachMatch(tokens, at: front) { kind, length in
            let next = front + length
            switch kind {
            case .kept:
                return true
            case .smallTalk:
                return false
            case .greeting, .politeness, .politenessInside:
                guard next < tokens.count else { return false }
            case .opener:
                // "Good day trips" begins with no greeting; "Good day! Trips?" does.
                guard next < tokens.count, tokens[next].roles.contains(.question) || tokens[next].traits.contains(.breakBefore)
                else { return false }
            }
            found = (kind, length)
            return true
        }
        return found
    }

    // MARK: Back

    private func dropBack(_ tokens: inout [Token], from front: Int, _ dropped: inout Int) -> Int {
        var end = tokens.count
        while end - front > 0, tokens[end - 1].roles.contains(.endsPoliteness) {
            guard let start = politeStart(tokens, front, end) else { break }
            drop(&tokens, start..<end, &dropped)
            end = start
        }
        return end
    }

    /// Where the longest polite phrase begins that ends at `end`.
    private func politeStart(_ tokens: [Token], _ front: Int, _ end: Int) -> Int? {
        for start in max(front, end - Self.longestPhrase)..<end where tokens[start].roles.contains(.beginsFiller) {
            if isKept(tokens, start, front) { return nil }
            var isPolite = false
            rules.fillers.forEachMatch(tokens, at: start) { kind, length in
                isPolite = (kind == .politeness || kind == .politenessInside) && start + length == end
                return isPolite
            }
            if isPolite { return start }
        }
        return nil
    }

    /// Whether a kept phrase begins at `index` or covers it from before.
    private func isKept(_ tokens: [Token], _ index: Int, _ front: Int) -> Bool {
        for start in max(front, index - Self.longestPhrase + 1)...index where tokens[start].roles.contains(.beginsFiller) {
            var covers = false
            rules.fillers.forEachMatch(tokens, at: start) { kind, length in
                covers = kind == .kept && start + length > index
                return covers
            }
            if covers { return true }
        }
        return false
    }

    // MARK: Inside

    private func dropInside(_ tokens: inout [Token], _ range: Range<Int>, _ dropped: inout Int) {
        var index = range.lowerBound
        while index < range.upperBound {
            let roles = tokens[index].roles
            if roles.contains(.article), ArticleRule.isDroppable(tokens, at: index), !isKept(tokens, index, range.lowerBound) {
                drop(&tokens, index..<(index + 1), &dropped)
            } else if roles.contains(.beginsFiller), let length = politeInside(tokens, index, range) {
                drop(&tokens, index..<(index + length), &dropped)
                index += length
                continue
            }
            index += 1
        }
    }

    /// The length of a phrase that goes wherever it stands, or of thanks between two punctuation marks.
    private func politeInside(_ tokens: [Token], _ index: Int, _ range: Range<Int>) -> Int? {
        var found: Int?
        rules.fillers.forEachMatch(tokens, at: index) { kind, length in
            let next = index + length
            guard next <= range.upperBound, kind != .kept else { return kind == .kept }
            let standsAlone =
                tokens[index].traits.contains(.breakBefore) && next < tokens.count && tokens[next].traits.contains(.breakBefore)
            guard kind == .politenessInside || (kind == .politeness && standsAlone) else { return false }
            found = length
            return true
        }
        return found
    }

    // MARK: Signs

    /// A bullet in front of the text goes, and so does a dash that joins neither numbers nor single letters; false if one is quoted.
    private func stripSigns(_ tokens: inout [Token]) -> Bool {
        guard tokens.contains(where: { !$0.traits.isDisjoint(with: [.bullet, .bareHyphen]) }), tokens.count > 1 else { return true }
        var front = 0
        while front < tokens.count - 1, tokens[front].traits.contains(.bullet) {
            tokens[front].traits.insert(.dropped)
            front += 1
        }
        for index in tokens.indices where tokens[index].traits.contains(.bareHyphen) {
            let joins = [index - 1, index + 1].contains { tokens.indices.contains($0) && tokens[$0].isOperand }
            if !joins { tokens[index].traits.insert(.dropped) }
        }
        if Self.dropsQuoted(tokens) { return false }
        if tokens.contains(where: { !$0.traits.contains(.dropped) }) { Draft.removeDropped(&tokens) }
        for index in tokens.indices { tokens[index].traits.remove(.dropped) }
        return true
    }

    private func drop(_ tokens: inout [Token], _ range: Range<Int>, _ dropped: inout Int) {
        for index in range { tokens[index].traits.insert(.dropped) }
        dropped += range.count
    }
}
