import HearthTelemetry
import Testing

/// Two questions of the labelled sets.
struct QuestionPair: Sendable, CustomTestStringConvertible {
    let language: Language
    let first: String
    let second: String

    var testDescription: String { "\(language.rawValue): \(first) | \(second)" }

    /// Reads one pair a line, the two questions separated by " | ".
    static func table(_ language: Language, _ lines: String) -> [QuestionPair] {
        lines.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " | ", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return QuestionPair(language: language, first: String(parts[0]), second: String(parts[1]))
        }
    }
}
