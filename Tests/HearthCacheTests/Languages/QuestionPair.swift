import HearthTelemetry
import Testing

/// Two questions of the labelled sets.
struct QuestionPair: Sendable, CustomTestStringConvertible {
    let language: Language
    let first: String
    let second: String

    var testDescription: String { "\(language.rawValue): \(first) | \(second)" }
}
