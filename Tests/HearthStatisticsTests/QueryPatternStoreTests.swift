import HearthStatistics
import HearthTelemetry
import Testing

/// What every store of query patterns does alike.
@Suite("Query patterns in the database", .timeLimit(.minutes(10)))
struct QueryPatternStoreTests {
    /// A question with a shop of its own, so that tests read easily.
    private static func question(
        _ text: String, original: String? = nil, customer: UInt8? = nil, confidence: Double? = nil
    ) -> AskedQuestion {
        AskedQuestion(
            identity: QueryPatternKey(language: .en, normalizedText: text).digest, normalizedText: text, originalText: original,
            customer: customer.map { CustomerHash(bytes: Array(repeating: $0, count: 16)) }, confidence: confidence)
    }

    private static func ask(
        _ fixture: StatisticsFixture, _ text: String, _ result: LookupResult = .hit, times: Int = 1, language: Language = .en,
        category: ResponseCategory = .hours, original: Bool = true, customer: UInt8? = nil
    ) {
        for _ in 0..<times {
            fixture.recorder.record(
                event(
                    result, at: fixture.time.now(), language: language, category: category, cost: result == .hit ? 0 : 3000,
                    saved: result == .hit ? 2000 : 0, reason: result == .hit ? nil : .expired),
                of: question(text, original: original ? text.uppercased() : nil, customer: customer, confidence: 0.9))
        }
    }

    private static func texts(_ top: TopQueries) -> [String?] { top.patterns.map(\.tally.normalizedText) }

    @Test("Counts, times and money are exact over flushes, and the order is as asked", arguments: StoreKind.allCases)
    func top(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let first = fixture.time.now()
        Self.ask(fixture, "hours", times: 5)
        Self.ask(fixture, "price", .miss, times: 4, category: .pricing)
        #expect(await fixture.flusher().flush())
        fixture.time.advance(by: .seconds(60))
        Self.ask(fixture, "hours", times: 2)
        Self.ask(fixture, "hours", .miss)
        Self.ask(fixture, "price", category: .pricing)
        Self.ask(fixture, "precio", times: 20, language: .es, category: .pricing)
        #expect(await fixture.flusher().flush())

        var selection = TopQuerySelection()
        var found = try await fixture.patterns.topQueries(selection)
        #expect(Self.texts(found) == ["precio", "hours", "price"] && found.uncounted == 0)
        let hours = found.patterns[1]
        #expect(hours.tally.hits == 7 && hours.tally.misses == 1 && hours.tally.savedMicroDollars == 14_000)
        #expect(hours.tally.costMicroDollars == 3000 && hours.tally.missReason == .expired && hours.tally.confidence == 0.9)
        #expect(hours.tally.firstSeen == first && hours.tally.lastSeen == fixture.time.now() && hours.tally.originalText == "HOURS")
        selection.kind = .misses
        found = try await fixture.patterns.topQueries(selection)
        #expect(Self.texts(found) == ["price", "hours"])
        selection.language = .es
        #expect(try await fixture.patterns.topQueries(selection).patterns.isEmpty)
        selection = TopQuerySelection()
        selection.category = .pricing
        selection.limit = 1
        #expect(Self.texts(try await fixture.patterns.topQueries(selection)) == ["precio"])
        selection.language = .en
        #expect(Self.texts(try await fixture.patterns.topQueries(selection)) == ["price"])
        selection = TopQuerySelection()
        selection.order = .savings
        #expect(Self.texts(try await fixture.patterns.topQueries(selection)) == ["precio", "hours", "price"])
        #expect(try await fixture.patterns.patternCount() == 3)
    }

    /// What was counted in a month, as `text hits misses saved`.
    private static func month(
        _ start: String, _ fixture: StatisticsFixture, _ kind: TopQuerySelection.Kind = .hits, _ language: Language? = nil
    ) async throws -> [String] {
        var selection = TopQuerySelection()
        selection.kind = kind
        selection.language = language
        selection.month = try moment(start)
        return try await fixture.patterns.topQueries(selection).patterns.map { pattern in
            let tally = pattern.tally
            return "\(tally.normalizedText ?? "-") \(tally.hits) \(tally.misses) \(tally.savedMicroDollars)"
        }
    }

    @Test("A month has what was counted in it, of archived questions too, for a year", arguments: StoreKind.allCases)
    func months(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-11-30T23:59:58Z")
        let (november, december) = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")
        Self.ask(fixture, "hours", times: 5)
        Self.ask(fixture, "gone", times: 2)
        #expect(await fixture.flusher().flush())
        Self.ask(fixture, "hours", .miss)
        #expect(await fixture.flusher().flush())
        fixture.time.advance(by: .seconds(2))
        Self.ask(fixture, "hours", times: 3)
        Self.ask(fixture, "precio", times: 4, language: .es)
        #expect(await fixture.flusher().flush())
        #expect(try await Self.month(november, fixture) == ["hours 5 1 10000", "gone 2 0 4000"])
        #expect(try await Self.month(november, fixture, .misses) == ["hours 5 1 10000"])
        #expect(try await Self.month(december, fixture) == ["precio 4 0 8000", "hours 3 0 6000"])
        #expect(try await Self.month(december, fixture, .hits, .en) == ["hours 3 0 6000"])
        #expect(try await Self.month("2026-10-01T00:00:00Z", fixture) == [])
        #expect(try await fixture.patterns.topQueries(TopQuerySelection()).patterns.map(\.tally.hits) == [8, 4, 2])

        // Archived after 90 days, and in the report of the month still.
        let retention = PatternRetention(store: fixture.patterns, limit: 1000)
        fixture.time.advance(by: .seconds(91 * 86_400))
        #expect(try await retention.run(now: fixture.time.now()).archived == 3)
        #expect(try await Self.month(november, fixture) == ["hours 5 1 10000", "gone 2 0 4000"])
        fixture.time.advance(by: .seconds(276 * 86_400))
        var result = try await retention.run(now: fixture.time.now())
        #expect(result.monthsRemoved == 2 && result.removed == 0)
        #expect(try await Self.month(november, fixture) == [])
        #expect(try await Self.month(december, fixture) == ["precio 4 0 8000", "hours 3 0 6000"])
        // With the question what was counted of it goes, too.
        fixture.time.advance(by: .seconds(91 * 86_400))
        result = try await retention.run(now: fixture.time.now())
        #expect(result.removed == 3 && result.monthsRemoved == 0)
        #expect(try await fixture.home.integer("SELECT count(*) FROM query_pattern_month") == 0)
    }

    @Test("Of the time before months were counted, a question is in a month where it was asked in no other", arguments: StoreKind.allCases)
    func earlierMonths(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind, now: "2026-11-30T23:59:58Z")
        Self.ask(fixture, "both", times: 5)
        Self.ask(fixture, "november", times: 2)
        #expect(await fixture.flusher().flush())
        fixture.time.advance(by: .seconds(2))
        Self.ask(fixture, "both")
        Self.ask(fixture, "december", .miss, times: 3)
        #expect(await fixture.flusher().flush())
        try await fixture.home.migrateAgain("statistics-5-pattern-months", dropping: "query_pattern_month")
        #expect(try await Self.month("2026-11-01T00:00:00Z", fixture) == ["november 2 0 4000"])
        #expect(try await Self.month("2026-12-01T00:00:00Z", fixture, .misses) == ["december 0 3 0"])
        Self.ask(fixture, "both", times: 4)
        #expect(await fixture.flusher().flush())
        #expect(try await Self.month("2026-12-01T00:00:00Z", fixture) == ["both 4 0 8000"])
    }

    @Test("A batch whose acknowledgement was lost is counted once", arguments: StoreKind.allCases)
    func once(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        Self.ask(fixture, "hours", times: 5)
        #expect(await !fixture.flusher(store: ScriptedStore(fixture.store, script: [.loseAcknowledgement])).flush())
        Self.ask(fixture, "hours", times: 2)
        #expect(await fixture.flusher().flush())
        #expect(try await fixture.patterns.topQueries(TopQuerySelection()).patterns.map(\.tally.hits) == [7])
    }

    @Test("Without original texts a text is kept only once three customers have asked", arguments: StoreKind.allCases)
    func privacy(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        func shown() async throws -> [QueryPattern] {
            #expect(await fixture.flusher().flush())
            return try await fixture.patterns.topQueries(TopQuerySelection()).patterns.map(\.withoutPrivateTexts)
        }
        // One customer, however often, and callers that name nobody.
        for _ in 0..<5 { Self.ask(fixture, "hours", original: false, customer: 1) }
        Self.ask(fixture, "hours", times: 50, original: false)
        #expect(try await shown().map(\.tally.normalizedText) == [nil])
        Self.ask(fixture, "hours", original: false, customer: 2)
        Self.ask(fixture, "hours", original: false, customer: 1)
        #expect(try await shown().map(\.tally.normalizedText) == [nil])
        let texts = "SELECT count(*) FROM query_pattern WHERE normalized_query IS NOT NULL OR query IS NOT NULL"
        #expect(try await fixture.home.integer(texts) == 0)
        #expect(try await fixture.home.integer("SELECT count(*) FROM query_pattern_customer") == 2)
        Self.ask(fixture, "hours", original: false, customer: 3)
        let pattern = try #require(try await shown().first)
        #expect(pattern.tally.normalizedText == "hours" && pattern.tally.originalText == nil && pattern.tally.hits == 58)
        // Who they were is of no more use.
        #expect(try await fixture.home.integer("SELECT count(*) FROM query_pattern_customer") == 0)
        Self.ask(fixture, "hours", original: false, customer: 4)
        #expect(try await shown().map(\.tally.normalizedText) == ["hours"])
        #expect(try await fixture.home.integer("SELECT count(*) FROM query_pattern_customer") == 0)
    }

    @Test("Three customers within one flush, and three on three replicas", arguments: StoreKind.allCases)
    func threeAtOnce(kind: StoreKind) async throws {
        let home = try await StatisticsHome(kind)
        let replicas = try ["a", "b", "c"].map { try StatisticsFixture(home: home, replica: $0) }
        for customer in 1...3 as ClosedRange<UInt8> { Self.ask(replicas[0], "together", original: false, customer: customer) }
        for (number, replica) in replicas.enumerated() {
            Self.ask(replica, "apart", original: false, customer: UInt8(number + 1))
            #expect(await replica.flusher().flush())
        }
        let patterns = try await replicas[0].patterns.topQueries(TopQuerySelection()).patterns.map(\.withoutPrivateTexts)
        #expect(Set(patterns.map(\.tally.normalizedText)) == ["together", "apart"])
    }

    @Test("What was stored while original texts were kept is not shown after that", arguments: StoreKind.allCases)
    func afterwards(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        Self.ask(fixture, "hours")
        #expect(await fixture.flusher().flush())
        let pattern = try #require(try await fixture.patterns.topQueries(TopQuerySelection()).patterns.first)
        #expect(pattern.tally.normalizedText == "hours")
        #expect(pattern.withoutPrivateTexts.tally.normalizedText == nil && pattern.withoutPrivateTexts.tally.originalText == nil)
    }

    @Test("Unseen for 90 days: archived, and back with its counts when it is asked again", arguments: StoreKind.allCases)
    func archive(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let retention = PatternRetention(store: fixture.patterns, limit: 1000)
        Self.ask(fixture, "old", times: 3)
        Self.ask(fixture, "lasting", times: 2)
        #expect(await fixture.flusher().flush())
        fixture.time.advance(by: .seconds(60 * 86_400))
        Self.ask(fixture, "lasting")
        #expect(await fixture.flusher().flush())
        fixture.time.advance(by: .seconds(30 * 86_400))
        #expect(try await retention.run(now: fixture.time.now()) == .init())
        fixture.time.advance(by: .seconds(1))
        var result = try await retention.run(now: fixture.time.now())
        #expect(result.archived == 1 && result.removed == 0)
        #expect(Self.texts(try await fixture.patterns.topQueries(TopQuerySelection())) == ["lasting"])
        #expect(try await fixture.patterns.patternCount() == 2)
        Self.ask(fixture, "old")
        #expect(await fixture.flusher().flush())
        #expect(try await fixture.patterns.topQueries(TopQuerySelection()).patterns.map(\.tally.hits) == [4, 3])
        // A year after it was archived it is gone.
        fixture.time.advance(by: .seconds(91 * 86_400))
        #expect(try await retention.run(now: fixture.time.now()).archived == 2)
        fixture.time.advance(by: .seconds(367 * 86_400))
        result = try await retention.run(now: fixture.time.now())
        #expect(result.removed == 2)
        #expect(try await fixture.patterns.patternCount() == 0)
    }

    @Test("Over the limit the rarest are counted together, and no count is lost", arguments: StoreKind.allCases)
    func fold(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        for number in 0..<30 { Self.ask(fixture, "question \(number)", times: number + 1) }
        Self.ask(fixture, "rare miss", .miss)
        #expect(await fixture.flusher().flush())
        let result = try await PatternRetention(store: fixture.patterns, limit: 11).run(now: fixture.time.now())
        // The remainder takes a place of its own.
        #expect(result.folded == 21)
        var selection = TopQuerySelection()
        selection.limit = 100
        let top = try await fixture.patterns.topQueries(selection)
        #expect(top.patterns.map(\.tally.hits) == Array((21...30).reversed()))
        #expect(top.uncounted == (1...20).reduce(0, +))
        selection.kind = .misses
        #expect(try await fixture.patterns.topQueries(selection).uncounted == 1)
        selection.language = .he
        #expect(try await fixture.patterns.topQueries(selection).uncounted == 0)
        #expect(try await fixture.patterns.patternCount() == 11)
        #expect(try await fixture.home.integer("SELECT count(*) FROM query_pattern_month") == 10)
    }
}
