package import HearthCache
package import HearthTelemetry

/// The keys that a service with some configuration gives to questions, found without a running service.
package struct KeyPreview: Sendable {
    package struct Identity: Sendable, Equatable {
        package var cacheKey: String
        package var normalizedQuery: String
        package var language: Language
        package var category: ResponseCategory
    }

    private let identifier: QuestionIdentifier

    /// Fails only if the language rules of this build are damaged.
    package init(configuration: HearthConfiguration) throws {
        let timeSource = SystemTimeSource()
        let instruments = CacheInstruments(registry: MetricRegistry(timeSource: timeSource))
        identifier = try Languages(
            configuration: configuration, tenants: TenantRules(configuration.tenants), duration: instruments.lookupDuration(.normalize),
            timeSource: timeSource
        ).identifier
    }

    /// - Parameter language: detected where it is nil.
    package func identity(of query: String, language: Language?) -> Identity {
        let question = identifier.identify(query, language: language, by: .standard)
        return Identity(
            cacheKey: question.key.description, normalizedQuery: question.normalized.text, language: question.key.language,
            category: question.normalized.category)
    }

    /// What the words alone say about the language.
    package func detection(of query: String) -> DetectedLanguage {
        identifier.detect(query)
    }
}
