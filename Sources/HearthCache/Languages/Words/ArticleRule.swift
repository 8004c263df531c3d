/// When an article may be dropped.
enum ArticleRule {
    /// Whether the word at `index` is an article that changes nothing.
    ///
    /// It stays in front of nothing, beside numbers, dates and weekdays ("a las dos", "segunda a sexta", "the second"),
    /// and beside the words that the language names.
    static func isDroppable(_ tokens: [Token], at index: Int) -> Bool {
        let token = tokens[index]
        guard token.roles.contains(.article), !token.traits.contains(.loneCapital), index + 1 < tokens.count else { return false }
        let next = tokens[index + 1]
        if next.isQuantity || next.roles.contains(.keepsArticleBefore) || next.roles.contains(.article) { return false }
        if !next.traits.isDisjoint(with: [.bareSign, .bareHyphen, .emoji]) { return false }
        // "type a b": an article in front of a single letter may be a letter itself.
        if next.traits.contains(.singleLetter) { return false }
        guard index > 0 else { return true }
        let previous = tokens[index - 1]
        return !previous.isQuantity && !previous.roles.contains(.keepsArticleAfter)
    }
}
