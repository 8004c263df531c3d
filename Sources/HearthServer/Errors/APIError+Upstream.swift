import HearthUpstream

extension APIError {
    /// A failed call to the provider, as the caller is told about it: nothing of the provider's own words or address.
    init(_ error: UpstreamError, cacheStatus: String) {
        switch error.kind {
        case .timeout:
            self.init(
                .upstreamTimeout, "The provider did not answer in time; ask again later.", retryAfterSeconds: error.retryAfterSeconds,
                cacheStatus: cacheStatus)
        case .overloaded:
            self.init(
                .overloaded, "There is more to ask the provider than can be asked in time; ask again in a moment.",
                retryAfterSeconds: error.retryAfterSeconds ?? 1, cacheStatus: cacheStatus)
        case .budgetExhausted:
            self.init(.budgetExhausted, error.message, retryAfterSeconds: error.retryAfterSeconds, cacheStatus: cacheStatus)
        case .auth:
            self.init(
                .upstreamFailed, "The provider refused Hearth's key; the operator has to set a valid OPENAI_API_KEY.",
                cacheStatus: cacheStatus)
        default:
            self.init(
                .upstreamFailed, "The provider failed (\(error.errorType)); kept answers are still served, ask again later.",
                retryAfterSeconds: error.retryAfterSeconds, cacheStatus: cacheStatus)
        }
        cause = error
    }
}

extension UpstreamError {
    /// Whether the provider refuses this request, whoever asks and whenever: its contents are wrong. A model that is not there, a key and
    /// an address are the operator's affair, who may mend them.
    var isAboutRequest: Bool {
        guard case .clientError(let status) = kind else { return false }
        return [400, 406, 413, 414, 415, 422].contains(status)
    }

    /// Whether the same call ends the same way until somebody has changed something.
    var isLasting: Bool {
        switch kind {
        case .auth: true
        case .clientError(let status): status < 400 || isAboutRequest
        case .invalidAnswer: streamFault == .tooLarge
        case .timeout, .rateLimited, .serverError, .network, .overloaded, .breakerOpen, .cancelled, .shutDown, .budgetExhausted: false
        }
    }

    /// The provider's own status, where it gave one.
    var providerStatus: Int? {
        switch kind {
        case .clientError(let status), .serverError(let status): status
        case .auth: status ?? 401
        case .rateLimited: 429
        case .timeout: status
        case .network, .invalidAnswer, .overloaded, .breakerOpen, .cancelled, .shutDown, .budgetExhausted: nil
        }
    }
}
