import HearthCache
import HearthStatistics
import HearthTelemetry

/// Fetches new answers for what is asked most, before the kept ones expire.
struct PopularAnswerRefresher: Sendable {
    let cache: AnswerCache
    let identifier: QuestionIdentifier
    let producer: AnswerProducer
    let reporter: UsageReporter
    let timeSource: any TimeSource
    let budget: CallBudget
    let overload: OverloadGuard
    /// Answers that expire within this are due; two runs of the job's default schedule.
    var horizon: Duration = .seconds(1200)
    /// An answer that was reused less often is left to expire.
    var minimumHits: Int64 = 2

    func refresh() async throws(AnswerStoreError) -> WarmingReport {
        let started = timeSource.uptime()
        let now = timeSource.now()
        let due = try await cache.store.popular(expiringBefore: now + horizon, minimumHits: minimumHits, limit: budget.left(at: started))
        var report = WarmingReport()
        for answer in due where !Task.isCancelled {
            // Where original texts are not kept, the normalised text is asked; it has the same key.
            let text = answer.query ?? answer.normalizedQuery
            // Answers that are shared are the operator's.
            let tenant = answer.space.tenant ?? .standard
            let question = identifier.identify(text, language: answer.language, in: answer.space, by: tenant)
            guard question.key == answer.key, answer.phase(at: now) != .expired else { continue }
            // What is left comes with the next run.
            guard overload.admits(.background), budget.take(at: timeSource.uptime()) else { break }
            report.processed += 1
            let (outcome, role) = await producer.produce(
                AnswerProducer.Request(text: text, question: question, category: answer.category, requestID: "refresh"))
            guard case .success(let produced) = outcome else {
                report.failed += 1
                continue
            }
            if role == .led {
                reporter.report(.refresh, of: tenant, costMicroDollars: produced.paidMicroDollars, at: timeSource.now())
            }
            if produced.isKept { report.cached += 1 } else { report.failed += 1 }
        }
        report.duration = timeSource.uptime() - started
        return report
    }
}
