package import HearthPages
import HearthTelemetry

extension Sample {
    package static let conditions = [
        Condition(
            id: .hitRate, value: 92.4, threshold: 80, hasEnoughData: true, state: .fine, since: now - .seconds(533_000),
            runbook: "runbooks/HearthCacheHitRateLow.md", dashboard: "http://127.0.0.1:3000/d/hearth"),
        Condition(
            id: .answerTime, value: 0.64, threshold: 200, hasEnoughData: true, state: .fine, runbook: "runbooks/HearthResponseTimeHigh.md"),
        Condition(
            id: .storeReached, value: nil, threshold: 1, hasEnoughData: false, state: .unknown, runbook: "runbooks/HearthStoreDown.md"),
        Condition(
            id: .cacheSize, value: 93.2, threshold: 90, hasEnoughData: true, state: .firing, since: now - .seconds(1200),
            runbook: "https://example.org/runbooks/HearthCacheFull.md"),
    ]

    package static let kept = [
        KeptQuestion(
            text: .shown("Do you sell gift cards?"), language: .en, category: .pricing, hits: 812, savedDollars: 1.624, confidence: 0.94,
            expires: now + .seconds(40_000), cacheKey: "en:" + String(repeating: "3f", count: 32)),
        KeptQuestion(
            text: .shown("מה שעות הפתיחה שלכם?"), language: .he, category: .hours, hits: 401, savedDollars: 0.802, confidence: 0.9,
            expires: now + .seconds(4000)),
        KeptQuestion(text: .hidden(.fewCustomers), language: .ru, category: .general, hits: 12, savedDollars: 0.024),
    ]

    package static let missed = [
        MissedQuestion(
            text: .shown("¿Puedo cambiar la reserva?"), language: .es, category: .booking, count: 31, reason: .neverStored,
            snippet: #"{"query": "¿Puedo cambiar la reserva?", "language": "es", "category": "booking"}"#),
        MissedQuestion(text: .hidden(.originalNotKept), language: .pt, category: .pricing, count: 4, reason: .expired),
    ]

    package static let explanation = Explanation(
        question: "Gift card for two?", language: .en, category: .pricing, isAnswered: false,
        verdict: "No answer is kept under this key.",
        steps: [
            .init(
                name: "normalize", result: .passed, detail: "gift card for two", milliseconds: 0.04,
                facts: [Fact(name: "rule", value: "numbers stay")]),
            .init(name: "exact", result: .stopped, detail: "no entry", milliseconds: 0.002),
            .init(name: "search", result: .skipped, detail: "switched off"),
        ], cacheKey: "en:" + String(repeating: "ab", count: 32))

    package static func overview(_ usage: Panel<Usage> = .ready(usage())) -> OverviewContent {
        OverviewContent(
            usage: usage, keptAnswers: 212, ask: AskForm(), asked: nil, timeline: .ready(timeline), conditions: .ready(conditions))
    }

    package static let health = HealthContent(
        stores: .ready([
            StoreState(name: "memory", isUp: true, entries: 9_120, sizeBytes: 61_000_000, capacityBytes: 100_000_000),
            StoreState(
                name: "redis", isUp: false, reason: "connection refused at redis.internal:6379", p95Milliseconds: nil, poolInUse: 0,
                poolSize: 8),
            StoreState(
                name: "sqlite", isUp: true, p95Milliseconds: 0.31, entries: 12_400, sizeBytes: 930_000_000, capacityBytes: 1_000_000_000,
                oldest: now - .seconds(5_000_000), poolInUse: 1, poolSize: 4),
        ]),
        provider: .ready(
            ProviderStanding(
                name: "api.openai.com", breaker: .open, breakerSince: now - .seconds(600), calls: 601,
                errors: [(kind: "timeout", count: 12), (kind: "status_500", count: 3)], p95Milliseconds: 1840, inputTokens: 120_400,
                outputTokens: 48_000)),
        conditions: .ready(conditions),
        alertmanager: .alerts([
            .init(
                name: "HearthCacheFull", summary: "The cache is 93 % full.", severity: "warning", since: now - .seconds(1200),
                isSilenced: true, runbook: "https://example.org/runbooks/HearthCacheFull.md")
        ]),
        events: .ready([
            PageEvent(at: now - .seconds(600), kind: .breaker, text: "breaker of the provider opened: 5 of 10 calls failed"),
            PageEvent(
                at: now - .seconds(52_000), kind: .invalidation, text: "1,204 answers in Hebrew removed", actor: "ops",
                act: "cache.invalidate"),
            PageEvent(at: now - .seconds(72_000), kind: .version, text: "service.version, version 0.1.0, versionBefore 0.0.9"),
        ]))

    package static var november: CivilMonth {
        guard let month = CivilMonth("2026-11") else { preconditionFailure("a month that is written here is sound") }
        return month
    }

    package static func page(_ page: SamplePage, in frame: PageFrame) -> RenderedPage {
        switch page {
        case .overview: Pages.overview(overview(), in: frame)
        case .fresh:
            Pages.overview(
                OverviewContent(
                    usage: .ready(usage(busy: 0)), keptAnswers: 212, ask: AskForm(),
                    asked: AskedAnswer(
                        question: "Do you sell gift cards?", answer: "Yes, we sell gift cards.", language: .en, isFromCache: false,
                        milliseconds: 203.1, costDollars: 0.002, reason: .neverStored, isSimulated: true,
                        cacheKey: "en:" + String(repeating: "3f", count: 32)), timeline: .ready(timeline), conditions: .ready(conditions)),
                in: frame)
        case .slow:
            Pages.overview(
                OverviewContent(
                    usage: .kept(usage(), madeAt: now - .seconds(14), took: .milliseconds(520)), keptAnswers: nil, ask: nil, asked: nil,
                    timeline: .missing(.busy(job: "prune-cache", .milliseconds(510))), conditions: .missing(.slow(.milliseconds(600)))),
                in: frame)
        case .savings:
            Pages.savings(
                SavingsContent(usage: .ready(usage()), prices: Prices(source: .flat(0.002), date: CivilDate("2026-11-01"))), in: frame)
        case .questions:
            Pages.questions(
                QuestionsContent(
                    kept: .ready(kept), missed: .ready(missed), uncounted: 21, explain: AskForm(question: "Gift card for two?"),
                    explanation: explanation), in: frame)
        case .jobs: Pages.jobs(JobsContent(timeline: .ready(timeline), jobs: .ready(jobs)), in: frame)
        case .job: Pages.job(JobContent(detail: .ready(jobDetail), name: "aggregate-statistics", runs: .ready(runs)), in: frame)
        case .run: Pages.run(RunContent(run: runDetail), in: frame)
        case .health: Pages.health(health, in: frame)
        case .report:
            Pages.report(
                ReportContent(
                    month: november, usage: .ready(usage(.day, buckets: 30, busy: 9000)), top: .ready(kept),
                    prices: Prices(source: .tokens([(model: "gpt-4o-mini", input: 0.15, output: 0.6)]), date: CivilDate("2026-11-01"))),
                in: frame)
        case .help:
            Pages.help(
                HelpContent(grafanaURL: "http://127.0.0.1:3000", thresholds: [.hitRate: 80, .answerTime: 200]), in: frame)
        case .runbooks, .runbook: Pages.runbook(Runbook.of(page.view) ?? Runbook(name: "none", markdown: ""), in: frame)
        case .signIn: Pages.signIn(SignInContent(reason: .wrongKey, returnTo: "/admin/cache-analytics/jobs"), in: frame)
        case .confirm:
            Pages.confirm(
                ConfirmContent(
                    action: .invalidate, parameters: [ActionParameter(name: "language", value: "he")],
                    effect: .ready(.init(answersRemoved: 1204, rebuildDollars: 2.41)), token: "t0ken",
                    command: "hearth cache invalidate --language he", wordToType: "REMOVE", back: .health), in: frame)
        case .result:
            Pages.result(
                ResultContent(
                    action: .invalidate, parameters: [ActionParameter(name: "language", value: "he")], outcome: .done,
                    facts: [Fact(name: "invalidated", value: "1204")], back: .health), in: frame)
        case .missing: Pages.fault(.unknownRun(id: "019ab5f2", retentionDays: 90), in: frame)
        case .starting:
            Pages.fault(
                .starting(steps: [
                    .init(name: "configuration", state: .done), .init(name: "stores", state: .running),
                    .init(name: "warming", state: .waiting),
                ]), in: frame)
        case .busy: Pages.fault(.unavailable(reason: "Too many pages are being made.", retryAfterSeconds: 5), in: frame)
        }
    }
}

/// Every page there is, and some of their states.
package enum SamplePage: String, CaseIterable, Sendable {
    case overview, fresh, slow, savings, questions, jobs, job, run, health, report, help, runbooks, runbook
    case signIn, confirm, result, missing, starting, busy

    package var view: PageView {
        switch self {
        case .overview, .fresh, .slow, .starting, .busy: .overview
        case .savings: .savings
        case .questions: .questions
        case .jobs: .jobs
        case .job: .job("aggregate-statistics")
        case .run, .missing: .run("019ab5f2-7c40-7000-8000-000000000001")
        case .health: .health
        case .report: .report
        case .help: .help
        case .runbooks: .runbooks
        case .runbook: .runbook("HearthStoreDown")
        case .signIn: .signIn
        case .confirm: .confirm
        case .result: .result
        }
    }
}
