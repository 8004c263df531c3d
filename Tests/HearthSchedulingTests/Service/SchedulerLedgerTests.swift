import HearthTelemetry
import HearthTestKit
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import HearthScheduling

@Suite("The scheduler service and a ledger in trouble", .timeLimit(.minutes(10)))
struct SchedulerLedgerTests {
    private let ledger: TroubledLedger
    private let database: TemporaryDatabase
    private let time: ManualTimeSource
    private let sleeper: ManualSleeper
    private let observer = RecordingObserver()

    init() throws {
        database = try TemporaryDatabase()
        time = ManualTimeSource(now: moment("2026-01-01T00:00:30Z"))
        sleeper = ManualSleeper(time: time)
        ledger = TroubledLedger(SQLiteRunLedger(database: try database.reopened(), holder: "me", leaseDuration: .seconds(30)))
    }

    private func service(
        _ names: String..., action: @escaping JobDefinition.Action = { _ in .done }
    ) throws -> SchedulerService {
        let jobs = try (names.isEmpty ? ["job"] : names).map { name in
            JobDefinition(
                name: name, schedules: [try Schedule.parse("* * * * *")], overlap: .skip, timeout: .seconds(3600), action: action)
        }
        return SchedulerService(
            jobs: jobs, ledger: ledger, timeSource: time, sleeper: sleeper, observer: observer,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, seed: 1)
    }

    @Test("a service that cannot start yet asks once per pause, not without end")
    func pausesBetweenStarts() async throws {
        ledger.troubles.withLock { $0.refusesJobs = true }
        try await testGracefully(try service()) { stop in
            for count in 1...3 {
                try await Deadline.until("it pauses") { sleeper.isAnybodyAsleep }
                #expect(ledger.registrations.load(ordering: .relaxed) == count)
                if count == 3 { ledger.troubles.withLock { $0.refusesJobs = false } }
                sleeper.advance(by: .seconds(1))
                try await Deadline.until("it asks again") { ledger.registrations.load(ordering: .relaxed) == count + 1 }
            }
            try await Deadline.until("it has started") { observer.events.contains(.registered("job")) }
            stop()
        }
    }

    @Test("a search for dead holders that is not answered costs no run its lease, and is not asked for again meanwhile")
    func silentSearch() async throws {
        let gate = Gate()
        let work = Gate()
        let service = try service { _ in
            try await work.pass()
            return .done
        }
        try await service.start()
        let before = ledger.recoveries.load(ordering: .relaxed)
        ledger.troubles.withLock { $0.recoveryGate = gate }
        let searching = Task { await service.tick() }
        try await Deadline.until("the search waits") { ledger.recoveries.load(ordering: .relaxed) == before + 1 }
        time.advance(by: .seconds(30))
        await service.tick()
        await observer.untilStarted(1)
        for _ in 0..<5 {
            time.advance(by: .seconds(10))
            await service.tick()
        }
        #expect(ledger.recoveries.load(ordering: .relaxed) == before + 1)
        #expect(try await service.job("job").runningCount == 1)
        work.open()
        await observer.untilFinished(1)
        #expect(observer.events.contains(.finished(job: "job", state: .succeeded)))
        gate.open()
        await searching.value
    }

    @Test("a part of the ledger that answers neither claims nor searches holds up no job in another part that is due at the same moment")
    func silentPart() async throws {
        let service = try service("shared", "own")
        try await service.start()
        let gate = Gate()
        ledger.troubles.withLock { troubles in
            troubles.claimGates = ["shared": gate]
            troubles.recoveryGate = gate
        }
        time.advance(by: .seconds(30))
        let turn = Task { await service.tick() }
        await observer.untilFinished(1)
        #expect(observer.events.contains(.finished(job: "own", state: .succeeded)))
        gate.open()
        await turn.value
        await observer.untilFinished(2)
    }

    @Test("every replica removes its own old runs once an hour")
    func prunesItsOwn() async throws {
        let service = try service()
        try await service.start()
        for _ in 0..<59 {
            await service.tick()
            time.advance(by: .seconds(60))
        }
        #expect(ledger.prunings.load(ordering: .relaxed) == 1)
        time.advance(by: .seconds(60))
        await service.tick()
        #expect(ledger.prunings.load(ordering: .relaxed) == 2)
    }

    @Test("a run by hand whose claim was written and whose answer was lost runs, and its key is answered with it")
    func lostAnswer() async throws {
        let service = try service()
        try await service.start()
        await service.tick()
        ledger.troubles.withLock { $0.lostAnswers = 1 }
        let run = try await service.trigger(job: "job", idempotencyKey: "once")
        await observer.untilFinished(1)
        #expect(try await service.run(id: run).state == .succeeded)
        #expect(try await service.trigger(job: "job", idempotencyKey: "once") == run)
        #expect(try await service.runs(job: "job").map(\.id) == [run])
    }

    @Test("a pause that another replica was asked for holds here, and so does its end")
    func pauseElsewhere() async throws {
        let service = try service()
        try await service.start()
        let other = SQLiteRunLedger(database: try database.reopened(), holder: "other", leaseDuration: .seconds(30))
        try await other.setPause(job: "job", until: .endOfTime)
        await service.takeOverRecords(of: ["job"], from: ledger)
        #expect(try await service.job("job").state == .paused)
        time.advance(by: .seconds(30))
        await service.tick()
        #expect(try await service.runs(job: "job").map(\.state) == [.skippedPaused])
        try await other.setPause(job: "job", until: nil)
        await service.takeOverRecords(of: ["job"], from: ledger)
        #expect(try await service.job("job").state == .enabled)
    }

    @Test("a pause that came after what is on record was read is not undone by it")
    func olderReading() async throws {
        let service = try service()
        try await service.start()
        let gate = Gate()
        ledger.troubles.withLock { $0.recordsGate = gate }
        let reading = Task { await service.takeOverRecords(of: ["job"], from: ledger) }
        try await Deadline.until("the record was read") { ledger.readings.load(ordering: .relaxed) == 1 }
        try await service.pause(job: "job")
        gate.open()
        await reading.value
        #expect(try await service.job("job").state == .paused)
    }

    /// Runs a service until the body asks it to stop, and waits for its end.
    private func testGracefully(
        _ service: SchedulerService, _ body: (_ stop: @Sendable () -> Void) async throws -> Void
    ) async throws {
        let manager = ServiceGroup(
            configuration: .init(services: [.init(service: service)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let running = Task { try await manager.run() }
        try await body { Task { await manager.triggerGracefulShutdown() } }
        try await running.value
    }
}
