package import HearthTelemetry

/// Counts hits against limits as the path of a hit does, for those who measure what it costs.
package struct LimitCheck: Sendable {
    private let limiter: RequestLimiter

    /// - Parameter requestsPerSecond: of each caller; nil where nobody has a limit.
    package init(requestsPerSecond: Double?, timeSource: any TimeSource) {
        limiter = RequestLimiter(
            .init(standard: CallerLimits(requestsPerSecond: requestsPerSecond)),
            instruments: LimitInstruments(registry: MetricRegistry(timeSource: timeSource)), timeSource: timeSource)
    }

    /// Whether the caller may have one more hit, which is noted.
    package func takesHit(_ caller: Caller) -> Bool {
        if case .refused = limiter.takeAtOnce(caller) { return false }
        limiter.noteAnswered(caller)
        return true
    }
}
