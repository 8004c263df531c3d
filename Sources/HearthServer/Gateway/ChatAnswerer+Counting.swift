import HearthCache
import HearthTelemetry
import HearthUpstream

extension ChatAnswerer {
    /// Counts a kept answer that is served.
    ///
    /// - Parameter waited: for the provider, in vain.
    func serve(
        _ entry: MemoryEntry, _ inquiry: Inquiry, source: AnswerSource, result: LookupResult, stale: CacheStatus.StaleReason?,
        waited: Duration = .zero
    ) -> AnsweredQuestion {
        let now = timeSource.now()
        let answer = entry.answer
        cache.countHit(answer.key, at: now)
        let age = now - answer.storedAt
        var event = UsageEvent(
            finishedAt: now, result: result, language: answer.language, category: answer.category, source: source,
            duration: timeSource.uptime() - inquiry.startedAt, upstreamDuration: waited)
        event.addSavings(of: answer, age: age)
        report(event, inquiry, confidence: answer.currentConfidence)
        let remaining = answer.lifetime.remainingSeconds(at: now)
        return AnsweredQuestion(
            answer: answer, source: source, status: stale.map { .stale(ttl: remaining ?? 0, $0) } ?? .hit(ttl: remaining), isCached: true,
            isKept: true, age: age, costMicroDollars: 0, savedMicroDollars: answer.costMicroDollars)
    }

    /// Counts an answer of the provider.
    ///
    /// - Parameters:
    ///   - duration: until the first of it could be sent.
    ///   - isShared: whether another request made the call.
    ///   - cost: what this caller paid for it.
    func report(
        _ answer: CachedAnswer, _ inquiry: Inquiry, reason: MissReason, duration: Duration, waited: Duration, isShared: Bool, cost: Int64
    ) {
        report(
            UsageEvent(
                finishedAt: timeSource.now(), result: QuestionAnswerer.result(of: reason), missReason: reason, language: answer.language,
                category: answer.category, source: .upstream, duration: duration, upstreamDuration: waited, isShared: isShared,
                costMicroDollars: cost),
            inquiry, confidence: answer.currentConfidence)
    }

    func reportFailure(_ inquiry: Inquiry, reason: MissReason, waited: Duration) {
        report(
            UsageEvent(
                finishedAt: timeSource.now(), result: QuestionAnswerer.result(of: reason), missReason: reason,
                language: inquiry.question.key.language, category: inquiry.category, source: nil,
                duration: timeSource.uptime() - inquiry.startedAt, upstreamDuration: waited, failed: true),
            inquiry, confidence: nil)
    }

    private func report(_ event: UsageEvent, _ inquiry: Inquiry, confidence: Double?) {
        let asked = inquiry.question.normalized.isExact ? inquiry.question.normalized.text : inquiry.request.userText
        reporter.report(
            event, question: inquiry.question, query: inquiry.control.noStore ? nil : asked,
            customer: reporter.customer(inquiry.request.customer), confidence: confidence, requestID: inquiry.requestID,
            trace: inquiry.trace)
    }
}
