import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("The same as JSON and as CSV", .serialized, .timeLimit(.minutes(5)))
struct TableTests {
    private let stage: Stage
    private let hearth: RunningHearth

    init() async throws {
        stage = try await Stage()
        hearth = try await stage.start(settings: Stage.quietSettings)
    }

    @Test("Languages, categories, both at once and buckets have the figures of the JSON")
    func statistics() async throws {
        for question in ["Is there parking for 2 cars?", "Is there parking for 2 cars?", "What are your opening hours?"] {
            _ = try await hearth.ask(question, language: "en")
        }
        _ = try await hearth.ask("¿Dónde están?", language: "es")
        let path = "/api/v1/cache/statistics?period=daily"
        let report = try await hearth.client.get(path).json
        #expect(report["metrics"]["totalRequests"].integer == 4)
        let series = try await rows(path)
        let named = try await rows(path + "&table=series")
        #expect(series.count == 30 && series == named)
        for (row, bucket) in zip(series, report["series"].items) { expectSame(row, bucket, but: ["netSavings"]) }
        let languages = try await rows(path + "&table=languages")
        #expect(Set(languages.compactMap { $0["language"] }) == report["languageBreakdown"].names)
        for row in languages { expectSame(row, report["languageBreakdown"][row["language"] ?? ""], but: ["language"]) }
        let categories = try await rows(path + "&table=categories")
        #expect(Set(categories.compactMap { $0["category"] }) == report["categoryBreakdown"].names)
        for row in categories { expectSame(row, report["categoryBreakdown"][row["category"] ?? ""], but: ["category"]) }
        let grid = try await rows(path + "&table=grid")
        #expect(grid.count == report["grid"].items.count && grid.count >= 2)
        for (row, cell) in zip(grid, report["grid"].items) { expectSame(row, cell) }
        // Filters are those of the JSON.
        let spanish = try await rows(path + "&table=languages&language=es")
        #expect(spanish.filter { $0["requests"] != "0" }.map { $0["language"] } == ["es"])

        let refused = try await hearth.client.get(path + "&table=languages")
        #expect(refused.status == 400 && refused.json["details"][0]["field"].text == "table")
    }

    @Test("Jobs, their runs and their time line have the figures of the JSON")
    func jobs() async throws {
        #expect(try await hearth.client.post("/api/v1/jobs/prune-cache/run").status == 202)
        try await Deadline.until("the run is recorded") {
            try await hearth.client.get("/api/v1/jobs/prune-cache/runs?outcome=success").json["runs"].items.count == 1
        }
        let runs = try await hearth.client.get("/api/v1/jobs/prune-cache/runs?outcome=success").json["runs"].items
        let runRows = try await rows("/api/v1/jobs/prune-cache/runs?outcome=success")
        #expect(runRows.count == 1 && runRows.first?["result"]?.contains("=") == true)
        for (row, run) in zip(runRows, runs) { expectSame(row, run, but: ["result", "errorType", "errorMessage"]) }

        let jobs = try await hearth.client.get("/api/v1/jobs").json["jobs"].items
        let jobRows = try await rows("/api/v1/jobs?")
        #expect(jobRows.count == jobs.count && jobs.count == 6)
        for (row, job) in zip(jobRows, jobs) {
            expectSame(row, job, but: ["running", "lastRunId", "lastRunScheduledAt", "lastRunOutcome", "lastRunDurationMs"])
            #expect(row["lastRunId"] == job["lastRun"]["id"].text ?? "")
        }

        let now = try #require(Timestamp(iso8601: runs[0]["scheduledAt"].text ?? ""))
        let path = "/api/v1/jobs/timeline?from=\(now - .seconds(3600))&to=\(now + .seconds(3600))&bins=4"
        let lanes = try await hearth.client.get(path).json["lanes"].items
        let lines = try await rows(path)
        #expect(
            lines.count == lanes.count * 4 && lines[0]["from"] == "\(now - .seconds(3600))" && lines[3]["to"] == "\(now + .seconds(3600))")
        for (index, lane) in lanes.enumerated() {
            let ofLane = Array(lines[index * 4..<index * 4 + 4])
            #expect(ofLane.allSatisfy { $0["job"] == lane["job"].text })
            for (row, bin) in zip(ofLane, lane["bins"].items) { expectSame(row, bin, but: ["job", "from", "to"]) }
            for (row, next) in zip(ofLane, ofLane.dropFirst()) { #expect(row["to"] == next["from"]) }
        }
        #expect(lines.reduce(0) { $0 + (Int($1["success"] ?? "") ?? 0) } >= 1)
    }

    @Test("Events, conditions and stores have the figures of the JSON; without an Alertmanager there is no alert")
    func observation() async throws {
        _ = try await hearth.ask("Do you sell gift cards?", language: "en")
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?language=en").status == 200)
        let events = try await hearth.client.get("/api/v1/events?limit=2").json["events"].items
        let eventRows = try await rows("/api/v1/events?limit=2")
        #expect(eventRows.map { $0["kind"] } == ["cache.invalidate", "service.start"])
        for (row, event) in zip(eventRows, events) { expectSame(row, event, but: ["facts"]) }
        #expect(eventRows[0]["entries"] == "1" && eventRows[1]["facts"]?.contains("version=0.1.0") == true)

        let conditions = try await hearth.client.get("/api/v1/conditions").json["conditions"].items
        let conditionRows = try await rows("/api/v1/conditions?")
        #expect(conditionRows.count == 4)
        // The value may be another a moment later.
        for (row, one) in zip(conditionRows, conditions) { expectSame(row, one, but: ["value", "evaluatedAt"]) }

        let health = try await hearth.client.get("/api/v1/cache/health").json
        let stores = try await rows("/api/v1/cache/health?")
        #expect(stores.map { $0["component"] } == ["cache", "redis", "database"] && stores[0]["status"] == health["status"].text)
        expectSame(stores[0].filter { !$0.value.isEmpty }, health["cacheMetrics"], but: ["component", "status"])
        expectSame(stores[1], health["redis"], but: ["component", "latency"])
        expectSame(stores[2], health["database"], but: ["component", "latency"])
        #expect(Double(stores[2]["latency"] ?? "").map { $0 >= 0 } == true)

        #expect(try await rows("/api/v1/alerts?").isEmpty)
        for path in ["cache/health", "jobs", "jobs/timeline", "jobs/prune-cache/runs", "conditions", "alerts", "events"] {
            let refused = try await hearth.client.get("/api/v1/\(path)?format=xml")
            #expect(refused.status == 400 && refused.json["details"][0]["field"].text == "format", "\(path)")
        }
    }

    /// - Parameter path: with a question mark.
    private func rows(_ path: String) async throws -> [[String: String]] {
        let answer = try await hearth.client.get(path + "&format=csv")
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/csv; charset=utf-8", "\(path)")
        return try #require(CSVRows(answer.text), "\(path): \(answer.text)").rows
    }

    private func expectSame(_ row: [String: String], _ node: JSONNode, but others: Set<String> = []) {
        for (name, field) in row where !others.contains(name) {
            // The totals of a bucket are one level down.
            let value = node[name] == .null ? node["metrics"][name] : node[name]
            switch value {
            case .null: #expect(field == "", "\(name)")
            case .number(let number): #expect(Double(field) == number, "\(name)")
            // A spreadsheet takes @manual for a formula.
            case .text(let text): #expect(field == (text.hasPrefix("@") ? "'" + text : text), "\(name)")
            case .bool(let truth): #expect(field == "\(truth)", "\(name)")
            case .list, .object: Issue.record("\(name) is no value")
            }
        }
    }
}
