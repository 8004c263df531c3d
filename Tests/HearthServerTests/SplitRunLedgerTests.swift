import GRDB
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthScheduling
@testable import HearthServer

@Suite("Own and shared jobs of a replica")
struct SplitRunLedgerTests {
    private static let hour = Timestamp(milliseconds: 1_767_229_200_000)

    /// A ledger on two databases.
    private struct Place {
        let own: SQLiteRunLedger
        let shared: SQLiteRunLedger
        let ledger: SplitRunLedger

        init(skewed: Bool = false) throws {
            func file() throws -> DatabaseQueue {
                let queue = try DatabaseQueue()
                var migrator = DatabaseMigrator()
                LedgerSchema.registerMigrations(in: &migrator)
                try migrator.migrate(queue)
                return queue
            }
            own = SQLiteRunLedger(database: try file(), holder: "me")
            shared = SQLiteRunLedger(database: try file(), holder: "me", leaseDuration: .seconds(30))
            ledger = SplitRunLedger(
                own: own, shared: shared, isShared: { $0.hasPrefix("shared") },
                refusal: { skewed ? "the clock is wrong" : nil })
        }
    }

    private static func request(_ job: String, _ id: RunID) -> AccountRequest {
        var request = AccountRequest(job: job, timezone: "UTC", schedule: "@hourly", configHash: "h")
        request.through = hour
        request.claim = ClaimRequest(
            runID: id, job: job, trigger: .cron, scheduledFor: hour, dueAt: hour, overlap: .skip, timezone: "UTC", schedule: "@hourly",
            configHash: "h")
        return request
    }

    private static let jobs = ["own-1", "shared-1"].map { JobRegistration(job: $0, schedule: "@hourly", configHash: "h", isTimed: true) }

    @Test("leases are extended in each database by itself, so that one that is away is nothing to the other's runs")
    func renewals() async throws {
        let place = try Place()
        _ = try await place.ledger.register(Self.jobs, at: Self.hour)
        var generator = RunIDGenerator(seed: 1)
        let (ownRun, sharedRun) = (generator.next(at: Self.hour), generator.next(at: Self.hour))
        _ = try await place.ledger.account([Self.request("shared-1", sharedRun), Self.request("own-1", ownRun)], at: Self.hour)
        #expect(place.ledger.renewals(of: [sharedRun, ownRun]) == [[ownRun], [sharedRun]])
        #expect(place.ledger.renewals(of: [sharedRun]) == [[sharedRun]])
        #expect(try await place.ledger.renew([ownRun], at: Self.hour) == [ownRun])
    }

    @Test("each job is recorded where it belongs, and questions are answered from both")
    func places() async throws {
        let place = try Place()
        #expect(try await place.ledger.register(Self.jobs, at: Self.hour).keys.sorted() == ["own-1", "shared-1"])
        var generator = RunIDGenerator(seed: 1)
        let (ownRun, sharedRun) = (generator.next(at: Self.hour), generator.next(at: Self.hour))
        let requests = [Self.request("shared-1", sharedRun), Self.request("own-1", ownRun)]
        #expect(place.ledger.batches(of: requests, size: 100).map { $0.map(\.job) } == [["own-1"], ["shared-1"]])
        let answers = try await place.ledger.account(requests, at: Self.hour)
        #expect(answers.map(\.claim) == [.won(fence: 1), .won(fence: 1)])
        #expect(try await place.own.runs(RunQuery()).map(\.id) == [ownRun])
        #expect(try await place.shared.runs(RunQuery()).map(\.id) == [sharedRun])
        #expect(try await place.ledger.runs(RunQuery()).map(\.id) == [ownRun, sharedRun].sorted(by: >))
        #expect(try await place.ledger.runs(RunQuery(limit: 1)).count == 1)
        #expect(try await place.ledger.run(sharedRun)?.job == "shared-1" && place.ledger.leaseDuration == .seconds(30))
        #expect(try await place.ledger.renew([ownRun, sharedRun], at: Self.hour) == [ownRun, sharedRun])
        for (job, run) in [("own-1", ownRun), ("shared-1", sharedRun)] {
            let end = RunCompletion(
                runID: run, job: job, scheduledFor: Self.hour, trigger: .cron, attempt: 1, state: .succeeded, finishedAt: Self.hour)
            #expect(try await place.ledger.finish(end))
        }
        #expect(try await place.ledger.records().values.allSatisfy { $0.lastSuccessAt == Self.hour })
        #expect(try await place.ledger.renew([ownRun, sharedRun], at: Self.hour).isEmpty, "both have ended")
    }

    @Test("a replica prunes what is in its own file without touching what others share")
    func pruning() async throws {
        let place = try Place()
        _ = try await place.ledger.register(Self.jobs, at: Self.hour)
        var generator = RunIDGenerator(seed: 1)
        for job in ["own-1", "shared-1"] {
            let run = generator.next(at: Self.hour)
            _ = try await place.ledger.account([Self.request(job, run)], at: Self.hour)
            let end = RunCompletion(
                runID: run, job: job, scheduledFor: Self.hour, trigger: .cron, attempt: 1, state: .succeeded, finishedAt: Self.hour)
            #expect(try await place.ledger.finish(end))
        }
        var retention = RunRetention()
        (retention.age, retention.minimumRuns, retention.minimumFailures) = (.zero, 0, 0)
        let later = Self.hour + .seconds(7 * 86_400)
        #expect(try await place.ledger.pruneOwn(retention, at: later, limit: 500) == 1)
        #expect(try await place.own.runs(RunQuery()).isEmpty)
        #expect(try await place.shared.runs(RunQuery()).count == 1)
    }

    @Test("a wrong clock keeps shared jobs from starting, and no others")
    func skew() async throws {
        let place = try Place(skewed: true)
        _ = try await place.ledger.register(Self.jobs, at: Self.hour)
        var generator = RunIDGenerator(seed: 1)
        let ownRun = generator.next(at: Self.hour)
        #expect(try await place.ledger.account([Self.request("own-1", ownRun)], at: Self.hour).first?.claim == .won(fence: 1))
        await #expect(throws: LedgerError.self) {
            try await place.ledger.account([Self.request("shared-1", generator.next(at: Self.hour))], at: Self.hour)
        }
        #expect(try await place.shared.runs(RunQuery()).isEmpty)
    }
}
