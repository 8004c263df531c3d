import HTTPTypes
import HearthTelemetry
import NIOCore

extension HTTPField.Name {
    /// RFC 9211.
    static let cacheStatus = known("Cache-Status")
    static let requestID = known("X-Request-Id")
    /// W3C Server Timing.
    static let serverTiming = known("Server-Timing")
    /// W3C Trace Context.
    static let traceparent = known("traceparent")
    static let tracestate = known("tracestate")

    /// A header name that is written in the source, and so is a token.
    static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("HTTPField.Name: \(name) is not a token") }
        return name
    }
}

/// The header fields that every answer to a question carries.
enum AnswerHeaders {
    static let neverCached = "private, no-store"

    /// One list for both ways of answering: the router's, which wants fields, and the short one, which writes bytes.
    static func list(
        cacheStatus: String, ageSeconds: Int64?, requestID: String, bodyBytes: Int, responseTime: Duration
    ) -> [(name: HTTPField.Name, value: String)] {
        var timing = Array("total;dur=".utf8)
        timing.append(milliseconds: responseTime)
        var list: [(name: HTTPField.Name, value: String)] = [
            (.contentType, "application/json"), (.contentLength, String(bodyBytes)), (.cacheStatus, cacheStatus),
            (.cacheControl, neverCached), (.requestID, requestID), (.serverTiming, String(decoding: timing, as: UTF8.self)),
        ]
        if let ageSeconds { list.append((.age, String(ageSeconds))) }
        return list
    }

    /// The fields of an answer that does not say where it comes from.
    static func unsourced(requestID: String, bodyBytes: Int) -> [(name: HTTPField.Name, value: String)] {
        [
            (.contentType, "application/json"), (.contentLength, String(bodyBytes)), (.cacheControl, neverCached), (.requestID, requestID),
        ]
    }

    static func fields(_ list: [(name: HTTPField.Name, value: String)]) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(list.count + 1)
        // No name comes twice.
        for field in list { fields.append(HTTPField(name: field.name, value: field.value)) }
        return fields
    }

    /// The head of a successful answer as HTTP/1.1 writes it (RFC 9112, 2.1).
    ///
    /// Values are not looked at: they are ours, or have passed ``RequestIdentifier/accept(_:source:)``.
    static func writeHead(_ list: [(name: HTTPField.Name, value: String)], date: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        for field in list {
            buffer.writeString(field.name.rawName)
            buffer.writeStaticString(": ")
            buffer.writeString(field.value)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("Date: ")
        buffer.writeString(date)
        buffer.writeStaticString("\r\n\r\n")
    }
}
