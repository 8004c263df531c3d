import HearthTelemetry
import HearthUpstream

/// A form that the provider is told to answer in, where words alone will not do.
struct AnswerStructure: Sendable {
    /// What an answer of this form says about itself.
    struct Statement: Sendable, Equatable {
        /// Decides how long the answer is kept.
        var category: ResponseCategory
        var confidence: Double
    }

    /// The field `response_format` of the request.
    var format: JSONTree
    /// Nil for a text that is not of the form; such an answer is none.
    var read: @Sendable (String) -> Statement?
}
