import HearthCache
import HearthTelemetry

/// The body of an answered `POST /api/v1/cache/query`.
struct QueryResponse: Encodable, Sendable {
    struct Metadata: Encodable, Sendable {
        var model: String
        /// True for answers that the built-in simulator invented.
        var simulated: Bool
        /// How the confidence was found: `logprobs`, `stated`, `rule` or `caller`.
        var confidenceMethod: String
        /// When the answer was kept; absent for answers that were not.
        var storedAt: String?
        /// When the kept answer stops being fresh; absent for answers that never do or were not kept.
        var expiresAt: String?
        /// What this request paid to the provider, in US dollars.
        var cost: Double
        /// What this request did not have to pay, in US dollars.
        var saved: Double
    }

    var response: String
    var cached: Bool
    var cacheKey: String
    var confidence: Double
    var language: String
    var category: String
    var metadata: Metadata

    init(
        _ answer: CachedAnswer, isCached: Bool, isKept: Bool, costMicroDollars: Int64,
        savedMicroDollars: Int64
    ) {
        response = answer.text
        cached = isCached
        cacheKey = answer.key.description
        confidence = answer.confidence
        language = answer.language.rawValue
        category = answer.category.rawValue
        metadata = Metadata(
            model: answer.model, simulated: answer.isSimulated, confidenceMethod: answer.confidenceMethod,
            storedAt: isKept ? answer.storedAt.description : nil,
            expiresAt: isKept ? answer.lifetime.freshUntil?.description : nil,
            cost: Double(costMicroDollars) / 1e6, saved: Double(savedMicroDollars) / 1e6)
    }

    /// The body up to what differs from one time the answer is given to the next, which ``close(_:source:responseTime:)`` adds.
    ///
    /// Written member by member, in the order of their names: a general encoder costs more than all the rest of a hit from a shared store.
    /// A test holds it against that encoder.
    var openJSON: [UInt8] {
        var json = JSONMembers(capacity: response.utf8.count + 512)
        json.append("cacheKey", cacheKey)
        json.append("cached", cached)
        json.append("category", category)
        json.append("confidence", confidence)
        json.append("language", language)
        var details = JSONMembers(capacity: 256)
        details.append("confidenceMethod", metadata.confidenceMethod)
        details.append("cost", metadata.cost)
        if let expiresAt = metadata.expiresAt { details.append("expiresAt", expiresAt) }
        details.append("model", metadata.model)
        details.append("saved", metadata.saved)
        details.append("simulated", metadata.simulated)
        if let storedAt = metadata.storedAt { details.append("storedAt", storedAt) }
        json.append("metadata", details)
        json.append("response", response)
        return json.open
    }

    /// A hit's body, rendered once when its entry enters the memory.
    static func renderHit(_ answer: CachedAnswer) -> [UInt8] {
        QueryResponse(
            answer, isCached: true, isKept: true, costMicroDollars: 0, savedMicroDollars: answer.costMicroDollars
        ).openJSON
    }

    /// Appends `,"source":"<source>","responseTime":<milliseconds>}`, the time with three decimals.
    static func close(_ json: inout [UInt8], source: AnswerSource, responseTime: Duration) {
        json.append(contentsOf: sourceField)
        json.append(contentsOf: source.rawValue.utf8)
        json.append(contentsOf: responseTimeField)
        json.append(milliseconds: responseTime)
        json.append(UInt8(ascii: "}"))
    }

    private static let sourceField = Array(#","source":""#.utf8)
    private static let responseTimeField = Array(#"","responseTime":"#.utf8)
}

extension [UInt8] {
    /// A duration in milliseconds with three decimals, written digit by digit: this runs for every hit.
    mutating func append(milliseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = Swift.max(seconds * 1_000_000 + attoseconds / 1_000_000_000_000, 0)
        append(decimal: microseconds / 1000)
        append(UInt8(ascii: "."))
        let fraction = microseconds % 1000
        append(UInt8(ascii: "0") + UInt8(fraction / 100))
        append(UInt8(ascii: "0") + UInt8(fraction / 10 % 10))
        append(UInt8(ascii: "0") + UInt8(fraction % 10))
    }

    private mutating func append(decimal number: Int64) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
