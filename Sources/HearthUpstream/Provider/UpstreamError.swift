/// Why the provider gave no usable answer.
///
/// The text names the host and the status, never the key, the question or the provider's own words.
package struct UpstreamError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case timeout
        case rateLimited
        /// The provider refused the key.
        case auth
        case clientError(status: Int)
        case serverError(status: Int)
        case network
        /// An answer with status 200 that is none: HTML, broken JSON, an error object, no text.
        case invalidAnswer
        /// All slots and the queue in front of them are taken.
        case overloaded
        /// The provider failed often; nothing is sent to it for a while.
        case breakerOpen
        case cancelled
        case shutDown
        /// The tenant's budget leaves no room for the call.
        case budgetExhausted
    }

    package enum StreamFault: Sendable, Equatable {
        /// Nothing came for too long.
        case idle
        case tooLarge
        /// What came is no piece of an answer.
        case invalid
        /// The provider reported an error.
        case reported
        /// The connection ended in the middle.
        case cut
    }

    package var kind: Kind
    package var message: String
    /// The status that the provider answered with; nil where no answer came.
    package var status: Int?
    /// When it makes sense to ask again; 1 s to 120 s.
    package var retryAfter: Duration?
    /// Whether nothing was sent for it: it was still waiting for its turn, or the provider is left alone after what it said to others.
    package var isUnsent = false
    /// What was wrong with a stream that broke off.
    package var streamFault: StreamFault?
    /// Whether a part of the answer had come.
    package var hasBegun = false
    /// What the provider itself said, where it may be passed on.
    package var refusal: ProviderRefusal?

    package init(kind: Kind, message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { message }

    /// Whole seconds for a `Retry-After` header.
    package var retryAfterSeconds: Int? {
        retryAfter.map { max(1, Int($0.components.seconds) + ($0.components.attoseconds > 0 ? 1 : 0)) }
    }

    /// The `error_type` label of `gen_ai_client_operation_duration_seconds`.
    package var errorType: String {
        switch kind {
        case .timeout: "timeout"
        case .rateLimited: "rate_limited"
        case .auth: "auth"
        case .clientError: "4xx"
        case .serverError: "5xx"
        case .network: "network"
        case .breakerOpen: "breaker_open"
        case .invalidAnswer, .overloaded, .cancelled, .shutDown, .budgetExhausted: "other"
        }
    }

    /// The status for Hearth's own caller when nothing stale may be served instead.
    package var suggestedStatus: Int {
        switch kind {
        case .timeout: 504
        case .rateLimited, .budgetExhausted: 429
        case .overloaded, .cancelled, .shutDown: 503
        case .auth, .clientError, .serverError, .network, .invalidAnswer, .breakerOpen: 502
        }
    }

    /// Whether nobody waited for the end of the call: it says nothing of the provider.
    var wasGivenUp: Bool { kind == .cancelled || kind == .shutDown }

    /// Whether a call reached out to the provider.
    package var madeCall: Bool {
        guard !isUnsent else { return false }
        return switch kind {
        case .overloaded, .breakerOpen, .budgetExhausted: false
        case .timeout, .rateLimited, .auth, .clientError, .serverError, .network, .invalidAnswer, .cancelled, .shutDown: true
        }
    }

    /// Whether the breaker counts it: the provider is not there or not working. A refused key or question says nothing of the sort.
    var countsAsFailure: Bool {
        switch kind {
        case .timeout, .serverError, .network: true
        case .rateLimited, .auth, .clientError, .invalidAnswer, .overloaded, .breakerOpen, .cancelled, .shutDown, .budgetExhausted: false
        }
    }
}
