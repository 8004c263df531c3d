import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@Suite("PostgreSQL client", .timeLimit(.minutes(10)))
struct PostgresClientTests {
    @Test("Values of every kind come back as they went")
    func values() async throws {
        let client = try PostgresTrial.client(await PostgresScratch.url())
        let at = Timestamp(milliseconds: 1_767_225_600_123)
        let nasty = "a'b\"c\\d\u{1F600} , {x} \n"
        let row = try #require(
            try await client.query(
                """
                SELECT $1::bigint AS i, $2::text AS t, $3::bytea AS b, $4::timestamptz AS m, $5::boolean AS f, $6::text AS n,
                    ($7::text[])[2] AS a, ($8::bigint[])[2] AS ai, ($9::bytea[])[1] AS ab, $10::uuid AS u, $11::jsonb AS j, $12::int AS s,
                    ($13::timestamptz[])[1] AS am
                """,
                [
                    .integer(Int64.min), .text(nasty), .bytes([0, 1, 255, 92]), .moment(at), .flag(true), .null,
                    .array([.null, .text(nasty)]), .array([.integer(1), .integer(-7)]), .array([.bytes([0, 92, 34])]),
                    .text("019b76da-a800-7000-8000-0123456789ab"), .text("{\"a\": 1}"), .integer(-3), .array([.moment(at)]),
                ]
            ).first)
        #expect(try row.integer("i") == .min && row.text("t") == nasty && row.bytes("b") == [0, 1, 255, 92])
        #expect(try row.moment("m") == at && row.flag("f") && row.optionalText("n") == nil)
        #expect(try row.text("a") == nasty && row.integer("ai") == -7 && row.bytes("ab") == [0, 92, 34] && row.moment("am") == at)
        #expect(try row.text("u") == "019b76da-a800-7000-8000-0123456789ab" && row.text("j") == "{\"a\": 1}")
        #expect(try row.integer("s") == -3 && row.integer(11) == -3)
        #expect(throws: PostgresError.self) { try row.integer("t") }
        #expect(throws: PostgresError.self) { try row.integer("missing") }
        let zero = try await client.query("SELECT $1::text, $2::bytea", [.text("a\0b"), .bytes([])]).first
        #expect(try zero?.text(0) == "a\u{FFFD}b" && zero?.bytes(1) == [])
        await client.shutdown()
        #expect(await PostgresTrial.failure { _ = try await client.query("SELECT 1") }?.kind == .shutDown)
    }

    @Test("A transaction is kept or not, as a whole, and what its body throws comes out")
    func transactions() async throws {
        struct Refusal: Error {}
        let client = try PostgresTrial.client(await PostgresScratch.url())
        try await client.transaction { _ = try $0.query("CREATE TABLE t (n bigint UNIQUE)") }
        await #expect(throws: Refusal.self) {
            try await client.transaction { connection -> Void in
                try connection.query("INSERT INTO t VALUES (1)")
                throw Refusal()
            }
        }
        let duplicate = await PostgresTrial.failure {
            try await client.transaction { connection in
                _ = try connection.query("INSERT INTO t SELECT unnest($1::bigint[])", [.array([.integer(2), .integer(2)])])
            }
        }
        #expect(duplicate?.state == "23505" && duplicate?.isOutcomeUnknown == false)
        // A body that hides a failure does not make the server's rollback a success.
        let hidden = await PostgresTrial.failure {
            try await client.transaction { connection in
                try connection.query("INSERT INTO t VALUES (3)")
                _ = try? connection.query("SELECT 1/0")
            }
        }
        #expect(hidden?.kind == .statement)
        let inserted = try await client.transaction { try $0.query("INSERT INTO t VALUES ($1)", [.integer(4)]).affected }
        #expect(inserted == 1)
        #expect(try await client.query("SELECT coalesce(sum(n), 0)::bigint FROM t").first?.integer(0) == 4)
        let readOnly = await PostgresTrial.failure {
            try await client.transaction(.snapshot) { _ = try $0.query("INSERT INTO t VALUES (5)") }
        }
        #expect(readOnly?.kind == .readOnly)
        await client.shutdown()
    }

    @Test("Transactions that meet each other are repeated as a whole until all are kept")
    func conflicts() async throws {
        let client = try PostgresTrial.client(await PostgresScratch.url(), pool: 6)
        try await client.transaction { connection in
            try connection.query("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)")
            try connection.query("INSERT INTO t VALUES (1, 0), (2, 0)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<24 {
                group.addTask {
                    // Half lock the rows in one order and half in the other: deadlocks, which the server ends after a second.
                    let order: [Int64] = index % 2 == 0 ? [1, 2] : [2, 1]
                    try await client.transaction(deadline: .seconds(20)) { connection in
                        try connection.query("SET LOCAL deadlock_timeout = '10ms'")
                        for id in order { try connection.query("UPDATE t SET n = n + 1 WHERE id = $1", [.integer(id)]) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await client.query("SELECT sum(n)::bigint FROM t").first?.integer(0) == 48)
        await client.shutdown()
    }

    @Test("A transaction that another one has overtaken is repeated as a whole, on what that one left")
    func serialisation() async throws {
        let client = try PostgresTrial.client(await PostgresScratch.url())
        try await client.transaction { connection -> Void in
            try connection.query("CREATE TABLE t (id bigint PRIMARY KEY, n bigint)")
            try connection.query("INSERT INTO t SELECT generate_series(1, 2), 0")
        }
        let attempts = Progress()
        // Each reads both rows and writes one of them: two at once would have to have come before each other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<12 {
                group.addTask {
                    try await client.transaction(deadline: .seconds(30)) { connection -> Void in
                        attempts.noteRow()
                        try connection.query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                        let sum = try connection.query("SELECT sum(n)::bigint FROM t").first?.integer(0) ?? 0
                        try connection.query("SELECT pg_sleep(0.01)")
                        try connection.query("UPDATE t SET n = $1 WHERE id = $2", [.integer(sum + 1), .integer(index % 2 + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        let tried = attempts.rows
        print("PostgreSQL: 12 serialisable transactions in \(tried) attempts")
        #expect(tried > 12)
        // In any order, each of the six writes of a row makes it larger by one at least.
        let rows = try await client.query("SELECT n FROM t").map { try $0.integer(0) }
        #expect(rows.allSatisfy { $0 >= 6 }, "\(rows)")
        await client.shutdown()
    }

    @Test("Deadlines and cancellation end a call at once, its connection with it, and the statement on the server")
    func deadlines() async throws {
        let client = try PostgresTrial.client(await PostgresScratch.url(), pool: 1)
        let clock = ContinuousClock()
        var start = clock.now
        let late = await PostgresTrial.failure { _ = try await client.query("SELECT pg_sleep(20)", deadline: .milliseconds(150)) }
        #expect(late?.kind == .deadline && late?.isOutcomeUnknown == false && clock.now - start < .seconds(10))
        // In a transaction the server's own time-out comes first, and the connection stays.
        let slow = await PostgresTrial.failure {
            try await client.transaction(deadline: .seconds(5)) { _ = try $0.query("SELECT pg_sleep(20)") }
        }
        #expect(slow?.kind == .statementTimeout && slow?.isOutcomeUnknown == false)
        let task = Task { try await client.query("SELECT pg_sleep(22)") }
        let server = try await PostgresScratch.sharedServer()
        try await Deadline.until("the server works on it") {
            try await server.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(22)'")
                == "1"
        }
        start = clock.now
        task.cancel()
        await #expect(throws: PostgresError.self) { _ = try await task.value }
        #expect(clock.now - start < .seconds(10))
        #expect(try await client.query("SELECT 7::bigint").first?.integer(0) == 7)
        try await Deadline.until("the server has ended the statements") {
            try await client.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(2_)%' AND pid <> pg_backend_pid()")
                .first?.integer(0) == 0
        }
        await client.shutdown()
    }

    @Test("The pool is bounded: calls wait, and are refused where too many wait")
    func bounds() async throws {
        var settings = PostgresClient.Settings()
        (settings.poolMaximum, settings.pendingMaximum, settings.deadline) = (2, 3, .seconds(30))
        let client = PostgresClient(
            address: try PostgresAddress(url: await PostgresScratch.url()), settings: settings, logger: silentLogger)
        let kinds = await withTaskGroup(of: PostgresError.Kind?.self) { group in
            for _ in 0..<8 {
                // Long enough for all to have asked before the first is done.
                group.addTask { await PostgresTrial.failure { _ = try await client.query("SELECT pg_sleep(5)") }?.kind }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // A thread that starts takes its call from the queue a moment later, so that the queue may seem full before.
        #expect(kinds.count { $0 == nil } >= 3 && kinds.count { $0 == .poolExhausted } >= 3, "\(kinds)")
        #expect(kinds.allSatisfy { $0 == nil || $0 == .poolExhausted })
        await client.shutdown()
    }

    @Test("A wrong password is one clear error, without the password, and is tried ever more rarely")
    func login() async throws {
        let server = try await PostgresScratch.sharedServer()
        let client = try PostgresTrial.client(server.url(password: "hunter2secret"))
        let start = ContinuousClock.now
        let error = try #require(await PostgresTrial.failure { _ = try await client.query("SELECT 1") })
        #expect(error.kind == .login && error.state == "28P01" && !"\(error)".contains("hunter2secret"))
        #expect("\(error)".contains("127.0.0.1:\(server.port)"))
        for _ in 0..<20 { #expect(await PostgresTrial.failure { _ = try await client.query("SELECT 1") } == error) }
        let attempts = server.process.printed.split(separator: "\n").count { $0.contains("password authentication failed") }
        #expect(Duration.seconds(attempts - 2) < ContinuousClock.now - start, "no more than one a second")
        let missing = try PostgresTrial.client(server.url(password: server.password, database: "missing"))
        #expect(await PostgresTrial.failure { _ = try await missing.query("SELECT 1") }?.kind == .login)
        await client.shutdown()
        await missing.shutdown()
    }

    @Test("Back ends that are terminated at random cost repetitions, never a wrong or missing result")
    func terminations() async throws {
        let url = try await PostgresScratch.url()
        let (client, other) = (try PostgresTrial.client(url, pool: 4), try PostgresTrial.client(url, pool: 1))
        try await client.transaction { _ = try $0.query("CREATE TABLE t (n bigint PRIMARY KEY)") }
        let progress = Progress()
        let killer = Task {
            while !Task.isCancelled {
                _ = try? await other.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'hearth' AND query LIKE '%INTO t %' ORDER BY random() LIMIT 1
                    """)
                // Every few rows, however fast the machine is.
                let before = progress.rows
                try? await Deadline.until("a few more rows were tried") { progress.rows >= before + 8 }
            }
        }
        let kept = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 { group.addTask { try await Self.insertSixty(worker, client, progress) } }
            return try await group.reduce(0, +)
        }
        killer.cancel()
        await killer.value
        #expect(try await client.query("SELECT count(*) FROM t").first?.integer(0) == Int64(kept))
        #expect(kept > 200)
        await client.shutdown()
        await other.shutdown()
    }

    private final class Progress: Sendable {
        private let count = Atomic<Int>(0)

        /// Rows that somebody has tried to write.
        var rows: Int { count.load(ordering: .relaxed) }
        func noteRow() { count.wrappingAdd(1, ordering: .relaxed) }
    }

    /// How many of sixty rows are in the table for certain.
    private static func insertSixty(_ worker: Int, _ client: PostgresClient, _ progress: Progress) async throws -> Int {
        var kept = 0
        for number in 0..<60 {
            let value = PostgresValue.integer(worker * 1000 + number)
            defer { progress.noteRow() }
            do {
                try await client.transaction { connection -> Void in
                    try connection.query("INSERT INTO t VALUES ($1)", [value])
                    try connection.query("SELECT pg_sleep(0.002)")
                }
                kept += 1
            } catch let error as PostgresError where error.isOutcomeUnknown {
                kept += try await client.query("SELECT 1 FROM t WHERE n = $1", [value]).count
            } catch {}
        }
        return kept
    }
}
