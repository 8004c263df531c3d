import HearthDrivers
import HearthTestKit
import Testing

@Suite("Migrations of PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresMigratorTests {
    private static let first = PostgresMigration("a-1", ["CREATE TABLE a (n bigint)", "INSERT INTO a VALUES (1)"])
    private static let second = PostgresMigration("a-2", ["ALTER TABLE a ADD COLUMN word text NOT NULL DEFAULT 'none'"])

    @Test("ten replicas at once on an empty database: one does the work, all find it done, within 10 s")
    func together() async throws {
        let url = try await PostgresScratch.url()
        let clock = ContinuousClock()
        let start = clock.now
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let client = PostgresClient(address: try PostgresAddress(url: url), logger: silentLogger)
                    let applied = try await PostgresMigrator([Self.first, Self.second]).migrate(client)
                    #expect(try await client.query("SELECT n FROM a").count == 1)
                    await client.shutdown()
                    return applied
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(clock.now - start < .seconds(10))
        #expect(applied.filter { !$0.isEmpty } == [["a-1", "a-2"]])
    }

    @Test("a failure leaves everything as it was, and the next version goes on from there")
    func failure() async throws {
        let client = PostgresClient(address: try PostgresAddress(url: await PostgresScratch.url()), logger: silentLogger)
        let faulty = PostgresMigration("a-2", ["ALTER TABLE missing ADD COLUMN x text"])
        await #expect(throws: PostgresError.self) { try await PostgresMigrator([Self.first, faulty]).migrate(client) }
        #expect(try await client.query("SELECT to_regclass('a') IS NULL").first?.flag(0) == true)
        #expect(try await PostgresMigrator([Self.first]).migrate(client) == ["a-1"])
        #expect(try await PostgresMigrator([Self.first, Self.second]).migrate(client) == ["a-2"])
        // The version before, whose migrations are fewer, starts on the newer tables too.
        #expect(try await PostgresMigrator([Self.first]).migrate(client).isEmpty)
        await client.shutdown()
    }
}
