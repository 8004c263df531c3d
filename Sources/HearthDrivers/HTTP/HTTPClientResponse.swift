package import HearthTelemetry

/// A complete answer of an HTTP server, whatever its status.
package struct HTTPClientResponse: Sendable {
    package var status: Int
    package var headers: HTTPClientHeaders
    package var body: [UInt8]
    package var duration: Duration
    /// Whether an open connection was used again.
    package var reusedConnection: Bool
    /// How often a reused connection turned out to be closed before a line of the answer came, and the request was sent once more.
    package var connectionRetries: Int
    package var usedHTTP2: Bool
    /// Until when the server's certificate is good; nil where an open connection was used again, or without TLS.
    package var certificateEnd: Timestamp?

    package init(
        status: Int,
        headers: HTTPClientHeaders = HTTPClientHeaders(),
        body: [UInt8] = [],
        duration: Duration = .zero,
        reusedConnection: Bool = false,
        connectionRetries: Int = 0,
        usedHTTP2: Bool = false,
        certificateEnd: Timestamp? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.duration = duration
        self.reusedConnection = reusedConnection
        self.connectionRetries = connectionRetries
        self.usedHTTP2 = usedHTTP2
        self.certificateEnd = certificateEnd
    }
}

/// Response headers in the order of their arrival; names are compared without case.
package struct HTTPClientHeaders: Sendable {
    private var fields: [(name: String, value: String)] = []

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields.map { ($0.name.lowercased(), $0.value) }
    }

    package var count: Int { fields.count }
    /// Every field, with its name in lower case.
    package var all: [(name: String, value: String)] { fields }

    /// The first value of the header with this name.
    package subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name == name }?.value
    }

    mutating func append(name: String, value: String) {
        fields.append((name.lowercased(), value))
    }
}

/// Anything that can carry a request to a server and bring back its answer.
package protocol HTTPSending: Sendable {
    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse

    /// Sends a request and returns as soon as the header of its answer is complete.
    func open(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientStream
}
