import Foundation
import GRDB
import HearthCache
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthServer

/// Every single write, sync and truncation of a change fails, one after the other: nothing is ever half done, and the store lives on.
@Suite("Writes of the database that fail", .serialized, .timeLimit(.minutes(10)))
struct FailingWriteTests {
    /// A change of the database, and the states that it may leave.
    struct Change: Sendable, CustomStringConvertible {
        var description: String
        /// The fewest calls that it must consist of for the test to mean something.
        var leastCalls: Int
        /// Whether it is one that the store makes, and so is counted.
        var isOfStore = true
        /// Whether a state that has neither all nor nothing of it may be left, as that between two transactions.
        var mayStop: @Sendable (_ before: [String], _ after: [String], _ found: [String]) -> Bool = { _, _, _ in false }
        var run: @Sendable (_ store: any AnswerStore, _ pool: DatabasePool) async throws -> Void

        static let all = [
            Change(description: "insert", leastCalls: 40) { store, _ in try await store.put(FaultSample.answers("new", count: 20)) },
            Change(description: "prune in three transactions", leastCalls: 40, mayStop: inSteps) { store, _ in
                var request = PruneRequest(now: FaultSample.start + .seconds(120), maximumBytes: .max)
                request.batchSize = 8
                _ = try await store.prune(request)
            },
            Change(description: "invalidate", leastCalls: 20) { store, _ in
                _ = try await store.invalidate(AnswerSelection(tag: "tag 1"), by: "test", at: FaultSample.start)
            },
            Change(description: "checkpoint", leastCalls: 20, isOfStore: false) { _, pool in
                try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            },
            Change(description: "compact", leastCalls: 40, isOfStore: false) { _, pool in try await pool.vacuum() },
        ]

        /// Whole batches of eight answers are gone; each is one line, and one for each of its two tags.
        private static func inSteps(_ before: [String], _ after: [String], _ found: [String]) -> Bool {
            (before.count - found.count) % 24 == 0 && Set(found).isSubset(of: before)
        }
    }

    /// Twenty answers, half of them still in the log.
    private static func model() async throws -> FaultyDatabase {
        FaultyFiles.fail(nil)
        let model = try FaultyDatabase()
        let pool = try model.open()
        try await model.store(pool).put(FaultSample.answers("old", count: 10))
        try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try await model.store(pool).put(FaultSample.answers("young", count: 10))
        // A copy of the files as a kill would leave them: closing would write the log back.
        let copy = try FaultyDatabase(copyOf: model)
        try pool.close()
        return copy
    }

    /// Each call fails by one of the kinds of fault; with `HEARTH_TEST_LONG=1` by all of them.
    private static var turns: [[FaultyFiles.Fault]] {
        let all = FaultyFiles.Fault.all
        return ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? [all] : all.map { [$0] }
    }

    /// What became of a change whose every call has failed once.
    private struct Cuts {
        var calls = 0
        /// Operations of the store that ended with an error.
        var errors = 0
        var wrong: [String] = []
    }

    /// Fails the n-th call for every n that there is, by the faults in turn.
    private static func cut(_ change: Change, _ faults: [FaultyFiles.Fault], of model: FaultyDatabase) async throws -> Cuts {
        let (before, after) = try await states(change, of: model)
        let registry = MetricRegistry()
        let instruments = StoreInstruments(registry: registry, store: .sqlite)
        var (errors, wrong) = (0, [String]())
        for number in 1... {
            let fault = faults[number % faults.count]
            let database = try FaultyDatabase(copyOf: model)
            let pool = try database.open()
            let store = ObservedAnswerStore(database.store(pool), instruments: instruments, timeSource: SystemTimeSource())
            FaultyFiles.fail(number, fault)
            var problem: (any Error)?
            do { try await change.run(store, pool) } catch { problem = error }
            let hasFailed = FaultyFiles.failures > 0
            let found = try FaultSample.contents(of: pool)
            FaultyFiles.fail(nil)
            let isWhole = found == after || (problem != nil && (found == before || change.mayStop(before, after, found)))
            if !isWhole { wrong.append("\(change), \(fault), call \(number): half of it is there; \(String(describing: problem))") }
            if let problem = problem as? AnswerStoreError {
                errors += 1
                if problem.kind != (fault.code == .SQLITE_FULL ? .full : .failed) {
                    wrong.append("\(change), \(fault), call \(number): \(problem)")
                }
            }
            wrong += try await livesOn(database, pool, change, after).map { "\(change), \(fault), call \(number): \($0)" }
            guard !hasFailed else { continue }
            let counted = MetricSamples(String(decoding: registry.render(.text), as: UTF8.self))
                .value("hearth_store_operations_total", ["store": "sqlite", "outcome": "error"])
            if counted != Double(errors) { wrong.append("\(change): \(errors) errors, and \(counted ?? 0) are counted") }
            return Cuts(calls: number - 1, errors: errors, wrong: wrong)
        }
        return Cuts()
    }

    private static func states(_ change: Change, of model: FaultyDatabase) async throws -> ([String], [String]) {
        let database = try FaultyDatabase(copyOf: model)
        let pool = try database.open()
        let before = try FaultSample.contents(of: pool)
        try await change.run(database.store(pool), pool)
        return (before, try FaultSample.contents(of: pool))
    }

    /// What does not work any more once writes succeed again, in the open database and in one that is opened anew.
    private static func livesOn(
        _ database: FaultyDatabase, _ pool: DatabasePool, _ change: Change, _ after: [String]
    ) async throws -> [String] {
        var wrong: [String] = []
        do {
            try await change.run(database.store(pool), pool)
            if try FaultSample.contents(of: pool) != after { wrong.append("the second try has another result") }
            let later = FaultSample.answers("later", count: 1)
            try await database.store(pool).put(later)
            try pool.close()
            let again = try HearthDatabase.open(at: database.path)
            if try await SQLiteAnswerStore(database: again, lookupDeadline: .seconds(5)).answer(for: later[0].key) != later[0] {
                wrong.append("an answer is not found again")
            }
            let integrity = try await again.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            if integrity != "ok" { wrong.append(integrity ?? "no answer") }
        } catch {
            wrong.append("\(error)")
        }
        return wrong
    }

    @Test("All or nothing, whichever call fails", arguments: Change.all)
    func changes(change: Change) async throws {
        #expect(FaultyFiles.isRegistered)
        let model = try await Self.model()
        for faults in Self.turns {
            let cuts = try await Self.cut(change, faults, of: model)
            #expect(cuts.wrong.isEmpty, "\(cuts.wrong.count): \(cuts.wrong.prefix(5).joined(separator: "\n"))")
            #expect(cuts.calls >= change.leastCalls, "\(change), \(faults)")
            #expect((cuts.errors > 0) == change.isOfStore, "\(change), \(faults)")
            print("\(change), \(faults): each of \(cuts.calls) calls has failed, \(cuts.errors) errors are counted")
        }
    }

    @Test("Control: a change without a transaction is caught half done")
    func control() async throws {
        let careless = Change(description: "careless insert", leastCalls: 0) { store, _ in
            for answer in FaultSample.answers("new", count: 5) { try await store.put([answer]) }
        }
        let cuts = try await Self.cut(careless, [FaultyFiles.Fault.all[0]], of: try await Self.model())
        #expect(cuts.wrong.contains { $0.contains("half of it is there") } && cuts.calls > 5)
    }

    /// A file as the first version left it, and none at all.
    @Test("A migration that fails leaves a file that the next start brings up to date", arguments: [true, false])
    func migration(fromOld: Bool) async throws {
        FaultyFiles.fail(nil)
        let model = try FaultyDatabase()
        if fromOld {
            let old = try DatabasePool(path: model.path)
            try HearthDatabase.migrator().migrate(old, upTo: "cached_answer 1")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO cached_answer VALUES ('key', x'00', x'00', 'en', 'general', NULL, 'q', 'text', 0.9, 'rule', 'model', 1,
                            0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 3, 0, 100)
                        """)
            }
            try old.close()
        }
        let reference = try FaultyDatabase()
        let expected = try await reference.open().read { try FaultSample.schema($0) }
        for faults in Self.turns {
            var calls = 0
            for number in 1... {
                let fault = faults[number % faults.count]
                let database = try FaultyDatabase(copyOf: model)
                FaultyFiles.fail(number, fault)
                let opened = try? database.open()
                let hasFailed = FaultyFiles.failures > 0
                #expect(opened != nil || hasFailed)
                FaultyFiles.fail(nil)
                try opened?.close()
                let next = try database.open()
                let (schema, rows, integrity) = try await next.read { db in
                    (
                        try FaultSample.schema(db), try Int.fetchOne(db, sql: "SELECT sum(hit_count) FROM cached_answer"),
                        try String.fetchOne(db, sql: "PRAGMA integrity_check")
                    )
                }
                #expect(schema == expected && rows == (fromOld ? 3 : nil) && integrity == "ok", "\(fault), call \(number)")
                guard hasFailed else { break }
                calls = number
            }
            #expect(calls >= 40)
            print("migration from \(fromOld ? "the first version" : "nothing"), \(faults): each of \(calls) calls has failed")
        }
    }
}
