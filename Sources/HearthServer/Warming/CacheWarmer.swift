import HearthCache
import HearthStatistics
import HearthTelemetry
import Synchronization

/// Answers common questions ahead of time, so that their first caller finds them kept.
struct CacheWarmer: Sendable {
    let identifier: QuestionIdentifier
    let cache: AnswerCache
    let producer: AnswerProducer
    let gate: StorageGate
    let reporter: UsageReporter
    let timeSource: any TimeSource
    let costPerRequestMicroDollars: Int64
    /// Questions that are asked at one time; below the provider's own limit, so that callers are not held up.
    let concurrency: Int

    fileprivate enum Outcome: Sendable { case cached, skipped, failed }

    func warm(_ queries: [WarmingQuery]) async -> WarmingReport {
        let started = timeSource.uptime()
        var report = WarmingReport()
        await withTaskGroup(of: Outcome.self) { group in
            var remaining = queries[...]
            for query in remaining.prefix(concurrency) { group.addTask { await warm(query) } }
            remaining = remaining.dropFirst(concurrency)
            while let outcome = await group.next() {
                report.add(outcome)
                guard !Task.isCancelled, let query = remaining.popFirst() else { continue }
                group.addTask { await warm(query) }
            }
        }
        report.duration = timeSource.uptime() - started
        return report
    }

    private func warm(_ query: WarmingQuery) async -> Outcome {
        let question = identifier.identify(query.query, language: query.language)
        if case .hit = await cache.lookup(question, at: timeSource.now()) { return .skipped }
        let category = query.category ?? question.normalized.category
        if let response = query.response { return keep(response, of: query, question, category) }
        let request = AnswerProducer.Request(
            text: query.query, question: question, category: category, requestID: "warming", acceptsKept: true)
        let (outcome, role) = await producer.produce(request)
        guard case .success(let produced) = outcome else { return .failed }
        if role == .led {
            reporter.report(.warming, costMicroDollars: produced.paidMicroDollars, at: timeSource.now())
        }
        return produced.isKept ? .cached : .failed
    }

    private func keep(
        _ response: String, of query: WarmingQuery, _ question: IdentifiedQuestion, _ category: ResponseCategory
    ) -> Outcome {
        let confidence = query.confidence ?? 1
        let candidate = AnswerCandidate(
            isSuccess: true, isComplete: true, finishReason: "stop", text: response, isRefusal: false, confidence: confidence,
            mayStore: true)
        guard gate.decide(candidate) == .store else { return .failed }
        let now = timeSource.now()
        cache.keep(
            CachedAnswer(
                key: question.key, form: question.form, query: query.query, normalizedQuery: question.normalized.text,
                category: category, text: response, confidence: confidence, confidenceMethod: "caller", model: "",
                isSimulated: false, costMicroDollars: costPerRequestMicroDollars, inputTokens: 0, outputTokens: 0,
                upstreamDuration: .zero, storedAt: now,
                lifetime: cache.lifetime(of: question.key, category: category, storedAt: now)))
        return .cached
    }
}

extension WarmingReport {
    fileprivate mutating func add(_ outcome: CacheWarmer.Outcome) {
        processed += 1
        switch outcome {
        case .cached: cached += 1
        case .skipped: skipped += 1
        case .failed: failed += 1
        }
    }
}
