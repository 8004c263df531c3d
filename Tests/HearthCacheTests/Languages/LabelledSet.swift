import Foundation
import HearthTelemetry

/// The questions and messages that people have labelled, one a line in Tests/HearthCacheTests/LabelledSets.
///
/// A line holds the language and one or two texts, separated by tabs; the first line names the columns. Space around a text is part
/// of it.
enum LabelledSet {
    /// A line that has no language or not as many texts as the set wants.
    struct Malformed: Error {
        let file: String
        let line: Int
    }

    /// Pairs that mean the same by form alone: they share a key.
    static func same() throws -> [QuestionPair] { try pairs("same.tsv") }

    /// Pairs that look alike and mean something else: they never share a key.
    static func different() throws -> [QuestionPair] { try pairs("different.tsv") }

    /// Short messages with their language.
    static func messages() throws -> [(language: Language, text: String)] {
        try rows("languages.tsv", texts: 1).map { ($0.language, $0.texts[0]) }
    }

    private static func pairs(_ file: String) throws -> [QuestionPair] {
        try rows(file, texts: 2).map { QuestionPair(language: $0.language, first: $0.texts[0], second: $0.texts[1]) }
    }

    private static func rows(_ file: String, texts: Int) throws -> [(language: Language, texts: [String])] {
        let path = URL(filePath: #filePath).appending(path: "../../LabelledSets/\(file)").standardizedFileURL
        let bytes = try Data(contentsOf: path)
        // Bytes are split, not characters: a combining mark behind a tab would join it.
        return try bytes.split(separator: UInt8(ascii: "\n")).enumerated().dropFirst().map { index, line in
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == texts + 1, let language = Language(rawValue: fields[0]) else {
                throw Malformed(file: file, line: index + 1)
            }
            return (language, Array(fields.dropFirst()))
        }
    }
}
