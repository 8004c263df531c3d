import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Synchronization

/// Answers common questions ahead of time, so that their first caller finds them kept.
struct CacheWarmer: Sendable {
    let identifier: QuestionIdentifier
    let cache: AnswerCache
    let producer: AnswerProducer
    let keeper: GivenAnswerKeeper
    let reporter: UsageReporter
    let timeSource: any TimeSource
    /// Questions that are asked at one time; below the provider's own limit, so that callers are not held up.
    let concurrency: Int
    let budget: CallBudget
    let overload: OverloadGuard

    fileprivate enum Outcome: Sendable { case cached, skipped, failed, postponed }

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
        let question = identifier.identify(query.query, language: query.language, by: query.tenant)
        if case .hit = await cache.lookup(question, at: timeSource.now()) { return .skipped }
        let category = query.category ?? question.normalized.category
        if let response = query.response {
            let given = GivenAnswerKeeper.Given(
                query: query.query, language: query.language, category: category, response: response, confidence: query.confidence ?? 1,
                tenant: query.tenant)
            let judged = keeper.judge(given)
            guard judged.answer != nil else { return .failed }
            return await keeper.keep([judged]) ? .cached : .postponed
        }
        // What is warmed ahead of time must not push out what callers have asked for, and what is paid for must be kept.
        guard await cache.hasRoom(within: GivenAnswerKeeper.patience) else { return .postponed }
        guard overload.admits(.background), budget.take(at: timeSource.uptime()) else { return .postponed }
        let request = AnswerProducer.Request(
            text: query.query, question: question, category: category, requestID: "warming", acceptsKept: true)
        let (outcome, role) = await producer.produce(request)
        if case .failure(let error) = outcome, error.kind == .budgetExhausted { return .postponed }
        guard case .success(let produced) = outcome else { return .failed }
        if role == .led {
            reporter.report(.warming, of: query.tenant, costMicroDollars: produced.paidMicroDollars, at: timeSource.now())
        }
        return produced.isKept ? .cached : .failed
    }
}

extension WarmingReport {
    fileprivate mutating func add(_ outcome: CacheWarmer.Outcome) {
        processed += 1
        switch outcome {
        case .cached: cached += 1
        case .skipped: skipped += 1
        case .failed: failed += 1
        case .postponed: postponed += 1
        }
    }
}
