import HTTPTypes
import HearthPages
import HearthUpstream

/// A request that ends in an error answer; the one table of codes and statuses.
struct APIError: Error, Sendable {
    enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidHeader = "invalid_header"
        case unauthorized
        case forbidden
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case conflict
        case tooLarge = "too_large"
        case requestTimeout = "request_timeout"
        case rateLimited = "rate_limited"
        case budgetExhausted = "budget_exhausted"
        case internalError = "internal_error"
        case upstreamFailed = "upstream_failed"
        case upstreamTimeout = "upstream_timeout"
        case notCached = "not_cached"
        case overloaded
        case storeUnavailable = "store_unavailable"
    }

    var code: Code
    var message: String
    var details: [APIErrorBody.Detail] = []
    /// Whole seconds, 1...120; sent as `Retry-After`.
    var retryAfterSeconds: Int?
    /// Methods the route has, sent as `Allow` with 405.
    var allow: String?
    /// Sent with the errors of answer requests.
    var cacheStatus: String?
    /// Sent beside the others.
    var fields: [(name: HTTPField.Name, value: String)] = []
    /// What the credential would have to be good for, where that is the reason.
    var lackingScope: String?
    /// What was looked for, as a page says it.
    var missing: PageFault?
    /// Why the provider gave no answer, where it was asked.
    var cause: UpstreamError?
    /// The provider's own answer, which stands for this one below `/v1`.
    var passed: ProviderRefusal?

    init(
        _ code: Code, _ message: String, details: [APIErrorBody.Detail] = [], retryAfterSeconds: Int? = nil,
        allow: String? = nil, cacheStatus: String? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.retryAfterSeconds = retryAfterSeconds
        self.allow = allow
        self.cacheStatus = cacheStatus
    }

    var status: HTTPResponse.Status {
        switch code {
        case .invalidRequest, .invalidHeader: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .requestTimeout: .requestTimeout
        case .rateLimited, .budgetExhausted: .tooManyRequests
        case .internalError: .internalServerError
        case .upstreamFailed: .badGateway
        case .upstreamTimeout, .notCached: .gatewayTimeout
        case .overloaded, .storeUnavailable: .serviceUnavailable
        }
    }
}
