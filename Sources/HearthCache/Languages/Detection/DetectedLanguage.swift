package import HearthTelemetry

/// What the detector says about a text.
package struct DetectedLanguage: Sendable, Equatable {
    package let language: Language
    /// 0 to 1: how sure the detector is; 0 when the fallback was taken for want of letters.
    package let confidence: Double
    /// Whether the text decided; false when the fallback was taken.
    package let isDecided: Bool

    package init(language: Language, confidence: Double, isDecided: Bool) {
        self.language = language
        self.confidence = confidence
        self.isDecided = isDecided
    }
}
