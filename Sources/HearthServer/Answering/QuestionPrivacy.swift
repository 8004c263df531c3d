import HearthCache
import HearthStatistics

/// What the statistics may keep of who asks what.
struct QuestionPrivacy: Sendable {
    /// Whether the texts of questions are kept as they were asked.
    let keepsTexts: Bool
    /// Nil where customers cannot be told apart, because there is no key to hash them with.
    private let hasher: CustomerHasher?

    init(keepsTexts: Bool, customerKey: String?) {
        self.keepsTexts = keepsTexts
        hasher = customerKey.map(CustomerHasher.init(secret:))
    }

    /// Nil where nothing depends on who asked.
    func customer(_ identifier: String?) -> CustomerHash? {
        guard !keepsTexts, let hasher, let identifier, !identifier.isEmpty else { return nil }
        return hasher.hash(identifier)
    }

    func asked(_ question: IdentifiedQuestion, _ text: String, by customer: CustomerHash?, confidence: Double?) -> AskedQuestion {
        AskedQuestion(
            identity: question.key.digest, normalizedText: question.normalized.text, originalText: keepsTexts ? text : nil,
            customer: customer, confidence: confidence)
    }
}
