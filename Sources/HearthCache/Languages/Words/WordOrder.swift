import HearthTelemetry

/// Step 5 of the normalisation: words are sorted where their order says nothing.
struct WordOrder {
    private static let mostWords = 12
    private static let mostQuantities = 1
    /// Two words of content may be a journey, a massage oil or an oil massage; one cannot.
    private static let mostContentWords = 1

    private static let mostDescribingWords = 1

    private let rules: LanguageRules

    init(_ rules: LanguageRules) {
        self.rules = rules
    }

    func apply(to draft: inout Draft, category: ResponseCategory) {
        guard Self.ignoresOrder(category), isOrderFree(draft) else { return }
        if draft.tokens.dropFirst().contains(where: { $0.traits.contains(.dashBefore) }) {
            draft.keepsDashes = true
            keepTellingDashes(&draft.tokens)
            return
        }
        let bytes = draft.bytes
        let sorted = draft.tokens.sorted { Self.precedes(bytes, $0.range, $1.range) }
        // Sorting may put words together that read as a filler; then the order stays.
        if FillerRemoval(rules).wouldChange(sorted) { return }
        draft.tokens = sorted
        draft.isSorted = true
    }

    /// Beside a number or a single letter a dash stands as a word of its own when the canonical text is read again, which keeps the
    /// order by itself; the other dashes go then, and so they go at once.
    private func keepTellingDashes(_ tokens: inout [Token]) {
        let telling = tokens.indices.dropFirst().filter {
            tokens[$0].traits.contains(.dashBefore) && (tokens[$0 - 1].isOperand || tokens[$0].isOperand)
        }
        guard !telling.isEmpty else { return }
        for index in tokens.indices { tokens[index].traits.remove(.dashBefore) }
        for index in telling { tokens[index].traits.insert(.dashBefore) }
    }

    private static func ignoresOrder(_ category: ResponseCategory) -> Bool {
        switch category {
        case .pricing, .hours, .location, .services, .availability: true
        case .greeting, .booking, .general: false
        }
    }

    private func isOrderFree(_ draft: Draft) -> Bool {
        guard (2...Self.mostWords).contains(draft.tokens.count) else { return false }
        var quantities = 0
        var content = 0
        var describing = 0
        for token in draft.tokens {
            if token.traits.contains(.orderSign) { return false }
            if !token.roles.isDisjoint(with: [.relational, .negation, .mention]) { return false }
            if token.traits.contains(.loneCapital), token.roles.contains(.article) { return false }
            if token.isQuantity {
                quantities += 1
            } else if token.roles.contains(.describing) {
                describing += 1
            } else if !token.roles.contains(.orderFree) {
                content += 1
            }
            if token.roles.isDisjoint(with: [.orderFree, .describing]), hasRelationalPrefix(token, draft.bytes) { return false }
        }
        return quantities <= Self.mostQuantities && content <= Self.mostContentWords && describing <= Self.mostDescribingWords
    }

    private func hasRelationalPrefix(_ token: Token, _ bytes: [UInt8]) -> Bool {
        guard !rules.relationalPrefixes.isEmpty, !token.roles.contains(.unprefixed) else { return false }
        return rules.relationalPrefixes.contains { prefix in
            token.range.count > prefix.count && bytes[token.start..<(token.start + prefix.count)].elementsEqual(prefix)
        }
    }

    private static func precedes(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let shared = min(left.count, right.count)
        for offset in 0..<shared {
            let (first, second) = (bytes[left.lowerBound + offset], bytes[right.lowerBound + offset])
            if first != second { return first < second }
        }
        return left.count < right.count
    }
}
