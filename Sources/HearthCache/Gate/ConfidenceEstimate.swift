/// How far an answer can be trusted, and how that was found out.
package struct ConfidenceEstimate: Sendable, Equatable {
    /// The source of the value; stored with the entry.
    package enum Method: String, Sendable, CaseIterable, Codable {
        /// The mean probability of the answer's tokens, as the provider gave it.
        case logprobs
        /// The value that a structured answer states about itself.
        case stated
        /// Finish reason, length and hedging phrases.
        case rule
    }

    /// 0 to 1.
    package let value: Double
    package let method: Method

    package init(value: Double, method: Method) {
        self.value = value
        self.method = method
    }
}
