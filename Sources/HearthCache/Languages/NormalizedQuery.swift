package import HearthTelemetry

/// What the normaliser made of a question.
package struct NormalizedQuery: Sendable, Equatable {
    /// What was done to the text, for explanations.
    package struct Steps: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The text needed the Unicode compatibility form.
        package static let compatibilityForm = Steps(rawValue: 1 << 0)
        package static let accentsRemoved = Steps(rawValue: 1 << 1)
        package static let fillersDropped = Steps(rawValue: 1 << 2)
        package static let wordsSorted = Steps(rawValue: 1 << 3)
        /// The case-folded original is used: nothing but punctuation was there, or a filler stands in quotation marks.
        package static let originalKept = Steps(rawValue: 1 << 4)
    }

    /// The canonical text: the same for questions that mean the same by form alone. The original if ``isExact``.
    package let text: String
    /// What the rules say the question is about.
    package let category: ResponseCategory
    /// The exact text must be the key: something that is not known to be harmless would have been dropped.
    package let isExact: Bool
    package let steps: Steps

    package init(text: String, category: ResponseCategory, isExact: Bool, steps: Steps) {
        self.text = text
        self.category = category
        self.isExact = isExact
        self.steps = steps
    }
}
