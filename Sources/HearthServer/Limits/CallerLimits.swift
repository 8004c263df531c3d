import HTTPTypes

/// What one credential may ask for: how often, and how much at one time.
struct CallerLimits: Sendable, Equatable {
    /// Nil is unlimited.
    let rate: GCRA.Rule?
    /// Requests in progress on one replica; nil is unlimited.
    let concurrency: Int?
    /// `RateLimit-Policy`, written once.
    let policy: String

    init(requestsPerSecond: Double? = nil, burst: Int? = nil, concurrency: Int? = nil) {
        rate = requestsPerSecond.map { .init(requestsPerSecond: $0, burst: burst ?? Int($0.rounded(.up))) }
        self.concurrency = concurrency
        var policies: [String] = []
        if let rate { policies.append("\(Self.ratePolicy);q=\(rate.burst);w=\(Self.seconds(rate.window))") }
        if let concurrency { policies.append("\"concurrency\";q=\(concurrency);qu=\"concurrent-requests\"") }
        policy = policies.joined(separator: ", ")
    }

    var isUnlimited: Bool { rate == nil && concurrency == nil }

    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    ///
    /// - Parameter standing: nil where only the policy is known.
    func fields(_ standing: GCRA.Standing?) -> [(name: HTTPField.Name, value: String)] {
        var list: [(name: HTTPField.Name, value: String)] = [(.rateLimitPolicy, policy)]
        if let standing {
            list.append((.rateLimit, "\(Self.ratePolicy);r=\(standing.remaining);t=\(Self.seconds(standing.reset))"))
        }
        return list
    }

    private static let ratePolicy = "\"rate\""

    /// Whole seconds, none of them cut off: 100 ms are 1.
    static func seconds(_ duration: Duration) -> Int64 {
        duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
    }
}

extension HTTPField.Name {
    static let rateLimit = known("RateLimit")
    static let rateLimitPolicy = known("RateLimit-Policy")
}
