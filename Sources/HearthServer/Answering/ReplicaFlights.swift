import HearthCache
import HearthTelemetry

/// Lets a new question that several replicas are asked at the same time cost one call to the provider.
struct ReplicaFlights: Sendable {
    /// How often an answer of another replica is looked for.
    private static let pollInterval = Duration.milliseconds(20)

    let flights: any SharedFlights
    let cache: AnswerCache
    let timeSource: any TimeSource
    /// How long another replica is waited for before the question is asked once more.
    let patience: Duration

    /// Runs the call, or waits for the answer of the replica that is making it.
    ///
    /// - Parameter found: makes an outcome of an answer that another replica kept.
    func outcome(
        of question: IdentifiedQuestion, found: (CachedAnswer) -> AnswerProducer.Flights.Outcome,
        _ call: @escaping @Sendable () async -> AnswerProducer.Flights.Outcome
    ) async -> AnswerProducer.Flights.Outcome {
        let end = timeSource.uptime() + patience
        while true {
            switch await flights.claim(question.key) {
            case .unavailable:
                return await call()
            case .granted(let token):
                // The one before may have kept its answer just before the claim was free.
                if let answer = await kept(question) {
                    await flights.release(question.key, token: token)
                    return found(answer)
                }
                return await holding(question.key, token, call)
            case .taken:
                guard timeSource.uptime() < end, !Task.isCancelled else { return await call() }
                try? await Task.sleep(for: Self.pollInterval)
                if let answer = await kept(question) { return found(answer) }
            }
        }
    }

    private func kept(_ question: IdentifiedQuestion) async -> CachedAnswer? {
        switch await cache.lookup(question, at: timeSource.now()) {
        case .hit(let entry, _): entry.answer
        case .stale, .miss: nil
        }
    }

    /// Renews the claim until the call has ended. A kept answer ends the claim when it is written.
    private func holding(
        _ key: CacheKey, _ token: String, _ call: @escaping @Sendable () async -> AnswerProducer.Flights.Outcome
    ) async -> AnswerProducer.Flights.Outcome {
        let outcome = await flights.holding(key, token: token, call)
        if case .success(let produced) = outcome, produced.isKept { return outcome }
        await flights.release(key, token: token)
        return outcome
    }
}
