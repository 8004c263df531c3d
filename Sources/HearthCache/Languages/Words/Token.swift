/// One word of a text, as a range of the draft's bytes.
struct Token: Sendable {
    /// What the text shows about the word, beside its letters.
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt16

        /// One letter that was written as a capital; it stays a capital in the canonical text.
        static let loneCapital = Traits(rawValue: 1 << 0)
        static let hasDigit = Traits(rawValue: 1 << 1)
        static let singleLetter = Traits(rawValue: 1 << 2)
        /// Only signs such as `+` or `&`, with space on both sides.
        static let bareSign = Traits(rawValue: 1 << 3)
        static let bareHyphen = Traits(rawValue: 1 << 4)
        static let emoji = Traits(rawValue: 1 << 5)
        /// Punctuation or a decorative emoji stands between this word and the one before.
        static let breakBefore = Traits(rawValue: 1 << 6)
        /// A bare sign that begins a list line when it comes first.
        static let bullet = Traits(rawValue: 1 << 7)
        static let dropped = Traits(rawValue: 1 << 8)
        static let startsText = Traits(rawValue: 1 << 9)
        /// A dash that is not part of the canonical text stood between this word and the one before.
        static let dashBefore = Traits(rawValue: 1 << 10)
        /// The word holds or is a sign that may say how its neighbours relate: a dash, an arrow, an operator, an emoji.
        static let orderSign = Traits(rawValue: 1 << 11)
        /// The word stands between the first and the last quotation mark of the text, so it may be talked about.
        static let quoted = Traits(rawValue: 1 << 12)
    }

    var start: Int
    var end: Int
    /// The number in the language's word table, or 0.
    var word: UInt16 = 0
    /// The number of the longest stem that the word begins with, or 0.
    var stem: UInt16 = 0
    var roles: WordRoles = []
    var traits: Traits = []

    var range: Range<Int> { start..<end }

    /// A number, a date or a weekday: its place and its neighbours carry meaning.
    var isQuantity: Bool {
        traits.contains(.hasDigit) || !roles.isDisjoint(with: [.number, .date])
    }

    /// What a dash or an operator may stand between.
    var isOperand: Bool {
        isQuantity || !traits.isDisjoint(with: [.singleLetter, .bareSign])
    }
}
