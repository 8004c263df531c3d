/// What the rules of a language say about one word; a word may have several roles.
struct WordRoles: OptionSet, Sendable {
    let rawValue: UInt32

    static let article = WordRoles(rawValue: 1 << 0)
    static let keepsArticleBefore = WordRoles(rawValue: 1 << 1)
    static let keepsArticleAfter = WordRoles(rawValue: 1 << 2)
    static let mention = WordRoles(rawValue: 1 << 3)
    static let question = WordRoles(rawValue: 1 << 4)
    static let negation = WordRoles(rawValue: 1 << 5)
    static let relational = WordRoles(rawValue: 1 << 6)
    static let number = WordRoles(rawValue: 1 << 7)
    static let date = WordRoles(rawValue: 1 << 8)
    static let orderFree = WordRoles(rawValue: 1 << 9)
    static let unprefixed = WordRoles(rawValue: 1 << 10)
    /// Free in its place, but only one of its kind: with two of them the order decides what is said of what.
    static let describing = WordRoles(rawValue: 1 << 14)
    /// A filler phrase of some kind begins with this word.
    static let beginsFiller = WordRoles(rawValue: 1 << 11)
    /// A category pattern begins with this word.
    static let beginsPattern = WordRoles(rawValue: 1 << 12)
    /// A polite phrase ends with this word.
    static let endsPoliteness = WordRoles(rawValue: 1 << 13)
}
