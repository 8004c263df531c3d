package import HearthTelemetry

/// What a look-up would find, for people who want to know why.
package struct Inspection: Sendable {
    package enum Verdict: Sendable, Equatable {
        case hit
        /// Served once more, while a new answer is fetched.
        case stale
        case miss(MissReason)
    }

    /// What is kept under the question's key, served or not.
    package var answer: CachedAnswer?
    /// Where it was found.
    package var tier: AnswerSource?
    package var verdict: Verdict
}
