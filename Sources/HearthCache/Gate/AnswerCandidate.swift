/// What is known of an answer when it must be decided whether to keep it.
package struct AnswerCandidate: Sendable {
    /// The provider answered with status 200.
    package var isSuccess: Bool
    /// The stream ended with its end mark, or the body was whole.
    package var isComplete: Bool
    /// As the provider gave it; nil when it gave none.
    package var finishReason: String?
    package var text: String
    /// The provider or the ``RefusalDetector`` says that the answer declines to answer.
    package var isRefusal: Bool
    /// 0 to 1, from the ``ConfidenceEstimator`` or from the caller.
    package var confidence: Double
    /// False when the caller asked that the answer is not kept.
    package var mayStore: Bool
    /// The size of the answer as it would be kept, in bytes.
    package var sizeBytes: Int
    /// It calls tools in place of saying something, and every call is whole.
    package var callsTools = false

    /// - Parameter sizeBytes: The length of the text in UTF-8 when nil.
    package init(
        isSuccess: Bool, isComplete: Bool, finishReason: String?, text: String, isRefusal: Bool, confidence: Double, mayStore: Bool,
        sizeBytes: Int? = nil
    ) {
        self.isSuccess = isSuccess
        self.isComplete = isComplete
        self.finishReason = finishReason
        self.text = text
        self.isRefusal = isRefusal
        self.confidence = confidence
        self.mayStore = mayStore
        self.sizeBytes = sizeBytes ?? text.utf8.count
    }
}
