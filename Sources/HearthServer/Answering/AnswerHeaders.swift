import HTTPTypes
import HearthTelemetry

extension HTTPField.Name {
    /// RFC 9211.
    static let cacheStatus = known("Cache-Status")
    static let requestID = known("X-Request-Id")
    /// W3C Server Timing.
    static let serverTiming = known("Server-Timing")
    /// W3C Trace Context.
    static let traceparent = known("traceparent")

    /// A header name that is written in the source, and so is a token.
    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("HTTPField.Name: \(name) is not a token") }
        return name
    }
}

/// The header fields that every answer to a question carries.
enum AnswerHeaders {
    static let neverCached = "private, no-store"

    static func fields(
        cacheStatus: String, ageSeconds: Int64?, requestID: String, bodyBytes: Int, responseTime: Duration
    ) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(8)
        fields[.contentType] = "application/json"
        fields[.contentLength] = String(bodyBytes)
        fields[.cacheStatus] = cacheStatus
        if let ageSeconds { fields[.age] = String(ageSeconds) }
        fields[.cacheControl] = neverCached
        fields[.requestID] = requestID
        var timing = Array("total;dur=".utf8)
        timing.append(milliseconds: responseTime)
        fields[.serverTiming] = String(decoding: timing, as: UTF8.self)
        return fields
    }
}
