/// What comparing two answers to one question found.
package enum AnswerComparison: Sendable, Equatable {
    /// The texts are equal after normalisation.
    case equal
    /// The words agree well enough, and nothing that turns the meaning differs.
    case alike(overlap: Double)
    /// They cannot both be right.
    case different(Difference)
    /// By their form they are taken for different; whoever understands them may judge otherwise.
    case doubtful(Difference, overlap: Double)

    /// What differs first, in the order in which it is looked for.
    package enum Difference: String, Sendable, CaseIterable {
        case empty
        /// Digits: prices, times, telephone numbers, and the currency or per cent sign with them.
        case numbers
        /// Numbers written as words.
        case numberWords = "number-words"
        /// Weekdays, months, "today".
        case dates
        /// The word behind a number: 10 am and 10 pm, 30 minutes and 30 hours.
        case units
        /// A negation more or less, or one of another word.
        case negation
        /// The same numbers, dates or words in another order.
        case order
        case words
    }
}
