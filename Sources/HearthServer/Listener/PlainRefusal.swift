import HearthTelemetry

/// A whole HTTP/1.1 error answer as bytes, for requests that never became one.
enum PlainRefusal {
    /// - Parameter asksGateway: whether the request was for something below `/v1`, as far as that is known.
    static func bytes(status: String, code: String, message: String, now: Timestamp, asksGateway: Bool = false) -> [UInt8] {
        let body = body(code: code, message: message, now: now, asksGateway: asksGateway)
        let head = """
            HTTP/1.1 \(status)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Cache-Control: private, no-store\r
            Connection: close\r
            \r

            """
        return Array(head.utf8) + body
    }

    static func body(code: String, message: String, now: Timestamp, asksGateway: Bool) -> [UInt8] {
        asksGateway
            ? GatewayErrorBody(refusal: code, message).json
            : APIErrorBody(error: code, message: message, timestamp: now, requestID: "").json
    }
}

extension GatewayErrorBody {
    /// Of a request that never became one; it is the caller's fault.
    init(refusal code: String, _ message: String) {
        error = Contents(message: message, type: "invalid_request_error", code: code)
    }

    /// Whether a request belongs to the gateway, as far as its first bytes tell; false where its first line comes in pieces.
    static func concerns(beginning: some Collection<UInt8>) -> Bool {
        // No method that is served is longer.
        let target = beginning.prefix(16).drop { $0 != UInt8(ascii: " ") }.dropFirst()
        return target.starts(with: "/v1/".utf8) || target.starts(with: "/v1 ".utf8)
    }
}
