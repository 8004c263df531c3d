import HTTPTypes
import HearthUpstream

/// The error body of everything below `/v1`, in the provider's form.
struct GatewayErrorBody: Encodable, Sendable {
    struct Contents: Encodable, Sendable {
        var message: String
        var type: String
        var param: String?
        var code: String?

        enum CodingKeys: CodingKey {
            case message, type, param, code
        }

        /// The provider writes null where there is none.
        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(message, forKey: .message)
            try values.encode(type, forKey: .type)
            try values.encode(param, forKey: .param)
            try values.encode(code, forKey: .code)
        }
    }

    var error: Contents

    init(_ failure: APIError) {
        error = Contents(
            message: failure.message, type: Self.type(of: failure),
            param: failure.details.first?.field, code: failure.code.rawValue)
    }

    /// For a refusal that is none of an API: a page of a proxy before the provider, or nothing.
    init(providerStatus status: Int) {
        error = Contents(
            message: "The provider answered with status \(status), and without words that could be passed on.",
            type: status >= 500 ? "server_error" : "invalid_request_error")
    }

    /// As the provider says it when an account has nothing left.
    private static func type(of failure: APIError) -> String {
        if failure.code == .budgetExhausted { return "insufficient_quota" }
        return failure.status.code >= 500 ? "server_error" : "invalid_request_error"
    }

    var json: [UInt8] { JSONBody.encode(self) }

    /// Whether a request belongs to the gateway, and so wants errors of this form.
    static func concerns(path: String) -> Bool { path == "/v1" || path.hasPrefix("/v1/") }
}

extension APIError {
    /// A failed call as a caller of the gateway is told about it: with the provider's status, and in its own words where it had some.
    ///
    /// A refused key is Hearth's own, and what the provider says about it may show a part of it; a redirection is the operator's affair.
    init(passing error: UpstreamError, cacheStatus: String) {
        self.init(error, cacheStatus: cacheStatus)
        if code == .upstreamFailed, error.kind == .rateLimited { code = .rateLimited }
        switch error.kind {
        case .clientError(let status), .serverError(let status):
            guard (400...599).contains(status) else { return }
            passed = error.refusal ?? ProviderRefusal(status: status, body: GatewayErrorBody(providerStatus: status).json)
        default:
            guard let refusal = error.refusal, refusal.status != 401 else { return }
            passed = refusal
        }
        retryAfterSeconds = error.retryAfterSeconds
    }

    /// Whether clients should ask again by themselves; nil leaves it to them.
    var shouldRetry: String? {
        if let passed { return passed.shouldRetry }
        if cause?.isLasting == true { return "false" }
        return switch code {
        case .overloaded, .upstreamFailed, .upstreamTimeout: "true"
        case .notCached, .invalidRequest, .invalidHeader, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .conflict, .tooLarge,
            .budgetExhausted:
            "false"
        case .requestTimeout, .rateLimited, .internalError, .storeUnavailable: nil
        }
    }
}

extension UpstreamError {
    /// The event that ends a stream which broke off; it is never followed by the end mark.
    ///
    /// It says what an answer with a status would, without line breaks, which would end the event. Without an `error` that says something
    /// clients would take it for a piece of the answer.
    var event: [UInt8] {
        let failure = APIError(passing: self, cacheStatus: "")
        guard let passed = failure.passed else { return GatewayErrorBody(failure).json }
        guard let tree = JSONTree(passed.body), let told = tree["error"], told.members?.isEmpty == false || told.string?.isEmpty == false
        else { return GatewayErrorBody(providerStatus: passed.status).json }
        return tree.bytes
    }

    /// Whether another caller of the same question might have been given an answer.
    var concernsItsCallerOnly: Bool {
        switch kind {
        case .budgetExhausted, .clientError: true
        case .auth, .cancelled, .shutDown, .timeout, .rateLimited, .serverError, .network, .invalidAnswer, .overloaded, .breakerOpen: false
        }
    }

    /// Whether one more call may end better; what a provider refuses for its contents it refuses again.
    var isWorthAskingAgain: Bool {
        switch kind {
        case .clientError, .auth, .cancelled, .shutDown: false
        case .timeout, .rateLimited, .serverError, .network, .invalidAnswer, .overloaded, .breakerOpen, .budgetExhausted: true
        }
    }
}
