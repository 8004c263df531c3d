import HearthCache
import HearthStatistics
import HearthTelemetry

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

    /// What the stores know a customer by; nil where they know none.
    func hash(of identifier: String) -> CustomerHash? { hasher?.hash(identifier) }

    /// Who votes on an answer. Of answers that are shared a whole tenant has one voice, or one alone could bring down what others use; of a
    /// tenant's own each customer has one. Nil where voters are not told apart: then each vote counts.
    func voter(_ identifier: String?, of tenant: Tenant, in space: AnswerSpace) -> Voter? {
        if space.isShared { return Voter(bytes: Array("tenant:\(tenant)".utf8)) }
        guard let hasher, let identifier, !identifier.isEmpty else { return nil }
        return Voter(bytes: hasher.hash("vote\0\(tenant)\0\(identifier)").bytes)
    }

    func asked(_ question: IdentifiedQuestion, _ text: String, by customer: CustomerHash?, confidence: Double?) -> AskedQuestion {
        AskedQuestion(
            identity: question.key.digest, normalizedText: question.normalized.text, originalText: keepsTexts ? text : nil,
            customer: customer, confidence: confidence)
    }
}
