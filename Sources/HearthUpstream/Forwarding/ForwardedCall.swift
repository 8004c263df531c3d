/// A request that a caller made, on its way to the provider.
package struct ForwardedCall: Sendable {
    package enum Method: Sendable {
        case get
        case post
    }

    package var method: Method
    /// Behind the provider's base address, such as `/chat/completions`.
    package var path: String
    /// Nil for calls that ask for nothing that is paid for.
    package var operation: UpstreamOperation?
    /// For the metrics.
    package var model: String
    package var body: [UInt8]
    package var requestID: String?
    package var traceparent: String?
    package var tracestate: String?
    /// Whether another provider is asked where this one fails; then this one is asked once.
    package var hasAlternative: Bool
    /// What the answer may have in bytes if that is more than the provider's answers may have else: it grows with what is asked for.
    package var expectedResponseBytes = 0

    package init(
        method: Method = .post, path: String, operation: UpstreamOperation? = .chat, model: String, body: [UInt8] = [],
        requestID: String? = nil, traceparent: String? = nil, tracestate: String? = nil, hasAlternative: Bool = false
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.model = model
        self.body = body
        self.requestID = requestID
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.hasAlternative = hasAlternative
    }
}

/// The provider's own words when it refused a call, to be passed on to the caller.
package struct ProviderRefusal: Sendable, Equatable {
    package var status: Int
    /// JSON; anything else is no answer of an API and is not passed on.
    package var body: [UInt8]
    package var shouldRetry: String?

    /// Longer bodies are not passed on.
    package static let maximumBytes = 64 << 10

    package init(status: Int, body: [UInt8], shouldRetry: String? = nil) {
        self.status = status
        self.body = body
        self.shouldRetry = shouldRetry
    }
}
