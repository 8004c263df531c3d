import HearthStatistics
import HearthTelemetry
import Testing

/// What every store of statistics does to keep tenants apart and their sum exact.
@Suite("Statistics of several tenants", .timeLimit(.minutes(10)))
struct TenantStatisticsTests {
    private static func tenant(_ name: String) -> Tenant { Tenant(name) ?? .standard }

    private static let tenants = [Tenant.standard, tenant("acme"), tenant("globex")]

    /// Each tenant has its own numbers: 10, 20 and 30 hits, 1, 2 and 3 misses.
    private static func record(_ fixture: StatisticsFixture) {
        for (number, tenant) in tenants.enumerated() {
            for _ in 0..<(10 * (number + 1)) { record(.hit, by: tenant, in: fixture, saved: 2000) }
            for _ in 0...number { record(.miss, by: tenant, in: fixture, cost: 3000, reason: .expired) }
            fixture.recorder.record(.warming, of: tenant, costMicroDollars: Int64(number + 1), at: fixture.time.now())
        }
    }

    private static func record(
        _ result: LookupResult, by tenant: Tenant, in fixture: StatisticsFixture, cost: Int64 = 0, saved: Int64 = 0,
        reason: MissReason? = nil
    ) {
        var recorded = event(result, at: fixture.time.now(), cost: cost, saved: saved, reason: reason)
        recorded.tenant = tenant
        fixture.recorder.record(recorded)
    }

    private static func check(_ fixture: StatisticsFixture, _ period: StatisticsPeriod) async throws {
        var sum = (requests: Int64(0), hits: Int64(0), saved: 0.0)
        for (number, tenant) in tenants.enumerated() {
            let report = try await fixture.query.report(period: period, of: UsageSelection(tenant: tenant))
            #expect(report.metrics.cacheHits == Int64(10 * (number + 1)) && report.metrics.cacheMisses == Int64(number + 1), "\(tenant)")
            #expect(report.savings.warming == Double(number + 1) / 1_000_000)
            #expect(report.missReasons[.expired] == Int64(number + 1))
            sum.requests += report.metrics.totalRequests
            sum.hits += report.metrics.cacheHits
            sum.saved += report.metrics.estimatedCostSavings
        }
        let all = try await fixture.query.report(period: period)
        #expect(all.metrics.totalRequests == sum.requests && all.metrics.cacheHits == sum.hits && sum.hits == 60)
        #expect(abs(all.metrics.estimatedCostSavings - sum.saved) < 1e-9 && all.savings.warming == 6.0 / 1_000_000)
        let nobody = try await fixture.query.report(period: period, of: UsageSelection(tenant: Self.tenant("nobody")))
        #expect(nobody.metrics.totalRequests == 0 && nobody.savings.warming == 0 && !nobody.csv().contains("60"))
    }

    @Test("Each sees its own, and the sum of all is exact: in memory, stored and aggregated", arguments: StoreKind.allCases)
    func reports(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        Self.record(fixture)
        try await Self.check(fixture, .hourly)
        #expect(await fixture.flusher().flush())
        try await Self.check(fixture, .hourly)
        fixture.time.advance(by: .seconds(3600))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
        for period in [StatisticsPeriod.hourly, .daily, .weekly, .monthly] { try await Self.check(fixture, period) }
    }

    @Test("Tenants beyond the bound are counted together, and the sum stays exact")
    func bound() async throws {
        let fixture = try await StatisticsFixture(.sqlite)
        let count = 10_100
        for number in 0..<count { Self.record(.hit, by: Self.tenant("t\(number)"), in: fixture) }
        #expect(try await fixture.query.report(period: .minute, of: UsageSelection(tenant: .others)).metrics.totalRequests == 100)
        #expect(try await fixture.query.report(period: .minute).metrics.totalRequests == Int64(count))
    }

    private static func ask(
        _ fixture: StatisticsFixture, _ text: String, by tenant: Tenant, times: Int = 1, customer: UInt8? = nil
    ) {
        for _ in 0..<times {
            var recorded = event(.hit, at: fixture.time.now())
            recorded.tenant = tenant
            let asked = AskedQuestion(
                // As where tenants share answers: the same key for all of them.
                identity: QueryPatternKey(language: .en, normalizedText: text).digest, normalizedText: text, originalText: nil,
                customer: customer.map { CustomerHash(bytes: Array(repeating: $0, count: 16)) })
            fixture.recorder.record(recorded, of: asked)
        }
    }

    private static func top(_ fixture: StatisticsFixture, of tenant: Tenant?) async throws -> [String] {
        var selection = TopQuerySelection()
        selection.tenant = tenant
        return try await fixture.patterns.topQueries(selection).patterns.map { "\($0.key.tenant) \($0.tally.hits) \($0.customers)" }
    }

    @Test("The same question of several is counted for each, and customers of one count for it alone", arguments: StoreKind.allCases)
    func patterns(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for customer in UInt8(1)...3 { Self.ask(fixture, "hours", by: Self.tenants[1], customer: customer) }
        for customer in UInt8(1)...2 { Self.ask(fixture, "hours", by: Self.tenants[2], times: 3, customer: customer) }
        Self.ask(fixture, "hours", by: .standard, customer: 9)
        #expect(await fixture.flusher().flush())
        #expect(try await Self.top(fixture, of: nil) == ["globex 6 2", "acme 3 3", "default 1 1"])
        #expect(try await Self.top(fixture, of: Self.tenants[1]) == ["acme 3 3"])
        #expect(try await Self.top(fixture, of: Self.tenant("nobody")).isEmpty)
        var selection = TopQuerySelection()
        selection.tenant = Self.tenants[2]
        #expect(
            try await fixture.patterns.topQueries(selection).patterns.map(\.withoutPrivateTexts.tally.normalizedText) == [nil],
            "two of its own customers have asked; those of the others do not count")
    }

    @Test(
        "A customer who is forgotten no longer counts among those who asked, and those of other tenants stay", arguments: StoreKind.allCases
    )
    func forgetting(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let anna = CustomerHash(bytes: Array(repeating: 1, count: 16))
        for text in ["hours", "price"] {
            Self.ask(fixture, text, by: Self.tenants[1], times: text == "hours" ? 5 : 4, customer: 1)
            Self.ask(fixture, text, by: Self.tenants[1], customer: 2)
        }
        Self.ask(fixture, "hours", by: Self.tenants[2], customer: 1)
        #expect(await fixture.flusher().flush())
        #expect(try await fixture.patterns.forget(anna, of: Self.tenants[1]) == 2)
        #expect(try await fixture.patterns.forget(anna, of: Self.tenants[1]) == 0)
        #expect(try await Self.top(fixture, of: nil) == ["acme 6 1", "acme 5 1", "globex 1 1"])
        #expect(
            try await fixture.home.integer("SELECT count(*) FROM query_pattern_customer WHERE tenant = 'acme'") == 2, "the other customer's"
        )
        // Asked again, she counts again, and the text is not shown before three have asked.
        Self.ask(fixture, "hours", by: Self.tenants[1], customer: 1)
        #expect(await fixture.flusher().flush())
        #expect(try await Self.top(fixture, of: Self.tenants[1])[0] == "acme 7 2")
        for customer in UInt8(3)...4 { Self.ask(fixture, "hours", by: Self.tenants[1], customer: customer) }
        #expect(await fixture.flusher().flush())
        #expect(try await Self.top(fixture, of: Self.tenants[1])[0] == "acme 9 3")
    }

    @Test("What is folded goes to its tenant's remainder", arguments: StoreKind.allCases)
    func folding(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for number in 0..<10 {
            Self.ask(fixture, "q\(number)", by: Self.tenants[1])
            Self.ask(fixture, "q\(number)", by: Self.tenants[2], times: 2)
        }
        #expect(await fixture.flusher().flush())
        while try await fixture.patterns.foldPatterns(over: 12) > 0 {}
        var uncounted: Int64 = 0
        for (tenant, asked) in [(Self.tenants[1], Int64(10)), (Self.tenants[2], 20)] {
            var selection = TopQuerySelection()
            selection.tenant = tenant
            selection.limit = 100
            let top = try await fixture.patterns.topQueries(selection)
            #expect(top.patterns.reduce(0) { $0 + $1.tally.hits } + top.uncounted == asked, "\(tenant)")
            uncounted += top.uncounted
        }
        #expect(try await fixture.patterns.topQueries(TopQuerySelection()).uncounted == uncounted && uncounted > 0)
    }
}
