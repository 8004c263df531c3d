import HearthDrivers
import HearthTestKit
import Testing

/// One event is the source of every number; here each way of asking for the numbers is held against what was really sent.
@Suite("Every number agrees", .serialized, .timeLimit(.minutes(10)))
struct ReconciliationTests {
    /// What the test has sent, counted by itself.
    private struct Sent {
        var hits = 0
        var misses = 0
        var bypasses = 0
        var failed = 0
        var languages: [String: Int] = [:]
        var requests: Int { hits + misses + bypasses }
    }

    private static let questions: [(language: String, text: String)] = [
        ("en", "Is there parking for %d cars?"), ("es", "¿Hay sitio para %d coches?"), ("ru", "Есть ли парковка на %d машины?"),
        ("pt", "Há lugar para %d carros?"), ("he", "יש חניה ל-%d מכוניות?"),
    ]

    /// A thousand requests: 25 new questions, hits on them, questions that skip the cache, batches, and provider errors.
    private func load(_ hearth: RunningHearth, _ stage: Stage) async throws -> Sent {
        var sent = Sent()
        func question(_ number: Int) -> (language: String, text: String) {
            let (language, text) = Self.questions[number % 5]
            return (language, text.replacing("%d", with: "\(number / 5 + 2)"))
        }
        func ask(_ number: Int, skip: Bool = false) async throws -> WebClient.Reply {
            let (language, text) = question(number)
            sent.languages[language, default: 0] += 1
            return try await hearth.client.post(
                "/api/v1/cache/query",
                #"{"query": \#(JSONNode.quoted(text)), "language": "\#(language)"\#(skip ? #", "skipCache": true"# : "")}"#)
        }
        for number in 0..<25 {
            #expect(try await ask(number).json["cached"].bool == false)
            sent.misses += 1
        }
        for number in 0..<845 {
            #expect(try await ask(number % 25).json["cached"].bool == true)
            sent.hits += 1
        }
        for number in 0..<20 {
            #expect(try await ask(number, skip: true).json["cached"].bool == false)
            sent.bypasses += 1
        }
        for _ in 0..<2 {
            let items = (0..<50).map { number in
                let (language, text) = question(number < 25 ? number : number + 1000)
                sent.languages[language, default: 0] += 1
                return #"{"query": \#(JSONNode.quoted(text)), "language": "\#(language)"}"#
            }
            let found = try await hearth.client.post("/api/v1/cache/lookup", #"{"items": [\#(items.joined(separator: ","))]}"#)
            #expect(found.json["items"].items.count { $0["cached"].bool == true } == 25)
            sent.hits += 25
            sent.misses += 25
        }
        try await stage.provider.behave(#""status": 400"#)
        for number in 0..<10 {
            #expect(try await ask(2000 + number).status >= 500)
            sent.misses += 1
            sent.failed += 1
        }
        return sent
    }

    private func compare(_ hearth: RunningHearth, _ sent: Sent) async throws {
        let report = try await hearth.statistics()
        #expect(report["metrics"]["totalRequests"].integer == sent.requests && sent.requests == 1000)
        #expect(report["metrics"]["cacheHits"].integer == sent.hits)
        #expect(report["metrics"]["cacheMisses"].integer == sent.misses + sent.bypasses)
        #expect(report["metrics"]["failedRequests"].integer == sent.failed)
        #expect(report["byResult"]["bypass"].integer == sent.bypasses)
        #expect(report["metrics"]["estimatedCostSavings"].number == Double(sent.hits * 2000) / 1_000_000)
        #expect(report["metrics"]["aiApiCallsCost"].number == Double((25 + sent.bypasses) * 2000) / 1_000_000)
        for (language, count) in sent.languages { #expect(report["languageBreakdown"][language]["requests"].integer == count) }

        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_cache_requests_total") == Double(sent.requests))
        #expect(samples.value("hearth_cache_requests_total", ["result": "hit"]) == Double(sent.hits))
        #expect(samples.value("hearth_cache_requests_total", ["result": "miss"]) == Double(sent.misses))
        #expect(samples.value("hearth_cache_requests_total", ["result": "bypass"]) == Double(sent.bypasses))
        #expect(samples.value("hearth_answer_duration_seconds_count") == Double(sent.requests))
        #expect(samples.value("hearth_saved_usd_total") == report["metrics"]["estimatedCostSavings"].number)
        #expect(samples.value("hearth_cost_usd_total", ["purpose": "client"]) == report["metrics"]["aiApiCallsCost"].number)

        for kind in ["hits", "misses"] {
            let top = try await hearth.client.get("/api/v1/cache/top-queries?kind=\(kind)&limit=100").json
            let counted = top["queries"].items.reduce(0) { $0 + ($1[kind == "hits" ? "hitCount" : "missCount"].integer ?? 0) }
            #expect(counted == (kind == "hits" ? sent.hits : sent.misses + sent.bypasses), "\(kind)")
        }
    }

    private func compareLog(_ hearth: RunningHearth, _ sent: Sent) {
        let lines = hearth.program.errorLines.compactMap { JSONNode($0) }.filter { $0["message"].text == "question answered" }
        #expect(lines.count == sent.requests)
        #expect(lines.count { $0["result"].text == "hit" } == sent.hits)
        #expect(lines.count { $0["result"].text == "bypass" } == sent.bypasses)
        for (language, count) in sent.languages { #expect(lines.count { $0["language"].text == language } == count) }
    }

    private static let rows = """
        SELECT CAST(sum(requests) AS bigint), CAST(sum(CASE WHEN result = 'hit' THEN requests ELSE 0 END) AS bigint),
            CAST(sum(saved_microdollars) AS bigint), CAST(sum(failed) AS bigint) FROM cache_statistics WHERE resolution = 'minute'
        """
    private static let patterns = "SELECT CAST(sum(hits) AS bigint), CAST(sum(misses) AS bigint) FROM query_pattern"

    @Test("A thousand requests of a known mix: statistics, metrics, rows, top queries and log lines, on SQLite")
    func embedded() async throws {
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start(environment: ["HEARTH_LOG_LEVEL": "debug"])
        let sent = try await load(hearth, stage)
        try await compare(hearth, sent)
        #expect(try await hearth.terminate() == .init(status: 0))
        compareLog(hearth, sent)
        func row(_ sql: String) async throws -> [Int] {
            let program = try RunningProgram(
                "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite", sql], folder: stage.folder.path, environment: [:])
            try await program.waitForEnd()
            return program.output.split(whereSeparator: { "|\n".contains($0) }).compactMap { Int($0) }
        }
        #expect(try await row(Self.rows) == [sent.requests, sent.hits, sent.hits * 2000, sent.failed])
        #expect(try await row(Self.patterns) == [sent.hits, sent.misses + sent.bypasses])
    }

    @Test("The same on PostgreSQL")
    func shared() async throws {
        let replicas = try await Replicas(1)
        let hearth = try await replicas.start(0, environment: ["HEARTH_LOG_LEVEL": "debug"])
        let sent = try await load(hearth, replicas.stages[0])
        try await compare(hearth, sent)
        #expect(try await hearth.terminate() == .init(status: 0))
        compareLog(hearth, sent)
        let row = try #require(try await replicas.database.query(Self.rows).first)
        #expect(try (0..<4).map { Int(try row.integer(.position($0))) } == [sent.requests, sent.hits, sent.hits * 2000, sent.failed])
        let patterns = try #require(try await replicas.database.query(Self.patterns).first)
        #expect(try (0..<2).map { Int(try patterns.integer(.position($0))) } == [sent.hits, sent.misses + sent.bypasses])
    }
}
