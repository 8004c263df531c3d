import HearthTelemetry
import Testing

@testable import HearthUpstream

@Suite("Retry policy")
struct RetryPolicyTests {
    private func failure(_ kind: UpstreamError.Kind, before: Bool = false, retryAfter: Duration? = nil) -> RetryPolicy.Failure {
        RetryPolicy.Failure(error: UpstreamError(kind: kind, message: "", retryAfter: retryAfter), wasBeforeConnection: before)
    }

    private func decide(
        _ failure: RetryPolicy.Failure, retries: Int = 0, remaining: Duration = .seconds(30), unit: Double = 0.5
    )
        -> RetryPolicy.Decision
    {
        RetryPolicy().decide(on: failure, retries: retries, remaining: remaining, unitRandom: unit)
    }

    @Test(
        "What is tried again, and under which name",
        arguments: [
            (UpstreamError.Kind.network, true, RetryPolicy.Reason.network), (.timeout, true, .timeout), (.rateLimited, false, .rateLimited),
            (.serverError(status: 500), false, .serverError), (.serverError(status: 529), false, .serverError),
            (.network, false, nil), (.timeout, false, nil), (.auth, false, nil), (.clientError(status: 400), false, nil),
            (.invalidAnswer, false, nil), (.overloaded, false, nil), (.breakerOpen, false, nil), (.cancelled, false, nil),
            (.shutDown, false, nil),
        ] as [(UpstreamError.Kind, Bool, RetryPolicy.Reason?)])
    func reasons(kind: UpstreamError.Kind, before: Bool, reason: RetryPolicy.Reason?) {
        let expected = reason.map { RetryPolicy.Decision.retry(after: .milliseconds(200), reason: $0) } ?? .giveUp
        #expect(decide(failure(kind, before: before)) == expected)
    }

    @Test("One retry and no more")
    func once() {
        #expect(decide(failure(.network, before: true), retries: 1) == .giveUp)
    }

    @Test("The pause has full jitter", arguments: [(0.0, 0), (0.25, 100), (0.75, 300)])
    func jitter(unit: Double, milliseconds: Int) {
        #expect(decide(failure(.rateLimited), unit: unit) == .retry(after: .milliseconds(milliseconds), reason: .rateLimited))
    }

    @Test("Retry-After is waited for if it fits the whole time, else the failure stands", arguments: [(5, true), (29, true), (30, false)])
    func retryAfter(seconds: Int, retries: Bool) {
        let decision = decide(failure(.rateLimited, retryAfter: .seconds(seconds)), unit: 0)
        #expect(decision == (retries ? .retry(after: .seconds(seconds), reason: .rateLimited) : .giveUp))
    }

    @Test("Nothing is tried when too little time is left")
    func noTime() {
        #expect(decide(failure(.network, before: true), remaining: .milliseconds(600), unit: 0.5) == .giveUp)
        #expect(decide(failure(.network, before: true), remaining: .milliseconds(700), unit: 0.5) != .giveUp)
        #expect(decide(failure(.network, before: true), remaining: .seconds(-1), unit: 0) == .giveUp)
    }

    @Test("Retries stay at a tenth of the calls, after a reserve of ten")
    func budget() {
        var budget = RetryBudget()
        var granted = 0
        for _ in 0..<1000 {
            budget.recordCall()
            if budget.takeRetry() { granted += 1 }
        }
        #expect((100...111).contains(granted))
    }
}

@Suite("Retry-After header")
struct RetryAfterTests {
    // 2026-11-22T17:40:00Z
    private let now = Timestamp(milliseconds: 1_795_369_200_000)

    @Test(
        "Seconds and dates are read and clamped to 1 to 120 s, everything else is nothing",
        arguments: [
            ("0", 1), ("1", 1), (" 7 ", 7), ("120", 120), ("3600", 120), ("99999999999999999999999", 120), ("-5", nil), ("1.5", nil),
            ("soon", nil), ("", nil), (nil, nil), ("5; x=y", nil), (String(repeating: "1", count: 100), nil),
            ("Sun, 22 Nov 2026 17:40:30 GMT", 30), ("Sun, 22 Nov 2026 17:39:00 GMT", 1), ("Sun, 22 Nov 2099 17:40:00 GMT", 120),
            ("Sun, 31 Feb 2026 17:40:00 GMT", nil), ("Sun, 22 Nov 2026 17:40:30 CET", nil),
        ] as [(String?, Int?)])
    func values(header: String?, seconds: Int?) {
        #expect(now.description == "2026-11-22T17:40:00.000Z")
        #expect(RetryAfter.parse(header, now: now) == seconds.map { .seconds($0) })
    }
}
