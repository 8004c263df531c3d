import HearthCache
import HearthTelemetry

/// Turns a question's words into its identity in the cache, finding out the language where the caller did not give one.
struct QuestionIdentifier: Sendable {
    private let deriver: KeyDeriver
    private let detector: LanguageDetector
    private let fallback: Language
    private let tenants: TenantRules
    private let duration: Histogram
    private let timeSource: any TimeSource

    /// - Parameters:
    ///   - fallback: taken for texts that could be of several languages.
    ///   - duration: observes how long it takes.
    init(
        deriver: KeyDeriver, detector: LanguageDetector, fallback: Language, tenants: TenantRules, duration: Histogram,
        timeSource: any TimeSource
    ) {
        self.tenants = tenants
        self.duration = duration
        self.timeSource = timeSource
        self.deriver = deriver
        self.detector = detector
        self.fallback = fallback
    }

    func identify(_ text: String, language: Language?, by tenant: Tenant) -> IdentifiedQuestion {
        identify(text, language: language, in: tenants.space(of: tenant), by: tenant)
    }

    func identify(_ text: String, language: Language?, in space: AnswerSpace, by tenant: Tenant) -> IdentifiedQuestion {
        let started = timeSource.uptime()
        let language = language ?? detect(text).language
        var question = deriver.question(text, language: language, in: space)
        question.tenant = tenant
        duration.observe(timeSource.uptime() - started)
        return question
    }

    func detect(_ text: String) -> DetectedLanguage {
        detector.detect(text, fallback: fallback)
    }
}
