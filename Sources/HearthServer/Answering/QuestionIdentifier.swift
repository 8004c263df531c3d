import HearthCache
import HearthTelemetry

/// Turns a question's words into its identity in the cache, finding out the language where the caller did not give one.
struct QuestionIdentifier: Sendable {
    private let deriver: KeyDeriver
    private let detector: LanguageDetector
    private let fallback: Language

    /// - Parameter fallback: taken for texts that could be of several languages.
    init(deriver: KeyDeriver, detector: LanguageDetector, fallback: Language) {
        self.deriver = deriver
        self.detector = detector
        self.fallback = fallback
    }

    func identify(_ text: String, language: Language?) -> IdentifiedQuestion {
        let language = language ?? detector.detect(text, fallback: fallback).language
        return deriver.question(text, language: language)
    }
}
