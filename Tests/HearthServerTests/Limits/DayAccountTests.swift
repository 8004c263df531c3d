import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Synchronization
import Testing

@testable import HearthServer

@Suite("Budgets of tenants")
struct DayAccountTests {
    private static func dollars(_ amount: Int64) -> Spending { Spending(microDollars: amount, tokens: 0) }

    /// Limits, what is spent, what is wanted, and what forbids it.
    private static let limits: [(money: Int64?, tokens: Int64?, spent: Spending, more: Spending, limit: Budget.Limit?)] = [
        (nil, nil, .init(microDollars: .max / 2, tokens: .max / 2), .init(microDollars: 1, tokens: 1), nil),
        (10, nil, .init(microDollars: 9, tokens: 900), .init(microDollars: 1, tokens: 1000), nil),
        (10, nil, .init(microDollars: 9, tokens: 0), .init(microDollars: 2, tokens: 0), .money),
        (10, 5, .init(microDollars: 0, tokens: 5), .init(microDollars: 1, tokens: 1), .tokens),
        (0, nil, .none, .init(microDollars: 1, tokens: 0), .money), (0, nil, .none, .none, nil),
    ]

    @Test("A call is allowed while it fits beside what is spent", arguments: limits)
    func fitting(money: Int64?, tokens: Int64?, spent: Spending, more: Spending, limit: Budget.Limit?) {
        #expect(Budget(microDollarsPerDay: money, tokensPerDay: tokens).limit(on: more, beside: spent) == limit)
    }

    @Test("What is reserved counts as spent, and what a call did not take is there again")
    func reservations() {
        let budget = Budget(microDollarsPerDay: 10)
        var account = DayAccount(day: 1)
        #expect([1, 2, 3].map { _ in account.reserve(Self.dollars(4), within: budget) } == [nil, nil, .money])
        account.settle(Self.dollars(4), at: Self.dollars(1))
        #expect(account.known == Self.dollars(5) && account.reserved == Self.dollars(4) && account.untold == Self.dollars(5))
        #expect(account.reserve(Self.dollars(4), within: budget) == nil)
        // A call that was dearer than its estimate is paid all the same.
        account.settle(Self.dollars(4), at: Self.dollars(9))
        #expect(account.known == Self.dollars(14) && budget.isUsedUp(by: account.known))
    }

    @Test("What the others were not told is told once, and not lost where they could not be told")
    func telling() {
        var account = DayAccount(day: 1)
        account.charge(Self.dollars(7))
        let first = account.takeUntold()
        account.charge(Self.dollars(2))
        account.heard(Self.dollars(100))
        #expect(first == Self.dollars(7) && account.known == Self.dollars(102) && account.untold == Self.dollars(2))
        let second = account.takeUntold()
        account.putBack(second)
        #expect(account.untold == Self.dollars(2))
    }

    @Test("The statistics are believed once, beside what is reserved meanwhile")
    func opening() {
        var account = DayAccount(day: 1)
        _ = account.reserve(Self.dollars(3), within: Budget(microDollarsPerDay: 50))
        account.open(at: 40)
        account.open(at: 400)
        #expect(account.known == Self.dollars(43))
        #expect(account.reserve(Self.dollars(8), within: Budget(microDollarsPerDay: 50)) == .money)
    }

    /// A clock that the test moves.
    private final class Clock: TimeSource {
        let moment = Mutex(Timestamp(seconds: 1_800_000_000 / 86_400 * 86_400 + 86_390))

        func uptime() -> Duration { .zero }
        func now() -> Timestamp { moment.withLock { $0 } }
    }

    private func make(_ settings: HearthConfiguration.Budgets, _ clock: Clock, baseline: Int64 = 0) -> TenantBudgets {
        TenantBudgets(
            settings, instruments: LimitInstruments(registry: MetricRegistry(timeSource: clock)), timeSource: clock
        ) { _, _ in baseline }
    }

    private func call(
        _ budgets: TenantBudgets, of tenant: Tenant = .standard, estimate: Int64 = 10, costs: Int64 = 10
    ) async -> UpstreamError.Kind? {
        do throws(UpstreamError) {
            _ = try await budgets.around(
                Self.dollars(estimate), of: tenant, actual: { Self.dollars($0) }
            ) { () async throws(UpstreamError) in costs }
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("A tenant that has spent its budget is refused, until the day ends; others are not")
    func days() async throws {
        let clock = Clock()
        let budgets = make(.init(standard: .init(microDollarsPerDay: 25)), clock)
        let other = try #require(Tenant("other"))
        let kinds = [await call(budgets), await call(budgets), await call(budgets)]
        #expect(kinds == [nil, nil, .budgetExhausted])
        #expect(await call(budgets, of: other) == nil)
        do throws(UpstreamError) {
            _ = try await budgets.around(Self.dollars(10), of: .standard, actual: { Self.dollars($0) }) { () async throws(UpstreamError) in
                1
            }
            Issue.record("it was allowed")
        } catch {
            #expect(error.retryAfterSeconds == 10, "the day ends in ten seconds")
        }
        clock.moment.withLock { $0 = $0 + .seconds(10) }
        #expect(await call(budgets) == nil)
        #expect(budgets.figures == .init(tenants: 2, exhausted: 0, reservedMicroDollars: 0))
    }

    @Test("What the statistics have of the day counts, and failed calls count where the provider may charge for them")
    func counting() async {
        let clock = Clock()
        #expect(await call(make(.init(standard: .init(microDollarsPerDay: 25)), clock, baseline: 16)) == .budgetExhausted)
        let budgets = make(.init(standard: .init(microDollarsPerDay: 25)), clock)
        for kind in [UpstreamError.Kind.network, .rateLimited, .overloaded, .breakerOpen, .serverError(status: 500)] {
            _ = try? await budgets.around(Self.dollars(10), of: .standard, actual: { (_: Int) in nil }) {
                () async throws(UpstreamError) -> Int in throw UpstreamError(kind: kind, message: "It failed.")
            }
        }
        #expect(await call(budgets, costs: 5) == nil)
        _ = try? await budgets.around(Self.dollars(10), of: .standard, actual: { (_: Int) in nil }) {
            () async throws(UpstreamError) -> Int in throw UpstreamError(kind: .timeout, message: "It failed.")
        }
        #expect(await call(budgets) == nil)
        #expect(await call(budgets) == .budgetExhausted)
    }

    @Test("Tenants in memory have their bound")
    func bound() async throws {
        let budgets = make(.init(standard: .init(microDollarsPerDay: 25), trackedTenants: 20), Clock())
        for number in 0..<200 { _ = await call(budgets, of: try #require(Tenant("t\(number)"))) }
        #expect(budgets.figures.tenants <= 20)
    }

    @Test("Budgets of single tenants are read from a list")
    func settings() throws {
        let configuration = try load(file: "budgets: {usdPerDay: 2.5, tenants: [acme=usd:0.002 tokens:500, free=]}").configuration
        #expect(configuration.budgets.standard == Budget(microDollarsPerDay: 2_500_000))
        #expect(
            configuration.budgets.special == [
                try #require(Tenant("acme")): Budget(microDollarsPerDay: 2000, tokensPerDay: 500), try #require(Tenant("free")): Budget(),
            ])
        #expect(try !load().configuration.budgets.areSet)
    }

    @Test("Faulty lists", arguments: ["acme", "Acme=usd:1", "a=usd:x", "a=usd:1 usd:2", "a=usd:1; a=usd:2", "a=euros:1", "a=tokens:-1"])
    func faulty(text: String) {
        #expect(BudgetSettings.parse(text) == nil)
    }

    @Test(
        "An estimate has room for all that the answer may be",
        arguments: [
            (#"{}"#, 1000), (#"{"max_tokens": 50}"#, 50), (#"{"max_tokens": 50, "max_completion_tokens": 70}"#, 70),
            (#"{"max_tokens": 50, "n": 128}"#, 6400), (#"{"max_tokens": 9000000000000000000, "n": 9000000000000000000}"#, 10_000_000),
            (#"{"max_tokens": -5, "n": -5}"#, 1), (#"{"max_completion_tokens": 1, "max_tokens": 500}"#, 500),
        ])
    func estimates(body: String, tokens: Int64) throws {
        let fields = try #require(JSONTree(Array(body.utf8))?.members)
        #expect(CallEstimate.outputTokens(of: fields, otherwise: 1000) == tokens)
        let prices = Pricing.TokenPrices(input: MicroDollars(3_000_000), output: MicroDollars(1_000_000))
        let spending = CallEstimate.spending(
            model: "m", requestBytes: 30, outputTokens: tokens, Pricing(perRequest: MicroDollars(1), models: ["m": prices]))
        #expect(spending == Spending(microDollars: 30 + tokens, tokens: 10 + tokens))
    }
}
