import GRDB
import HearthTelemetry
import Testing

@testable import HearthScheduling

/// What holds for a file that a lock on its folder keeps to one process; the rest is in ``RunLedgerConformanceTests``.
@Suite("The run history in a SQLite file of one process")
struct SQLiteRunLedgerTests {
    private static let hour = moment("2026-01-01T01:00:00Z")
    private let database: TemporaryDatabase
    private let ledger: SQLiteRunLedger

    init() async throws {
        database = try TemporaryDatabase()
        ledger = SQLiteRunLedger(database: database.pool, holder: "me", appVersion: "1.0", zoneVersion: "2025b")
        _ = try await ledger.register([Self.registration()], at: moment("2026-01-01T00:00:00Z"))
    }

    private static func registration(schedule: String = "0 * * * *", hash: String = "h") -> JobRegistration {
        JobRegistration(job: "job", schedule: schedule, configHash: hash, isTimed: true)
    }

    private static func claim(
        _ id: RunID, at instant: Timestamp = hour, trigger: RunTrigger = .cron, attempt: Int = 1, overlap: OverlapPolicy = .skip,
        key: String? = nil
    ) -> AccountRequest {
        let claim = ClaimRequest(
            runID: id, job: "job", trigger: trigger, scheduledFor: instant, dueAt: instant, attempt: attempt, overlap: overlap,
            timezone: "UTC", schedule: "0 * * * *", configHash: "h", idempotencyKey: key)
        var request = AccountRequest(job: "job", timezone: "UTC", schedule: "0 * * * *", configHash: "h")
        if trigger == .cron {
            request.basis = instant - .seconds(3600)
            request.through = instant
        }
        request.claim = claim
        return request
    }

    private static func end(_ id: RunID, _ state: RunState = .succeeded, at instant: Timestamp = hour) -> RunCompletion {
        RunCompletion(
            runID: id, job: "job", scheduledFor: instant, trigger: .cron, attempt: 1, state: state, startedAt: instant,
            finishedAt: instant + .seconds(2), lateness: .milliseconds(1), duration: .seconds(2),
            result: state == .succeeded ? JobResult(counts: ["removed": 7], items: 7) : nil)
    }

    private func account(
        _ request: AccountRequest, by ledger: (any RunLedger)? = nil, at now: Timestamp = hour
    ) async throws -> AccountAnswer {
        try #require(try await (ledger ?? self.ledger).account([request], at: now).first)
    }

    @Test("runs of a dead process are abandoned at the next start, once, and its claim is free")
    func recovery() async throws {
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await account(Self.claim(id))
        let next = SQLiteRunLedger(database: try database.reopened(), holder: "next")
        let interrupted = try await next.recover(at: Self.hour + .seconds(60))
        #expect(interrupted.map(\.runID) == [id])
        #expect(try await next.run(id)?.state == .abandoned)
        #expect(try await next.recover(at: Self.hour + .seconds(61)).map(\.runID) == [id], "until somebody goes on with it")
        #expect(try await account(Self.claim(ids.next(), trigger: .retry, attempt: 2), by: next).claim == .won(fence: 3))
        #expect(try await next.recover(at: Self.hour + .seconds(62)).isEmpty)
        // The old process wakes up: its end is refused and its fence is gone.
        #expect(try await ledger.finish(Self.end(id)) == false)
        await #expect(throws: FenceRejection.self) {
            try await database.pool.read { try LedgerSchema.require(JobFence(job: "job", number: 1), in: $0) }
        }
        try await database.pool.read { try LedgerSchema.require(JobFence(job: "job", number: 3), in: $0) }
        #expect(try await ledger.records()["job"]?.consecutiveFailures == 1)
    }

    @Test("a changed schedule is in force from its registration, an unchanged one from the first")
    func registration() async throws {
        let same = try await ledger.register([Self.registration()], at: Self.hour)
        #expect(same["job"]?.scheduleSince == moment("2026-01-01T00:00:00Z") && same["job"]?.hasConfigMismatch == false)
        let changed = try await ledger.register([Self.registration(schedule: "5 * * * *", hash: "other")], at: Self.hour)
        #expect(changed["job"]?.scheduleSince == Self.hour && changed["job"]?.hasConfigMismatch == false, "it differs from its own past")
        let shared = SQLiteRunLedger(database: try database.reopened(), holder: "other", leaseDuration: .seconds(30))
        #expect(try await shared.register([Self.registration()], at: Self.hour)["job"]?.hasConfigMismatch == true)
        #expect(changed["job"]?.registeredAt == moment("2026-01-01T00:00:00Z"))
    }
}
