/// When a failed attempt is made again, and after how long a pause.
///
/// The pause has full jitter (Marc Brooker, "Exponential Backoff And Jitter"): any length from zero to the limit, so that callers
/// that failed together do not come back together.
package struct RetryPolicy: Sendable, Equatable {
    package var maximumRetries: Int
    /// The longest pause before the first retry; it doubles for each further one.
    package var firstPause: Duration
    package var longestPause: Duration
    /// A retry is made only if at least this much of the whole time would be left for it.
    package var shortestAttempt: Duration

    package init(
        maximumRetries: Int = 1,
        firstPause: Duration = .milliseconds(400),
        longestPause: Duration = .seconds(5),
        shortestAttempt: Duration = .milliseconds(500)
    ) {
        self.maximumRetries = max(0, maximumRetries)
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.shortestAttempt = shortestAttempt
    }

    /// Why an attempt is made again; the `reason` label of `hearth_upstream_retries_total`.
    package enum Reason: String, CaseIterable, Sendable {
        case timeout
        case rateLimited = "rate_limited"
        case serverError = "5xx"
        case network
    }

    enum Decision: Sendable, Equatable {
        case giveUp
        case retry(after: Duration, reason: Reason)
    }

    /// Decides about a failed attempt.
    ///
    /// A time-out after the connection stood is not tried again: the question was accepted and is probably being paid for.
    ///
    /// - Parameters:
    ///   - retries: how many retries were made already.
    ///   - remaining: what is left of the whole call's time.
    ///   - unitRandom: 0..<1.
    func decide(on failure: Failure, retries: Int, remaining: Duration, unitRandom: Double) -> Decision {
        guard retries < maximumRetries, let reason = failure.retryReason else { return .giveUp }
        let limit = min(longestPause, firstPause * (1 << min(retries, 16)))
        // With Retry-After the jitter is added: earlier than asked for would be refused again.
        let pause = (failure.error.retryAfter ?? .zero) + limit * unitRandom
        guard pause + shortestAttempt <= remaining else { return .giveUp }
        return .retry(after: pause, reason: reason)
    }

    /// A failed attempt.
    struct Failure: Error {
        var error: UpstreamError
        /// Whether the provider cannot have begun to work on the question.
        var wasBeforeConnection: Bool

        var retryReason: Reason? {
            switch error.kind {
            case .rateLimited: .rateLimited
            case .serverError: .serverError
            case .timeout: wasBeforeConnection ? .timeout : nil
            case .network: wasBeforeConnection ? .network : nil
            case .auth, .clientError, .invalidAnswer, .overloaded, .breakerOpen, .cancelled, .shutDown, .budgetExhausted: nil
            }
        }
    }
}

/// Keeps retries to a share of the calls, so that a struggling provider is not asked twice as much.
///
/// Each call earns a part of a retry; a small reserve allows the first ones.
struct RetryBudget: Sendable, Equatable {
    private let earnedPerCall: Double
    private let reserve: Double
    private var balance: Double

    /// - Parameters:
    ///   - share: retries per call in the long run; 0.1 is one for ten calls.
    ///   - reserve: the most that can be saved up, and the start.
    init(share: Double = 0.1, reserve: Double = 10) {
        earnedPerCall = share
        self.reserve = reserve
        balance = reserve
    }

    mutating func recordCall() {
        balance = min(reserve, balance + earnedPerCall)
    }

    mutating func takeRetry() -> Bool {
        // A hair below one, because ten tenths do not add up to one in binary.
        guard balance >= 1 - 1e-9 else { return false }
        balance -= 1
        return true
    }
}
