import HearthCache
import HearthTelemetry

/// Turns a question's words into its identity in the cache, finding out the language where the caller did not give one.
struct QuestionIdentifier: Sendable {
    private let deriver: KeyDeriver
    private let detector: LanguageDetector
    private let fallback: Language
    private let duration: Histogram
    private let timeSource: any TimeSource

    /// - Parameters:
    ///   - fallback: taken for texts that could be of several languages.
    ///   - duration: observes how long it takes.
    init(
        deriver: KeyDeriver, detector: LanguageDetector, fallback: Language, duration: Histogram, timeSource: any TimeSource
    ) {
        self.duration = duration
        self.timeSource = timeSource
        self.deriver = deriver
        self.detector = detector
        self.fallback = fallback
    }

    func identify(_ text: String, language: Language?) -> IdentifiedQuestion {
        let started = timeSource.uptime()
        let language = language ?? detect(text).language
        let question = deriver.question(text, language: language)
        duration.observe(timeSource.uptime() - started)
        return question
    }

    func detect(_ text: String) -> DetectedLanguage {
        detector.detect(text, fallback: fallback)
    }
}
