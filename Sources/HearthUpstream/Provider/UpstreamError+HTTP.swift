import HearthDrivers
import HearthTelemetry

extension UpstreamError {
    /// The failure to bring back any answer.
    init(_ error: HTTPClientError) {
        let kind: Kind =
            switch error.kind {
            case .connectTimeout, .totalTimeout: .timeout
            case .resolve, .connect, .tls, .reset, .emptyReply, .protocolViolation, .invalidRequest, .other: .network
            case .tooLarge: .invalidAnswer
            case .queueFull: .overloaded
            case .cancelled: .cancelled
            case .shutDown: .shutDown
            }
        self.init(kind: kind, message: "\(error)", retryAfter: kind == .overloaded ? .seconds(1) : nil)
        if error.kind == .tooLarge { streamFault = .tooLarge }
    }

    /// The failure that an answer's status stands for; nil for success.
    init?(status: Int, retryAfterHeader: String?, host: String, now: Timestamp) {
        let retryAfter = RetryAfter.parse(retryAfterHeader, now: now)
        switch status {
        case 200...299:
            return nil
        case 401, 403:
            self.init(
                kind: .auth,
                message: "The provider refused the key (\(status) from \(host)). Set a valid OPENAI_API_KEY; kept answers are served.")
        case 429:
            self.init(
                kind: .rateLimited,
                message: "The provider limits the rate of calls (429 from \(host)). Ask again later, or raise the limit there.",
                retryAfter: retryAfter ?? RetryAfter.shortest)
        case 408, 504:
            self.init(
                kind: .timeout, message: "The provider ran out of time (\(status) from \(host)). Ask again later.", retryAfter: retryAfter)
        case 500...599:
            self.init(
                kind: .serverError(status: status), message: "The provider failed (\(status) from \(host)). Ask again later.",
                retryAfter: retryAfter)
        case 300...399:
            self.init(
                kind: .clientError(status: status),
                message: "The provider's address \(host) redirects (\(status)), which is not followed. Set OPENAI_BASE_URL to the target.")
        default:
            self.init(
                kind: .clientError(status: status),
                message: "The provider refused the request (\(status) from \(host)). Check OPENAI_BASE_URL and HEARTH_MODEL.")
        }
        self.status = status
    }

    static func invalidAnswer(_ problem: String, host: String) -> UpstreamError {
        UpstreamError(
            kind: .invalidAnswer,
            message: "The answer from \(host) cannot be used: \(problem). Check that OPENAI_BASE_URL is an OpenAI-compatible address.")
    }
}

extension HTTPClientError {
    /// Whether no byte of the request can have reached the server, so that asking again cannot cost twice.
    var wasBeforeConnection: Bool {
        switch kind {
        case .resolve, .connect, .connectTimeout: true
        case .invalidRequest, .tls, .totalTimeout, .tooLarge, .cancelled, .shutDown, .queueFull, .reset, .emptyReply,
            .protocolViolation, .other:
            false
        }
    }
}
