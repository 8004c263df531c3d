import HearthTelemetry

/// A whole HTTP/1.1 error answer as bytes, for requests that never became one.
enum PlainRefusal {
    static func bytes(status: String, code: String, message: String, now: Timestamp) -> [UInt8] {
        let body = #"{"error":"\#(code)","message":"\#(message)","timestamp":"\#(now)","requestId":"","details":[]}"#
        return Array(
            """
            HTTP/1.1 \(status)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            Cache-Control: private, no-store\r
            Connection: close\r
            \r
            \(body)
            """.utf8)
    }
}
