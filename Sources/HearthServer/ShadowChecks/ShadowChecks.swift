import HearthCache
import HearthDrivers
import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Logging
import ServiceLifecycle
import Synchronization

/// Asks the provider again about a share of the hits, after their callers have been answered, and compares.
///
/// This is how an answer that is wrong though fresh comes to light: the counted verdicts feed the alert on wrong answers, and a category
/// that differs too often is kept for a shorter time. Checks wait in a bounded queue and run few at a time, only while callers leave most
/// of the provider's slots free. Answers that somebody wrote by hand are not checked: the provider knows no better.
final class ShadowChecks: Service {
    /// What must not be exceeded.
    struct Limits: Sendable {
        var perDay: Int
        /// Checks that may wait or run at one time.
        var waiting = 64
        /// Calls to the provider at one time, for callers and checks together.
        var providerSlots: Int

        /// Checks at one time: one, or two where both together take no more than a twentieth of the slots.
        var concurrency: Int { max(1, min(2, providerSlots / 20)) }
    }

    private struct Sample: Sendable {
        var kept: CachedAnswer
        var question: IdentifiedQuestion
        var text: String
        var takenAt: Timestamp
    }

    private struct State {
        var waiting = 0
        var allowance: DailyAllowance
        /// The provider asked to be left alone until then, on the monotonic clock.
        var pausedUntil = Duration.zero
    }

    private let sampler: HitSampler
    private let limits: Limits
    private let cache: AnswerCache
    private let producer: AnswerProducer
    private let provider: ProviderClient
    private let comparison: ShadowComparison
    private let trust: CategoryTrust
    private let reporter: UsageReporter
    /// Nil where nobody has a budget.
    private let budgets: TenantBudgets?
    private let overload: OverloadGuard
    private let instruments: ShadowInstruments
    private let timeSource: any TimeSource
    private let logger: Logger
    private let state: Mutex<State>
    private let samples: AsyncStream<Sample>
    private let queue: AsyncStream<Sample>.Continuation

    init(
        sampler: HitSampler, limits: Limits, cache: AnswerCache, producer: AnswerProducer, provider: ProviderClient,
        comparison: ShadowComparison, trust: CategoryTrust, reporter: UsageReporter, budgets: TenantBudgets?, overload: OverloadGuard,
        instruments: ShadowInstruments,
        timeSource: any TimeSource, logger: Logger
    ) {
        self.sampler = sampler
        self.limits = limits
        self.cache = cache
        self.producer = producer
        self.provider = provider
        self.comparison = comparison
        self.trust = trust
        self.reporter = reporter
        self.budgets = budgets
        self.overload = overload
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
        state = Mutex(State(allowance: DailyAllowance(limit: limits.perDay)))
        (samples, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limits.waiting))
    }

    /// Takes a hit into the sample, or not; returns at once. Hits that are not drawn cost one addition.
    func noteHit(_ answer: CachedAnswer, to question: IdentifiedQuestion, asked text: String) {
        guard sampler.draws(), answer.confidenceMethod != GivenAnswerKeeper.confidenceMethod else { return }
        let now = timeSource.now()
        let refusal = state.withLock { state -> ShadowInstruments.SkipReason? in
            guard state.waiting < limits.waiting else { return .queueFull }
            guard state.allowance.take(at: now) else { return .dailyLimit }
            state.waiting += 1
            return nil
        }
        if let refusal { return instruments.skips(refusal).increment() }
        instruments.waiting.increment()
        queue.yield(Sample(kept: answer, question: question, text: text, takenAt: now))
    }

    func run() async throws {
        // Nobody waits for a check, so a shutdown does not either.
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                var running = 0
                for await sample in self.samples {
                    if running == self.limits.concurrency { await group.next() } else { running += 1 }
                    group.addTask { await self.take(sample) }
                }
            }
        }
    }

    private func take(_ sample: Sample) async {
        defer {
            state.withLock { $0.waiting -= 1 }
            instruments.waiting.decrement()
        }
        guard !Task.isCancelled else { return }
        guard isRoomAtProvider, overload.admits(.background) else {
            state.withLock { $0.allowance.giveBack(at: sample.takenAt) }
            return instruments.skips(.busy).increment()
        }
        await check(sample)
    }

    /// Whether callers would not notice two more calls: nobody waits, half of the slots are free, and the provider is well.
    private var isRoomAtProvider: Bool {
        let pausedUntil = state.withLock { $0.pausedUntil }
        return timeSource.uptime() >= pausedUntil && provider.breakerState == .closed && provider.callsWaiting == 0
            && provider.callsInFlight <= limits.providerSlots / 2
    }

    private func check(_ sample: Sample) async {
        let outcome = await producer.askAgain(
            AnswerProducer.Request(
                text: sample.text, question: sample.question, category: sample.kept.category, requestID: "shadow-check"))
        let fresh: AnswerProducer.Produced
        switch outcome {
        case .success(let produced): fresh = produced
        case .failure(let error): return noteFailure(error, of: sample)
        }
        pay(fresh.paidMicroDollars, for: sample)
        let (verdict, cost) = await comparison.verdict(on: sample.kept, fresh, question: sample.text)
        if let cost {
            pay(cost, for: sample)
            budgets?.charge(Spending(microDollars: cost, tokens: 0), to: sample.question.tenant)
        }
        instruments.checks(verdict.counted).increment()
        switch verdict {
        case .match:
            trust.record(sample.kept.category, isMismatch: false)
        case .mismatch(let difference):
            trust.record(sample.kept.category, isMismatch: true)
            let isReplaced = await replace(sample.kept, by: fresh)
            logger.info(
                "kept answer differs from what the provider says now",
                metadata: [
                    "key": "\(sample.kept.key)", "category": "\(sample.kept.category.rawValue)", "difference": "\(difference)",
                    "replaced": "\(isReplaced)",
                ])
        case .error(let reason):
            logger.info("hit not compared", metadata: ["key": "\(sample.kept.key)", "reason": "\(reason)"])
        }
    }

    /// Keeps the new answer in place of the one that it differs from, if it passes the gate and that one is still kept.
    ///
    /// Which of the two is right is not known; a caller without a kept answer would get the new one. What was put, removed or renewed
    /// meanwhile is left alone.
    private func replace(_ kept: CachedAnswer, by fresh: AnswerProducer.Produced) async -> Bool {
        guard fresh.decision == .store, let current = try? await cache.entry(kept.key, in: kept.space), current.storedAt == kept.storedAt,
            current.text == kept.text
        else { return false }
        var answer = fresh.answer
        answer.tags = current.tags
        answer.metadata = current.metadata
        // The category may have lost trust by this very check.
        answer.lifetime = cache.lifetime(of: answer.key, category: answer.category, storedAt: answer.storedAt)
        cache.keep(answer)
        return true
    }

    private func noteFailure(_ error: UpstreamError, of sample: Sample) {
        guard !Task.isCancelled else { return }
        if let pause = error.retryAfter {
            let until = timeSource.uptime() + pause
            state.withLock { $0.pausedUntil = max($0.pausedUntil, until) }
        }
        instruments.checks(.error).increment()
        logger.info("hit not compared", metadata: ["key": "\(sample.kept.key)", "reason": "\(error)"])
    }

    private func pay(_ microDollars: Int64, for sample: Sample) {
        reporter.report(.shadow, of: sample.question.tenant, costMicroDollars: microDollars, at: timeSource.now())
    }
}
