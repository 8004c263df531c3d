/// Decides whether an answer is good enough to be given to others; a pure function of its input.
package struct StorageGate: Sendable {
    private let minimumConfidence: Double
    private let maximumAnswerBytes: Int

    /// - Parameters:
    ///   - minimumConfidence: 0 to 1; an answer with exactly this confidence is kept.
    ///   - maximumAnswerBytes: The largest answer that is kept.
    package init(minimumConfidence: Double, maximumAnswerBytes: Int) {
        self.minimumConfidence = minimumConfidence
        self.maximumAnswerBytes = maximumAnswerBytes
    }

    package func decide(_ candidate: AnswerCandidate) -> GateDecision {
        if !candidate.mayStore { return .skip(.forbidden) }
        if !candidate.isSuccess { return .skip(.providerStatus) }
        if !candidate.isComplete { return .skip(.incomplete) }
        if candidate.finishReason != "stop" { return .skip(.finishReason) }
        if !candidate.callsTools, Self.isBlank(candidate.text) { return .skip(.empty) }
        if candidate.sizeBytes > maximumAnswerBytes { return .skip(.tooLarge) }
        if candidate.isRefusal { return .skip(.refusal) }
        // Written so that a confidence that is not a number, or no probability, is refused.
        guard candidate.confidence >= minimumConfidence, candidate.confidence <= 1 else { return .skip(.lowConfidence) }
        return .store
    }

    /// Nothing in the text can be seen.
    private static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
                || scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        }
    }
}
