import HearthTelemetry

/// Keeps tenants that share answers from finding out by time or headers what the others have asked.
///
/// Every answer, kept or not, is held until a moment that is drawn anew for each: the floor and a share of the jitter after the request.
/// So a hit and a miss take the same time, as long as the provider answers within the floor.
struct SharedAnswerProtection: Sendable {
    let minimumLatency: Duration
    let jitter: Duration
    /// Whether headers and fields that tell a hit from a miss are left out.
    let hidesOrigin: Bool

    /// Nil where answers are neither held nor stripped.
    init?(_ settings: HearthConfiguration.Tenants) {
        guard settings.hidesCacheHeaders || settings.minimumLatency > .zero else { return nil }
        minimumLatency = settings.minimumLatency
        jitter = settings.jitter
        hidesOrigin = settings.hidesCacheHeaders
    }

    /// Returns when an answer to a request that was complete at `startedAt` may leave.
    func hold(since startedAt: Duration, _ timeSource: any TimeSource) async {
        guard minimumLatency > .zero else { return }
        let end = startedAt + minimumLatency + jitter * Double.random(in: 0...1)
        let rest = end - timeSource.uptime()
        if rest > .zero { try? await Task.sleep(for: rest) }
    }
}

extension SharedAnswerProtection {
    /// Holds a failure like an answer, and takes from it what says something of the cache.
    static func guarding<Value>(
        _ protection: SharedAnswerProtection?, since startedAt: Duration, _ timeSource: any TimeSource, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch var error as APIError {
            await protection?.hold(since: startedAt, timeSource)
            if protection?.hidesOrigin == true { error.cacheStatus = nil }
            throw error
        }
    }

    /// An answer "only if it is kept" would say that it is: there is none, kept or not.
    func requireNoProbe() throws(APIError) {
        throw APIError(
            .notCached, "This tenant shares its answers with others, and is not told whether one is kept; leave only-if-cached out.")
    }
}
