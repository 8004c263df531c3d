import HearthCache
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@Suite("The authority over invalidations in PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresInvalidationLogTests {
    private static func log() async throws -> (PostgresInvalidationLog, PostgresClient) {
        let client = PostgresClient(
            address: try PostgresAddress(url: await PostgresScratch.url()), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await PostgresMigrator(PostgresInvalidationLog.migrations).migrate(client)
        return (PostgresInvalidationLog(client: client), client)
    }

    @Test("What was recorded comes back, the latest first, with what it removed")
    func records() async throws {
        let (log, _) = try await Self.log()
        #expect(try await log.current() == 0)
        #expect(try await log.generations() == Generations())
        let selections = [
            AnswerSelection(), AnswerSelection(language: .he, category: .pricing), AnswerSelection(tag: "меню \"2\""),
            AnswerSelection(key: Sample.key("one")),
        ]
        var expected = Generations()
        for selection in selections {
            let generation = try await log.append(selection, by: "test", at: Sample.start, above: 0)
            expected.note(selection, generation: generation)
            try await log.settle(generation, removed: Int(generation) * 10)
        }
        let records = try await log.invalidations(of: nil, limit: 3)
        #expect(records.map(\.selection) == selections.dropFirst().reversed() && records.map(\.generation) == [4, 3, 2])
        #expect(records.map(\.removed) == [40, 30, 20] && records.allSatisfy { $0.actor == "test" && $0.at == Sample.start })
        #expect(try await log.generations() == expected)
        #expect(try await log.current() == 4)
    }

    @Test("Numbers are above what the caller knows and above all earlier ones, also for many callers at once")
    func concurrency() async throws {
        let (log, _) = try await Self.log()
        #expect(try await log.append(AnswerSelection(), by: "test", at: Sample.start, above: 1_000_000) == 1_000_001)
        let numbers = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for caller in 0..<6 {
                group.addTask {
                    var numbers: [Int64] = []
                    var known: Int64 = 0
                    for round in 0..<20 {
                        known = try await log.current() + Int64(round % 3)
                        let number = try await log.append(AnswerSelection(tag: "\(caller)"), by: "test", at: Sample.start, above: known)
                        #expect(number > known && number > numbers.last ?? 0)
                        numbers.append(number)
                        let seen = try await log.current()
                        #expect(seen >= number, "what was given can be seen")
                    }
                    return numbers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(numbers).count == 120 && numbers.allSatisfy { $0 > 1_000_001 })
    }

    @Test("Ten thousand are remembered, and of every kind and tag the newest, whatever its age")
    func forgetting() async throws {
        let (log, client) = try await Self.log()
        let kind = try await log.append(AnswerSelection(category: .hours), by: "test", at: Sample.start, above: 0)
        let old = try await log.append(AnswerSelection(tag: "a"), by: "test", at: Sample.start, above: 0)
        let tag = try await log.append(AnswerSelection(tag: "a"), by: "test", at: Sample.start, above: 0)
        let key = try await log.append(AnswerSelection(key: Sample.key("one")), by: "test", at: Sample.start, above: 0)
        try await client.transaction { connection -> Void in
            try connection.query(
                """
                INSERT INTO invalidation (generation, at, actor, tag)
                SELECT 100 + number, now(), 'test', 'bulk' FROM generate_series(1, 9999) AS number
                """)
            try connection.query("UPDATE invalidation_counter SET value = 100 + 9999")
        }
        _ = try await log.append(AnswerSelection(tag: "bulk"), by: "test", at: Sample.start, above: 0)
        let left = try await Set(client.query("SELECT generation FROM invalidation WHERE generation < 100").map { try $0.integer(0) })
        #expect(left == [kind, tag] && !left.contains(old) && !left.contains(key))
        #expect(try await client.query("SELECT 1 FROM invalidation").count == 10_002)
    }

    @Test("Of tags as many are remembered as replicas know, so that the table does not grow with every new one")
    func manyTags() async throws {
        let (log, client) = try await Self.log()
        try await client.transaction { connection -> Void in
            try connection.query(
                """
                INSERT INTO invalidation (generation, at, actor, tag)
                SELECT number, now(), 'test', CASE WHEN number <= 3000 THEN 'tag ' || number ELSE 'bulk' END
                FROM generate_series(1, 13000) AS number
                """)
            try connection.query("UPDATE invalidation_counter SET value = 13000")
        }
        let before = try await log.generations()
        _ = try await log.append(AnswerSelection(tag: "bulk"), by: "test", at: Sample.start, above: 0)
        let old = try await client.query("SELECT generation FROM invalidation WHERE generation <= 3000 ORDER BY 1")
            .map { try $0.integer(0) }
        #expect(old == Array(2002...3000))
        // Nothing is known less than before.
        var after = before
        after.note(AnswerSelection(tag: "bulk"), generation: 13_001)
        #expect(try await log.generations() == after)
    }
}
