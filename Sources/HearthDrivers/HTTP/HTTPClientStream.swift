package import HearthTelemetry

/// An answer whose body is read while it arrives; letting go of it ends the transfer.
///
/// One task reads at a time. While nobody reads, at most a fixed number of bytes waits here and the server is slowed down.
package final class HTTPClientStream: Sendable {
    package let status: Int
    package let headers: HTTPClientHeaders
    /// How often a reused connection turned out to be closed, and the request was sent once more.
    package let connectionRetries: Int
    /// Until when the server's certificate is good; nil where an open connection was used again, or without TLS.
    package let certificateEnd: Timestamp?

    private let read: @Sendable () async throws(HTTPClientError) -> [UInt8]?
    private let abandon: @Sendable () -> Void

    package init(
        status: Int, headers: HTTPClientHeaders, connectionRetries: Int, certificateEnd: Timestamp?,
        read: @escaping @Sendable () async throws(HTTPClientError) -> [UInt8]?, abandon: @escaping @Sendable () -> Void
    ) {
        self.status = status
        self.headers = headers
        self.connectionRetries = connectionRetries
        self.certificateEnd = certificateEnd
        self.read = read
        self.abandon = abandon
    }

    deinit { abandon() }

    /// The next bytes of the body, never empty; nil at its end.
    package func next() async throws(HTTPClientError) -> [UInt8]? { try await read() }

    /// Ends the transfer; what comes after it is lost.
    package func cancel() { abandon() }
}

extension HTTPSending {
    /// Sends a request and returns as soon as the header of its answer is complete.
    ///
    /// Senders that cannot stream give the body in one piece.
    package func open(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientStream {
        let response = try await send(request)
        let body = SinglePiece(response.body)
        return HTTPClientStream(
            status: response.status, headers: response.headers, connectionRetries: response.connectionRetries,
            certificateEnd: response.certificateEnd, read: { body.take() }, abandon: {})
    }
}
