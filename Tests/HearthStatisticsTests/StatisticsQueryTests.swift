import Foundation
import HearthTelemetry
import Testing

@testable import HearthStatistics

@Suite(.serialized)
struct StatisticsQueryTests {
    @Test(
        "100 requests of which 90 are hits show exactly 90.0 and $0.18", arguments: StatisticsPeriod.allCases,
        StoreKind.allCases.flatMap { [($0, false), ($0, true)] })
    func ninetyOfHundred(period: StatisticsPeriod, home: (kind: StoreKind, isStored: Bool)) async throws {
        let fixture = try await StatisticsFixture(home.kind)
        for index in 0..<100 {
            let isHit = index % 10 != 0
            fixture.recorder.record(
                event(
                    isHit ? .hit : .miss, at: fixture.time.now(), cost: isHit ? 0 : 2000, saved: isHit ? 2000 : 0,
                    reason: isHit ? nil : .neverStored))
        }
        if home.isStored { #expect(await fixture.flusher().flush()) }
        let report = try await fixture.query.report(period: period)
        #expect(report.metrics.hitRate == 90.0)
        #expect(report.metrics.estimatedCostSavings == 0.18)
        #expect(report.metrics.aiApiCallsCost == 0.02)
        #expect(report.metrics.totalCostWithoutCache == 0.2)
        #expect(report.metrics.totalRequests == 100 && report.metrics.cacheHits == 90 && report.metrics.cacheMisses == 10)
        #expect(report.missReasons[.neverStored] == 10)
        #expect(report.series.last?.metrics == report.metrics)
        #expect(report.series.last?.complete == false)
    }

    @Test("10,000 hits at $0.002 are exactly $20.00", arguments: StoreKind.allCases)
    func tenThousand(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for _ in 0..<10_000 { fixture.recorder.record(event(.hit, at: fixture.time.now(), saved: Pricing().perRequest.amount)) }
        let today = try await fixture.query.today()
        #expect(today.estimatedCostSavings == 20.0)
        #expect(today.hitRate == 100)
    }

    @Test(
        "Misses that another's call answered are told apart, pending, stored and aggregated",
        arguments: StoreKind.allCases)
    func shared(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let started = fixture.time.now()
        for number in 0..<5 {
            fixture.recorder.record(event(.miss, at: started, reason: .neverStored, isShared: number > 0))
        }
        fixture.recorder.record(event(.bypass, at: started, reason: .bypass, isShared: true))
        for isStored in [false, true] {
            if isStored { #expect(await fixture.flusher().flush()) }
            let report = try await fixture.query.report(period: .hourly)
            #expect(report.sharedMisses == 4 && report.byResult[.miss] == 5 && report.series.last?.sharedMisses == 4)
        }
        fixture.time.advance(by: .seconds(2 * 3600))
        _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
        #expect(try await fixture.query.report(period: .monthly).sharedMisses == 4)
    }

    @Test("The first request is told to the minute, and to what is left when minutes are gone", arguments: StoreKind.allCases)
    func firstRequest(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        #expect(try await fixture.query.firstRequest(of: nil) == nil)
        try await fixture.store(event(.miss, at: fixture.time.now(), reason: .neverStored))
        #expect(try await fixture.query.firstRequest(of: nil) == moment("2026-11-22T17:40:00Z"))
        #expect(try await fixture.query.firstRequest(of: .standard) == moment("2026-11-22T17:40:00Z"))
        #expect(try await fixture.query.firstRequest(of: Tenant("another")) == nil)
        // Minutes are kept for two days and hours for seven.
        for (days, expected) in [(3, "2026-11-22T17:00:00Z"), (17, "2026-11-22T00:00:00Z")] {
            fixture.time.advance(by: .seconds(days * 86_400))
            _ = try await fixture.aggregator.aggregate(now: fixture.time.now())
            _ = try await fixture.aggregator.retain(now: fixture.time.now())
            let first = try await fixture.query.firstRequest(of: nil)
            #expect(first == (try moment(expected)))
        }
    }

    @Test("hits are hit and stale, misses all the rest, and breakdowns add up", arguments: StoreKind.allCases)
    func results(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for (index, result) in LookupResult.allCases.enumerated() {
            for _ in 0...index {
                fixture.recorder.record(
                    event(result, at: fixture.time.now(), language: .ru, category: .pricing, milliseconds: 4, failed: result == .error))
            }
        }
        fixture.recorder.record(event(.hit, at: fixture.time.now(), language: .pt, category: .booking, milliseconds: 2))
        let report = try await fixture.query.report(period: .daily)
        let metrics = report.metrics
        #expect(metrics.cacheHits == 4 && metrics.cacheMisses == 12 && metrics.totalRequests == 16 && metrics.failedRequests == 5)
        #expect(metrics.hitRate == 25)
        #expect(metrics.avgCacheResponseTime == 3.5)
        #expect(report.byResult.entries.map(\.value) == [2, 2, 3, 4, 5])
        #expect(report.languageBreakdown[.pt].requests == 1 && report.languageBreakdown[.pt].hits == 1)
        #expect(report.languageBreakdown[.pt].hitRate == 100)
        #expect(report.languageBreakdown[.ru].requests == 15 && report.languageBreakdown[.he].requests == 0)
        #expect(report.categoryBreakdown[.pricing].avgResponseTime == 4)
        #expect(report.categoryBreakdown[.booking].hits == 1)
    }

    @Test("percentiles come from the answers of the cache and are within 1 %", arguments: StoreKind.allCases)
    func percentiles(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for index in 1...1000 { fixture.recorder.record(event(.hit, at: fixture.time.now(), milliseconds: Double(index) / 10)) }
        for _ in 0..<500 { fixture.recorder.record(event(.miss, at: fixture.time.now(), milliseconds: 900, upstream: .milliseconds(800))) }
        let metrics = try await fixture.query.report(period: .hourly).metrics
        #expect(abs(metrics.p95CacheResponseTime - 95) <= 0.95)
        #expect(abs(metrics.p99CacheResponseTime - 99) <= 0.99)
        #expect(metrics.avgAiResponseTime == 800)
    }

    @Test("savings are net of warming, refresh and shadow checks", arguments: StoreKind.allCases)
    func savings(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for _ in 0..<10 { fixture.recorder.record(event(.hit, at: fixture.time.now(), saved: 2000)) }
        fixture.recorder.record(.warming, costMicroDollars: 2000, at: fixture.time.now())
        fixture.recorder.record(.refresh, costMicroDollars: 4000, at: fixture.time.now())
        fixture.recorder.record(.shadow, costMicroDollars: 16_000, at: fixture.time.now())
        let savings = try await fixture.query.report(period: .daily).savings
        #expect(savings == .init(avoided: 0.02, warming: 0.002, refresh: 0.004, shadow: 0.016, net: -0.002))
    }

    @Test("an empty range gives zeros everywhere and valid JSON", arguments: StatisticsPeriod.allCases, StoreKind.allCases)
    func empty(period: StatisticsPeriod, kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let now = fixture.time.now()
        let report = try await fixture.query.report(period: period, from: now - .seconds(60), to: now - .seconds(60))
        #expect(report.series.isEmpty && report.metrics.hitRate == 0 && report.metrics.avgAiResponseTime == 0)
        let quiet = try await fixture.query.report(period: period)
        #expect(quiet.series.count == period.defaultBucketCount && quiet.metrics.p99CacheResponseTime == 0)
        let json = try #require(String(data: JSONEncoder().encode(quiet), encoding: .utf8))
        #expect(!json.contains("null") && !json.lowercased().contains("nan"))
    }

    @Test("the JSON has the field names of the API and dates with milliseconds", arguments: StoreKind.allCases)
    func encoding(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        fixture.recorder.record(event(.hit, at: fixture.time.now(), saved: 2000))
        let report = try await fixture.query.report(period: .daily)
        let object = try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "period", "startDate", "endDate", "generatedAt", "completeThrough", "replicas", "metrics", "languageBreakdown",
                "categoryBreakdown", "byResult", "latencyByResult", "missReasons", "sharedMisses", "grid", "savings", "previous", "series",
            ])
        #expect(object["period"] as? String == "daily")
        #expect(object["startDate"] as? String == "2026-10-24T00:00:00.000Z")
        #expect(object["endDate"] as? String == "2026-11-23T00:00:00.000Z")
        let metrics = try #require(object["metrics"] as? [String: Any])
        for name in [
            "totalRequests", "cacheHits", "cacheMisses", "hitRate", "estimatedCostSavings", "aiApiCallsCost",
            "totalCostWithoutCache", "avgCacheResponseTime", "avgAiResponseTime", "p95CacheResponseTime", "p99CacheResponseTime",
        ] {
            #expect(metrics[name] != nil, "\(name)")
        }
        #expect(Set((object["languageBreakdown"] as? [String: Any] ?? [:]).keys) == ["ru", "en", "es", "pt", "he"])
        #expect((object["missReasons"] as? [String: Any])?["never_stored"] != nil)
        #expect((object["byResult"] as? [String: Int])?["hit"] == 1)
        #expect(report.csv().split(separator: "\r\n").count == 31)
    }

    @Test("the previous period has as many buckets and ends where this one begins", arguments: StoreKind.allCases)
    func previous(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        try await fixture.store(event(.hit, at: fixture.time.now() - .seconds(86_400)))
        try await fixture.store(event(.miss, at: fixture.time.now()))
        let report = try await fixture.query.report(period: .hourly)
        #expect(report.metrics.cacheMisses == 1 && report.metrics.cacheHits == 0)
        #expect(report.previous.metrics.cacheHits == 1 && report.previous.metrics.cacheMisses == 0)
        #expect(report.previous.endDate == report.startDate && report.previous.complete)
    }

    @Test("a silent replica holds back what is complete until it is forgotten or has left", arguments: StoreKind.allCases)
    func replicas(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let other = ReplicaIdentity(name: "b")
        let seen = fixture.time.now()
        try await fixture.store.note(other, seenAt: seen, hasLeft: false)
        fixture.time.advance(by: .seconds(60))
        var report = try await fixture.query.report(period: .minute)
        #expect(report.replicas == .init(reporting: 1, known: 2))
        #expect(report.completeThrough == seen)
        #expect(report.series.suffix(3).map(\.complete) == [true, false, false])
        // A new life of the same replica takes the place of the old.
        try await fixture.store.note(ReplicaIdentity(name: "b"), seenAt: fixture.time.now(), hasLeft: false)
        report = try await fixture.query.report(period: .minute)
        #expect(report.replicas == .init(reporting: 2, known: 2))
        #expect(report.completeThrough == fixture.time.now())
        fixture.time.advance(by: .seconds(3601))
        report = try await fixture.query.report(period: .minute)
        #expect(report.replicas == .init(reporting: 1, known: 1))
    }

    @Test("reports during recording and flushing never count a request twice and never miss one", arguments: StoreKind.allCases)
    func consistency(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let flusher = fixture.flusher(
            store: ScriptedStore(fixture.store, script: [.pass, .loseAcknowledgement, .failBefore, .loseAcknowledgement]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<40 {
                    for _ in 0..<25 { fixture.recorder.record(event(.hit, at: fixture.time.now())) }
                    await Task.yield()
                }
            }
            group.addTask { for _ in 0..<30 { await flusher.flush() } }
            group.addTask {
                var last: Int64 = 0
                for _ in 0..<30 {
                    let total = try await fixture.query.today().totalRequests
                    #expect(total >= last && total <= 1000)
                    last = total
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.query.today().totalRequests == 1000)
    }
}

@Suite("A part of what was asked")
struct StatisticsSelectionTests {
    @Test("One language and one category are told apart, and together they are what the whole report says of them")
    func selection() async throws {
        let fixture = try await StatisticsFixture(.sqlite)
        for (language, category, result) in [
            (Language.en, ResponseCategory.hours, LookupResult.hit), (.en, .hours, .miss), (.en, .pricing, .hit), (.he, .hours, .stale),
        ] {
            fixture.recorder.record(
                UsageEvent(
                    finishedAt: fixture.time.now(), result: result, language: language, category: category, source: nil,
                    duration: .milliseconds(5), savedMicroDollars: result == .miss ? 0 : 2000))
        }
        fixture.recorder.record(.warming, costMicroDollars: 100, at: fixture.time.now())
        let all = try await fixture.query.report(period: .hourly)
        let english = try await fixture.query.report(period: .hourly, of: UsageSelection(language: .en))
        #expect(english.metrics.totalRequests == 3 && english.metrics.cacheHits == 2)
        #expect(english.metrics.totalRequests == all.languageBreakdown[.en].requests)
        #expect(all.languageBreakdown[.en].estimatedCostSavings == english.savings.avoided && english.savings.avoided == 0.004)
        #expect(english.savings.warming == 0 && all.savings.warming == 0.0001)
        let hours = try await fixture.query.report(period: .hourly, of: UsageSelection(language: .en, category: .hours))
        #expect(hours.metrics.totalRequests == 2 && hours.metrics.hitRate == 50)
        #expect(
            all.grid == [
                .init(language: .en, category: .pricing, requests: 1, hits: 1, hitRate: 100),
                .init(language: .en, category: .hours, requests: 2, hits: 1, hitRate: 50),
                .init(language: .he, category: .hours, requests: 1, hits: 1, hitRate: 100),
            ])
    }
}
