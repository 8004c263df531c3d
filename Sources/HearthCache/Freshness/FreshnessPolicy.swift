package import HearthTelemetry

/// How long an answer of each category is kept.
package struct FreshnessPolicy: Sendable {
    package struct Rule: Sendable, Equatable {
        /// Nil: never expires.
        package var timeToLive: Duration?
        /// Served at once after expiry, while one refresh runs.
        package var staleWhileRevalidate: Duration
        /// Served after expiry when the provider fails.
        package var staleIfError: Duration

        package init(timeToLive: Duration?, staleWhileRevalidate: Duration, staleIfError: Duration) {
            self.timeToLive = timeToLive
            self.staleWhileRevalidate = staleWhileRevalidate
            self.staleIfError = staleIfError
        }
    }

    private let rules: [Rule]
    private let jitterShare: Double

    /// - Parameters:
    ///   - rule: the rule of each category.
    ///   - jitterShare: lifetimes vary by up to this share either way, so that answers kept together do not expire together.
    package init(jitterShare: Double, rule: (ResponseCategory) -> Rule) {
        self.rules = ResponseCategory.allCases.map(rule)
        self.jitterShare = min(max(jitterShare, 0), 0.5)
    }

    /// The lifetime of an answer stored now.
    ///
    /// The jitter is taken from the key, not from a random source: replicas that keep the same answer agree on its end.
    ///
    /// - Parameter shortening: below 1 for answers that are to be trusted for a shorter time. The window in which an old answer may stand
    ///   in for a new one shrinks with it; the one for a provider that fails does not, since then the choice is between it and nothing.
    package func lifetime(
        of key: CacheKey, category: ResponseCategory, storedAt: Timestamp, shortening: Double = 1
    ) -> Lifetime {
        let rule = rules[category.index]
        guard let timeToLive = rule.timeToLive else {
            return Lifetime(freshUntil: nil, revalidateUntil: nil, onErrorUntil: nil)
        }
        let unit = Double(key.spread >> 11) / Double(1 << 53)
        let factor = (1 + jitterShare * (2 * unit - 1)) * shortening
        let milliseconds = Int64((Double(timeToLive.wholeMilliseconds) * factor).rounded())
        let end = storedAt + .milliseconds(milliseconds)
        return Lifetime(
            freshUntil: end,
            revalidateUntil: end + .milliseconds(Int64(Double(rule.staleWhileRevalidate.wholeMilliseconds) * shortening)),
            onErrorUntil: end + rule.staleIfError)
    }

    package func rule(for category: ResponseCategory) -> Rule { rules[category.index] }
}
