import HearthDrivers
import HearthServer
import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthScheduling

/// What only a server shared by replicas can show; the rest is in ``RunLedgerConformanceTests``.
@Suite("The run history that replicas share in PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresRunLedgerTests {
    private static let hour = moment("2026-01-01T01:00:00Z")

    private static func client(_ url: String) throws -> PostgresClient {
        PostgresClient(address: try PostgresAddress(url: url), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func claim(_ job: String, _ id: RunID, at instant: Timestamp) -> AccountRequest {
        var request = AccountRequest(job: job, timezone: "UTC", schedule: "@hourly", configHash: "h")
        request.through = instant
        request.claim = ClaimRequest(
            runID: id, job: job, trigger: .cron, scheduledFor: instant, dueAt: instant, overlap: .allow, timezone: "UTC",
            schedule: "@hourly", configHash: "h")
        return request
    }

    @Test("Three replicas that claim everything together: each occurrence is won once, whatever the order of the jobs")
    func threeReplicas() async throws {
        let url = try await PostgresScratch.url()
        let clients = try (0..<3).map { _ in try Self.client(url) }
        try await PostgresMigrator(PostgresLedgerSchema.migrations).migrate(clients[0])
        let jobs = (0..<5).map { "job-\($0)" }
        let won = try await withThrowingTaskGroup(of: [String].self) { group in
            for (number, client) in clients.enumerated() {
                let ledger = PostgresRunLedger(client: client, holder: "replica-\(number)")
                group.addTask {
                    _ = try await ledger.register(
                        jobs.map { JobRegistration(job: $0, schedule: "@hourly", configHash: "h", isTimed: true) }, at: Self.hour)
                    var ids = SplitMixIDs(seed: UInt64(number))
                    var won: [String] = []
                    for step in 0..<20 {
                        let instant = Self.hour + .seconds(3600 * step)
                        let requests = jobs.shuffled().map { Self.claim($0, ids.next(), at: instant) }
                        for (request, answer) in zip(requests, try await ledger.account(requests, at: instant)) {
                            if case .won = answer.claim { won.append("\(request.job) \(step)") } else { #expect(answer.claim == .taken) }
                        }
                    }
                    return won
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(won.count == 100 && Set(won).count == 100)
        for client in clients { await client.shutdown() }
    }

    @Test("Taking a job over waits for a write of the old holder that is under way, and every later one is refused")
    func lateHolder() async throws {
        let client = try Self.client(await PostgresScratch.url())
        try await PostgresMigrator(PostgresLedgerSchema.migrations).migrate(client)
        let (old, next) = (PostgresRunLedger(client: client, holder: "old"), PostgresRunLedger(client: client, holder: "next"))
        _ = try await old.register([JobRegistration(job: "job", schedule: "@hourly", configHash: "h", isTimed: true)], at: Self.hour)
        var ids = SplitMixIDs(seed: 1)
        var request = Self.claim("job", ids.next(), at: Self.hour)
        request.claim?.overlap = .skip
        #expect(try await old.account([request], at: Self.hour).first?.claim == .won(fence: 1))
        try await client.transaction { db -> Void in
            try db.query("CREATE TABLE sink (n bigint)")
            try db.query("UPDATE job_run SET lease_until = lease_until - interval '1 minute'")
        }
        let fence = JobFence(job: "job", number: 1)
        let (entered, mayEnter) = AsyncStream.makeStream(of: Void.self)
        async let writing: Void = client.transaction { db in
            try db.require(fence)
            mayEnter.yield()
            // Until the search stands before what this one holds; a search that does not wait would never be there.
            var isWaitedFor = false
            for _ in 0..<2000 where !isWaitedFor {
                try db.query("SELECT pg_sleep(0.005)")
                let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
                isWaitedFor = try db.query(waiting).first?.integer(0) ?? 0 > 0
            }
            #expect(isWaitedFor)
            try db.query("INSERT INTO sink VALUES (1)")
        }
        for await _ in entered { break }
        let interrupted = try await next.recover(at: Self.hour)
        // The search has waited: what was under way is there.
        #expect(interrupted.count == 1 && interrupted.first?.job == "job")
        #expect(try await client.query("SELECT 1 FROM sink").count == 1)
        try await writing
        await #expect(throws: FenceRejection.self) {
            try await client.transaction { db -> Void in
                try db.require(fence)
                try db.query("INSERT INTO sink VALUES (2)")
            }
        }
        #expect(try await client.query("SELECT 1 FROM sink").count == 1)
        await client.shutdown()
    }
}
