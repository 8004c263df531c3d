import GRDB
import HearthTelemetry
import Testing

@testable import HearthScheduling

/// What holds for a file that a lock on its folder keeps to one process; the rest is in ``RunLedgerConformanceTests``.
@Suite("The run history in a SQLite file of one process")
struct SQLiteRunLedgerTests {
    private let database: TemporaryDatabase
    private let ledger: SQLiteRunLedger

    init() async throws {
        database = try TemporaryDatabase()
        ledger = SQLiteRunLedger(database: database.pool, holder: "me", appVersion: "1.0", zoneVersion: "2025b")
        _ = try await ledger.register([HourlyJob.registration()], at: moment("2026-01-01T00:00:00Z"))
    }

    private func account(
        _ request: AccountRequest, by ledger: (any RunLedger)? = nil, at now: Timestamp = HourlyJob.hour
    ) async throws -> AccountAnswer {
        try #require(try await (ledger ?? self.ledger).account([request], at: now).first)
    }

    @Test("runs of a dead process are abandoned at the next start, once, and its claim is free")
    func recovery() async throws {
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await account(HourlyJob.claim(id))
        let next = SQLiteRunLedger(database: try database.reopened(), holder: "next")
        let interrupted = try await next.recover(at: HourlyJob.hour + .seconds(60))
        #expect(interrupted.map(\.runID) == [id])
        #expect(try await next.run(id)?.state == .abandoned)
        #expect(try await next.recover(at: HourlyJob.hour + .seconds(61)).map(\.runID) == [id], "until somebody goes on with it")
        #expect(try await account(HourlyJob.claim(ids.next(), trigger: .retry, attempt: 2), by: next).claim == .won(fence: 3))
        #expect(try await next.recover(at: HourlyJob.hour + .seconds(62)).isEmpty)
        // The old process wakes up: its end is refused and its fence is gone.
        #expect(try await ledger.finish(HourlyJob.end(id)) == false)
        await #expect(throws: FenceRejection.self) {
            try await database.pool.read { try LedgerSchema.require(JobFence(job: "job", number: 1), in: $0) }
        }
        try await database.pool.read { try LedgerSchema.require(JobFence(job: "job", number: 3), in: $0) }
        #expect(try await ledger.records()["job"]?.consecutiveFailures == 1)
    }

    @Test("a changed schedule is in force from its registration, an unchanged one from the first")
    func registration() async throws {
        let same = try await ledger.register([HourlyJob.registration()], at: HourlyJob.hour)
        #expect(same["job"]?.scheduleSince == moment("2026-01-01T00:00:00Z") && same["job"]?.hasConfigMismatch == false)
        let changed = try await ledger.register([HourlyJob.registration(schedule: "5 * * * *", hash: "other")], at: HourlyJob.hour)
        #expect(changed["job"]?.scheduleSince == HourlyJob.hour)
        #expect(changed["job"]?.hasConfigMismatch == false, "it differs from its own past")
        let shared = SQLiteRunLedger(database: try database.reopened(), holder: "other", leaseDuration: .seconds(30))
        #expect(try await shared.register([HourlyJob.registration()], at: HourlyJob.hour)["job"]?.hasConfigMismatch == true)
        #expect(changed["job"]?.registeredAt == moment("2026-01-01T00:00:00Z"))
    }
}
