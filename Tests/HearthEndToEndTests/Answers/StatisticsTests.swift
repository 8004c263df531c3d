import HearthTestKit
import Testing

@Suite("Figures that must be exact", .serialized, .timeLimit(.minutes(10)))
struct StatisticsTests {
    @Test("100 requests of which 90 are hits: 90.0 %, the same counts in the metrics, $0.18 saved; also after a restart")
    func ninetyOfHundred() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for number in 0..<10 {
            for _ in 0..<10 {
                #expect(try await hearth.ask("Is there parking for \(number + 2) cars?", language: "en").status == 200)
            }
        }
        try await expectFigures(hearth, process: true)
        #expect(try await stage.provider.calls == 10)
        #expect(try await hearth.terminate() == .init(status: 0))

        let again = try await stage.start()
        try await expectFigures(again, process: false)
        let hit = try await again.ask("Is there parking for 5 cars?", language: "en")
        #expect(hit.json["cached"].bool == true)
        #expect(try await stage.provider.calls == 10)
    }

    private func expectFigures(_ hearth: RunningHearth, process: Bool) async throws {
        let report = try await hearth.statistics()
        let metrics = report["metrics"]
        #expect(metrics["totalRequests"].integer == 100)
        #expect(metrics["cacheHits"].integer == 90)
        #expect(metrics["cacheMisses"].integer == 10)
        #expect(metrics["hitRate"].number == 90.0)
        #expect(metrics["estimatedCostSavings"].number == 0.18)
        #expect(metrics["aiApiCallsCost"].number == 0.02)
        #expect(metrics["totalCostWithoutCache"].number == 0.2)
        #expect(metrics["avgCacheResponseTime"].number.map { $0 > 0 } == true)
        #expect(report["languageBreakdown"]["en"]["requests"].integer == 100)
        #expect(report["languageBreakdown"]["en"]["hits"].integer == 90)
        #expect(report["languageBreakdown"]["en"]["hitRate"].number == 90.0)
        let categories = report["categoryBreakdown"]
        #expect(categories.names.reduce(0) { $0 + (categories[$1]["requests"].integer ?? 0) } == 100)
        #expect(categories.names.reduce(0) { $0 + (categories[$1]["hits"].integer ?? 0) } == 90)
        #expect(report["byResult"]["hit"].integer == 90)
        #expect(report["missReasons"]["never_stored"].integer == 10)
        guard process else { return }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_cache_requests_total", ["result": "hit"]) == 90)
        #expect(samples.value("hearth_cache_requests_total", ["result": "miss"]) == 10)
        #expect(samples.value("hearth_cache_requests_total") == 100)
        #expect(samples.value("hearth_saved_usd_total") == 0.18)
        #expect(samples.value("http_server_request_duration_seconds_count", ["http_route": "/api/v1/cache/query"]) == 100)
    }

    @Test("Statistics answer in CSV, and refuse unknown periods, formats and dates with the faulty field")
    func parameters() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let table = try await hearth.client.get("/api/v1/cache/statistics?period=hourly&format=csv")
        #expect(table.status == 200)
        #expect(table.header("Content-Type")?.hasPrefix("text/csv") == true)
        #expect(table.text.split(whereSeparator: \.isNewline).count >= 2)
        for fault in [
            "period=yearly", "format=xml", "startDate=yesterday", "startDate=2026-02-30", "startDate=2026-03-01&endDate=2026-02-01",
        ] {
            let answer = try await hearth.client.get("/api/v1/cache/statistics?\(fault)")
            #expect(answer.status == 400, "\(fault)")
            #expect(answer.json["error"].text == "invalid_request", "\(fault)")
            #expect(!answer.json["details"].items.isEmpty, "\(fault)")
        }
    }

    @Test("Health tells the entries that are kept")
    func health() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        try await Deadline.until("the entry is in the store") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 1
        }
        let health = try await hearth.client.get("/api/v1/cache/health").json
        #expect(health["status"].text == "healthy")
        #expect(health["database"]["connected"].bool == true)
        #expect(health["database"]["latency"].number.map { $0 >= 0 } == true)
        #expect(health["redis"]["connected"].bool == false)
        #expect(health["cacheMetrics"]["totalSize"].number.map { $0 > 0 } == true)
        let ready = try await hearth.client.get("/readyz")
        #expect(ready.status == 200)
        #expect(ready.json["status"].text == "ready")
        #expect(try await hearth.client.get("/healthz").json["status"].text == "alive")
    }
}
