extension HTTPInstruments {
    /// The methods of RFC 9110 and RFC 5789; any other is `_OTHER`, as OpenTelemetry's conventions have it.
    package enum Method: Int, MetricLabel {
        case get
        case head
        case post
        case put
        case delete
        case connect
        case options
        case trace
        case patch
        case other

        package static let labelValues = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "_OTHER"]

        /// Methods are case-sensitive.
        package init(_ name: String) {
            switch name {
            case "GET": self = .get
            case "HEAD": self = .head
            case "POST": self = .post
            case "PUT": self = .put
            case "DELETE": self = .delete
            case "CONNECT": self = .connect
            case "OPTIONS": self = .options
            case "TRACE": self = .trace
            case "PATCH": self = .patch
            default: self = .other
            }
        }
    }

    /// Why a request or a connection was refused or given up.
    package enum Rejection: Int, MetricLabel {
        case rateLimited
        case overloaded
        case unauthorized
        /// The credential is valid and lacks the route's scope.
        case forbidden
        case tooLarge
        case clientGone
        case headerTimeout
        case bodyTimeout
        case writeTimeout
        case idleTimeout
        /// All connections that are allowed are taken.
        case connections
        case connectionsPerAddress
        case headersTooLarge
        case malformed
        case handshakeTimeout
        /// A connection that was not encrypted, or by a client whose certificate or protocol version does not do.
        case handshakeFailed

        package static let labelValues = [
            "rate_limited", "overloaded", "unauthorized", "forbidden", "too_large", "client_gone", "header_timeout", "body_timeout",
            "write_timeout", "idle_timeout", "connections", "connections_per_address", "headers_too_large", "malformed",
            "handshake_timeout", "handshake_failed",
        ]
    }

    /// The statuses that are told apart; another is `other`.
    static let statusLabels = statuses.map { "\($0)" } + ["other"]

    static func statusIndex(_ status: Int) -> Int {
        guard (0..<positions.count).contains(status) else { return statuses.count }
        return Int(positions[status])
    }

    private static let statuses = [
        100, 101, 103, 200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413,
        414, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511,
    ]

    /// For every status its position in ``statuses``, so that finding it is one read.
    private static let positions: [UInt8] = (0..<600).map { status in
        UInt8(statuses.firstIndex(of: status) ?? statuses.count)
    }
}
