/// What happens to an occurrence that is due while the job still runs, anywhere in the cluster.
package enum OverlapPolicy: String, Sendable, CaseIterable {
    /// Record it as skipped.
    case skip
    /// Keep one waiting; more are recorded as skipped.
    case queue
    /// Cancel the running one, wait for it up to the cancel grace, then start.
    case replace
    /// Run both.
    case allow
}

/// What happens to occurrences that were due while nobody could run them.
package enum CatchUpPolicy: Sendable, Equatable, CustomStringConvertible {
    case none
    /// Run the latest one if it is not later than the start deadline.
    case latest
    /// Run up to so many of the newest, one after the other.
    case all(maximum: Int)

    package var description: String {
        switch self {
        case .none: "none"
        case .latest: "latest"
        case .all(let maximum): "all:\(maximum)"
        }
    }
}

/// How often a failed attempt is repeated and how long the pauses are.
///
/// The pause before attempt n+1 is random between 0 and `base`·2ⁿ⁻¹, at most `ceiling` and at most the time to the next occurrence
/// ("full jitter": Brooker, "Exponential Backoff And Jitter", 2015). Only errors that say so are retried, see ``RetryableError``; one that
/// knows for how long another attempt cannot help adds that time before the random one.
package struct RetryPolicy: Sendable, Equatable {
    /// Including the first; at least 1.
    package var attempts: Int
    package var base: Duration
    package var ceiling: Duration

    package init(attempts: Int = 3, base: Duration = .seconds(5), ceiling: Duration = .seconds(300)) {
        self.attempts = max(1, attempts)
        self.base = base
        self.ceiling = ceiling
    }

    package static let none = RetryPolicy(attempts: 1)
}

/// An error that knows whether another attempt may help; all other errors end the occurrence.
package protocol RetryableError: Error {
    var isRetryable: Bool { get }
    /// How long another attempt cannot help, such as the time for which a circuit breaker lets nothing through; nil where nobody knows.
    var retryAfter: Duration? { get }
}

extension RetryableError {
    package var retryAfter: Duration? { nil }
}

/// A failure that a job declares in words.
package struct JobFailure: RetryableError, CustomStringConvertible {
    /// A short stable word for metrics and filters.
    package let code: String
    /// What failed, on what, what to do next.
    package let message: String
    package let isRetryable: Bool
    package let retryAfter: Duration?

    package init(code: String, message: String, isRetryable: Bool = false, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
    }

    package var description: String { message }
}
