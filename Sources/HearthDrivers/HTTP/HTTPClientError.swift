/// Why a request brought no complete answer.
///
/// The text names the host and never a header, a path or a body, so that no key or question can reach a log through it.
package struct HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    package var kind: Kind
    package var host: String
    /// What the library said, cut to 200 characters and free of control characters.
    package var detail: String

    package enum Kind: Sendable, Equatable {
        /// The request itself cannot be sent: bad address or header.
        case invalidRequest
        case resolve
        case connect
        case tls
        case connectTimeout
        case totalTimeout
        case tooLarge
        case cancelled
        case shutDown
        /// The client holds as many requests as it may.
        case queueFull
        /// The connection was cut before the answer was complete.
        case reset
        case emptyReply
        case protocolViolation
        case other(code: Int)
    }

    package init(kind: Kind, host: String, detail: String = "") {
        self.kind = kind
        self.host = host
        self.detail = Self.sanitised(detail)
    }

    package var description: String {
        let cause = detail.isEmpty ? "" : " (\(detail))"
        return switch kind {
        case .invalidRequest: "The request to \(host) cannot be sent\(cause). Correct the configured address or header."
        case .resolve: "The name of \(host) could not be resolved\(cause). Check the address and the name server."
        case .connect: "No connection to \(host)\(cause). Check the address, the port and that the server is running."
        case .tls: "No trusted TLS connection to \(host)\(cause). Check its certificate, its name and this machine's clock."
        case .connectTimeout: "No connection to \(host) within the time limit. Check the network, or raise the connect limit."
        case .totalTimeout: "No complete answer from \(host) within the time limit. Try again later, or raise the limit."
        case .tooLarge: "The answer from \(host) is larger than allowed\(cause). Raise the limit if such answers are expected."
        case .cancelled: "The request to \(host) was cancelled by its caller."
        case .shutDown: "The request to \(host) was not sent or not finished, because the service is stopping."
        case .queueFull: "Too many requests to \(host) are under way. Try again shortly."
        case .reset: "The connection to \(host) was cut before the answer was complete\(cause). Try again."
        case .emptyReply: "\(host) closed the connection without an answer\(cause). Try again."
        case .protocolViolation: "\(host) did not speak HTTP as expected\(cause). Check that the address is that of the right server."
        case .other(let code): "The request to \(host) failed with libcurl error \(code)\(cause)."
        }
    }

    private static func sanitised(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
