import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization
import Testing

@Suite("PostgreSQL client and what servers and networks do", .timeLimit(.minutes(10)))
struct PostgresFaultTests {
    @Test("Where the server gives fewer connections than the pool may have, those it gives do all the work")
    func slots() async throws {
        let server = try await PostgresScratch.sharedServer()
        try await server.execute("CREATE ROLE few LOGIN PASSWORD 'few-slots' CONNECTION LIMIT 2")
        let client = try PostgresTrial.client(
            "postgres://few:few-slots@127.0.0.1:\(server.port)/\(PostgresServer.database)", pool: 6)
        let failures = await withTaskGroup(of: PostgresError?.self) { group in
            for _ in 0..<30 { group.addTask { await PostgresTrial.failure { _ = try await client.query("SELECT pg_sleep(0.02)") } } }
            return await group.reduce(into: [PostgresError]()) { if let error = $1 { $0.append(error) } }
        }
        // Only the last ones that tried before any connection was there may have met the refusal.
        #expect(failures.count <= 2 && failures.allSatisfy { $0.kind == .notReady && $0.state == "53300" }, "\(failures)")
        #expect(await PostgresTrial.failure { _ = try await client.query("SELECT 1") } == nil)
        await client.shutdown()
    }

    @Test("A server that takes no writes is told as such, and asked again on another connection about once a second")
    func readOnly() async throws {
        let server = try await PostgresScratch.sharedServer()
        try await server.execute(
            """
            CREATE ROLE reader LOGIN PASSWORD 'read-only'; ALTER ROLE reader SET default_transaction_read_only = on;
            CREATE SCHEMA AUTHORIZATION reader; CREATE TABLE reader.t (n bigint); ALTER TABLE reader.t OWNER TO reader
            """)
        let client = try PostgresTrial.client("postgres://reader:read-only@127.0.0.1:\(server.port)/\(PostgresServer.database)", pool: 1)
        let write: @Sendable () async throws -> Void = { try await client.transaction { _ = try $0.query("INSERT INTO t VALUES (1)") } }
        let first = await PostgresTrial.failure(write)
        #expect(first?.kind == .readOnly && first?.isOutcomeUnknown == false)
        #expect(await PostgresTrial.failure(write)?.kind == .readOnly)
        try await server.execute("ALTER ROLE reader SET default_transaction_read_only = off")
        try await Deadline.until("writes are taken again", within: .seconds(15)) { await PostgresTrial.failure(write) == nil }
        await client.shutdown()
    }

    @Test("Silence before the commit rolls back for certain, silence after it is told as unknown; later calls are answered")
    func silence() async throws {
        let server = try await PostgresScratch.sharedServer()
        let proxy = try await FaultProxy.start(to: server.port)
        let client = try PostgresTrial.client(await PostgresScratch.url(port: proxy.port), pool: 1)
        try await client.transaction { _ = try $0.query("CREATE TABLE t (n bigint)") }

        let before = await PostgresTrial.failure {
            try await client.transaction(deadline: .milliseconds(1500)) { connection -> Void in
                try connection.query("INSERT INTO t VALUES (1)")
                proxy.set(.init(isSilent: true), [.toClient])
                try connection.query("SELECT 1")
            }
        }
        proxy.set(.init())
        #expect(before?.kind == .deadline && before?.isOutcomeUnknown == false)

        let after = await PostgresTrial.failure {
            try await client.transaction(deadline: .milliseconds(1500)) { connection -> Void in
                try connection.query("INSERT INTO t VALUES (2)")
                proxy.set(.init(isSilent: true), [.toClient])
            }
        }
        proxy.set(.init())
        #expect(after?.kind == .deadline && after?.isOutcomeUnknown == true)
        try await Deadline.until("later calls are answered") {
            try await client.query("SELECT n FROM t").map { try $0.integer(0) } == [2]
        }
        await client.shutdown()
        await proxy.stop()
    }

    @Test("A connection that breaks in the middle of a transaction costs a repetition, not the work")
    func cuts() async throws {
        let client = try PostgresTrial.client(await PostgresScratch.url(), pool: 1)
        try await client.transaction { _ = try $0.query("CREATE TABLE t (n bigint)") }
        let count = Mutex(0)
        try await client.transaction { connection -> Void in
            try connection.query("INSERT INTO t VALUES (2)")
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { try connection.query("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(count.withLock { $0 } == 2)
        #expect(try await client.query("SELECT n FROM t ORDER BY n").map { try $0.integer(0) } == [2])
        await client.shutdown()
    }

    @Test("Ten thousand notices and a megabyte of text leave a few short lines in the log")
    func notices() async throws {
        let log = RecordedLog()
        let client = try PostgresTrial.client(await PostgresScratch.url(), logger: log.logger())
        _ = try await client.query(
            """
            SELECT set_config('client_min_messages', 'notice', true)
            """)
        try await client.transaction { connection -> Void in
            try connection.query(
                """
                DO $$ BEGIN
                    RAISE NOTICE '%', repeat('x', 1000000);
                    FOR i IN 1..10000 LOOP RAISE NOTICE 'number %', i; END LOOP;
                END $$
                """)
        }
        let error = await PostgresTrial.failure {
            try await client.transaction { connection -> Void in
                try connection.query("DO $$ BEGIN RAISE EXCEPTION '%', repeat('y', 1000000); END $$")
            }
        }
        #expect(error.map { "\($0)".utf8.count < 600 } == true)
        let written = log.lines.compactMap { $0.facts["notice"] }
        #expect(written.count == 10 && written.allSatisfy { $0.utf8.count <= 2048 })
        await client.shutdown()
    }
}
