import HearthCache
import HearthTelemetry

/// The body of an answered `POST /api/v1/cache/query` without anything that tells a kept answer from a new one.
struct UnsourcedQueryResponse: Encodable, Sendable {
    struct Metadata: Encodable, Sendable {
        var model: String
        var simulated: Bool
        var confidenceMethod: String
    }

    var response: String
    var confidence: Double
    var language: String
    var category: String
    var metadata: Metadata

    init(_ answer: CachedAnswer) {
        response = answer.text
        confidence = answer.confidence
        language = answer.language.rawValue
        category = answer.category.rawValue
        metadata = Metadata(model: answer.model, simulated: answer.isSimulated, confidenceMethod: answer.confidenceMethod)
    }
}
