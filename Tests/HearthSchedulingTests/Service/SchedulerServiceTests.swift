import Foundation
import GRDB
import HearthTelemetry
import HearthTestKit
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import HearthScheduling

@Suite("The scheduler service", .timeLimit(.minutes(10)))
struct SchedulerServiceTests {
    private let database: TemporaryDatabase
    private let time: ManualTimeSource
    private let sleeper: ManualSleeper
    private let observer = RecordingObserver()

    init() throws {
        database = try TemporaryDatabase()
        time = ManualTimeSource(now: moment("2026-01-01T00:00:30Z"))
        sleeper = ManualSleeper(time: time)
    }

    private func service(
        _ jobs: [JobDefinition], holder: String = "me", settings: SchedulerService.Settings = .init(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws -> SchedulerService {
        SchedulerService(
            jobs: jobs, ledger: SQLiteRunLedger(database: try database.reopened(), holder: holder), timeSource: time, sleeper: sleeper,
            observer: observer, settings: settings, logger: logger, seed: StableHash.fnv1a(holder))
    }

    private func job(
        _ name: String = "job", _ schedule: String = "* * * * *", overlap: OverlapPolicy = .skip, timeout: Duration = .seconds(3600),
        action: @escaping JobDefinition.Action = { _ in .done }
    ) throws -> JobDefinition {
        JobDefinition(name: name, schedules: [try Schedule.parse(schedule)], overlap: overlap, timeout: timeout, action: action)
    }

    @Test("a due job runs, is recorded and shows its result")
    func runsAJob() async throws {
        let service = try service([
            try job { context in JobResult(counts: ["attempt": Int64(context.attempt)], items: context.fence.number) }
        ])
        try await service.start()
        await service.tick()
        time.advance(by: .seconds(30))
        await service.tick()
        await observer.untilFinished(1)
        let run = try #require(try await service.runs(job: "job").first)
        #expect(run.state == .succeeded && run.trigger == .cron && run.scheduledFor == moment("2026-01-01T00:01:00Z"))
        #expect(run.result?.counts == ["attempt": 1] && run.result?.items == 1)
        let status = try await service.job("job")
        #expect(status.lastRun?.id == run.id && status.nextRun == moment("2026-01-01T00:02:00Z") && status.state == .enabled)
        #expect(status.scheduleInWords == "every minute" && status.runningCount == 0 && status.lastSuccessAt == time.now())
        #expect(observer.events.contains(.started(job: "job", trigger: .cron, attempt: 1, lateness: .zero)))
    }

    @Test("a ledger that does not answer holds up neither the end of a lease nor other jobs")
    func silentLedger() async throws {
        let gate = Gate()
        let isCancelled = Atomic(false)
        let jobs = [
            try job("long", "1 0 1 1 *") { context in
                // What follows a lost lease is not waited for at the end: the clock stands still.
                guard context.attempt == 1 else { return .done }
                do {
                    try await Task.sleep(for: .seconds(3600))
                } catch {
                    isCancelled.store(true, ordering: .relaxed)
                    throw error
                }
                return .done
            },
            try job("short"),
        ]
        let ledger = TroubledLedger(SQLiteRunLedger(database: try database.reopened(), holder: "me", leaseDuration: .seconds(30)))
        ledger.troubles.withLock { $0.renewalGate = gate }
        let service = SchedulerService(
            jobs: jobs, ledger: ledger, timeSource: time, sleeper: sleeper, observer: observer,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, seed: 1)
        func starts(of job: String) -> Int { observer.events.count { if case .started(job, _, _, _) = $0 { true } else { false } } }
        try await testGracefully(service) { stop in
            await sleeper.untilSomebodySleeps()
            sleeper.advance(by: .seconds(30))
            try await Deadline.until("both have begun") { starts(of: "long") == 1 && starts(of: "short") == 1 }
            sleeper.advance(by: .seconds(10))
            try await Deadline.until("the lease is to be renewed") { ledger.renewals.load(ordering: .relaxed) == 1 }
            sleeper.advance(by: .seconds(18))
            try await Deadline.until("the lease has ended") { isCancelled.load(ordering: .relaxed) }
            sleeper.advance(by: .seconds(32))
            try await Deadline.until("the other goes on") { starts(of: "short") == 2 }
            gate.open()
            stop()
        }
    }

    @Test("the loop sleeps until something is due and ends when the service is asked to stop")
    func loop() async throws {
        let service = try service([try job()])
        try await testGracefully(service) { stop in
            for count in 1...3 {
                await sleeper.untilSomebodySleeps()
                sleeper.advance(by: .seconds(30))
                await sleeper.untilSomebodySleeps()
                sleeper.advance(by: .seconds(30))
                await observer.untilFinished(count)
            }
            stop()
        }
        #expect(try await service.runs(job: "job").count >= 3)
        #expect(try await service.runs(job: "job").allSatisfy { $0.state == .succeeded })
    }

    @Test("a stopping service lets a run end within the drain time")
    func drains() async throws {
        let gate = Gate()
        let service = try service([
            try job("job", "@startup") { _ in
                try await gate.pass()
                return .done
            }
        ])
        try await testGracefully(service) { stop in
            await observer.untilStarted(1)
            stop()
            gate.open()
        }
        #expect(try await service.runs(job: "job").map(\.state) == [.succeeded])
    }

    @Test("a run that outlasts the drain is cancelled and recorded so, and goes on at the next start")
    func cancelsAfterDrain() async throws {
        let gate = Gate()
        var settings = SchedulerService.Settings()
        settings.drain = .zero
        let action: JobDefinition.Action = { context in
            if context.attempt == 1 { try await gate.pass() }
            return .done
        }
        let first = try service([try job("job", action: action)], settings: settings)
        try await testGracefully(first) { stop in
            await sleeper.untilSomebodySleeps()
            sleeper.advance(by: .seconds(30))
            await observer.untilStarted(1)
            stop()
        }
        let cut = try #require(try await first.runs(job: "job").first)
        #expect(cut.state == .cancelled && cut.errorType == "shutdown")
        let second = try service([try job("job", action: action)], holder: "second")
        try await second.start()
        await second.tick()
        await observer.untilFinished(2)
        let again = try #require(try await second.runs(job: "job").first)
        #expect(again.state == .succeeded && again.attempt == 2 && again.retryOf == cut.id && again.scheduledFor == cut.scheduledFor)
    }

    @Test("after kill -9 the runs of the dead process are abandoned and attempted again")
    func afterKill() async throws {
        let gate = Gate()
        let dead = try service([
            try job { _ in
                try await gate.pass()
                return .done
            }
        ])
        try await dead.start()
        time.advance(by: .seconds(30))
        await dead.tick()
        await observer.untilStarted(1)
        // Nothing more is heard of it. The next process starts ten seconds later.
        time.advance(by: .seconds(10))
        let next = try service([try job()], holder: "next")
        try await next.start()
        await next.tick()
        await observer.untilFinished(1)
        let runs = try await next.runs(job: "job")
        #expect(runs.map(\.state) == [.succeeded, .abandoned] && runs[0].attempt == 2)
        gate.open()
    }

    @Test("a job triggered by hand runs once per key, obeys overlap and leaves the schedule alone")
    func manual() async throws {
        let gate = Gate()
        let service = try service([
            try job { _ in
                try await gate.pass()
                return .done
            }
        ])
        try await service.start()
        await service.tick()
        let id = try await service.trigger(job: "job", idempotencyKey: "once", actor: "ann")
        #expect(try await service.trigger(job: "job", idempotencyKey: "once") == id)
        let refused = await #expect(throws: SchedulerError.self) { try await service.trigger(job: "job") }
        #expect(refused?.code == "already_running")
        #expect(try await service.run(id: id).state == .running)
        time.advance(by: .seconds(30))
        await service.tick()
        #expect(observer.events.contains(.skipped(job: "job", reason: .overlap, count: 1)))
        gate.open()
        await observer.untilFinished(1)
        let run = try await service.run(id: id)
        #expect(run.state == .succeeded && run.trigger == .manual && run.actor == "ann")
        let unknown = await #expect(throws: SchedulerError.self) { try await service.trigger(job: "jbo") }
        #expect(unknown?.description == "There is no job \"jbo\"; did you mean job?")
    }

    @Test("a paused job records what it skips; its pause survives a restart and can be lifted")
    func pause() async throws {
        let service = try service([try job()])
        try await service.start()
        try await service.pause(job: "job")
        time.advance(by: .seconds(30))
        await service.tick()
        #expect(try await service.runs(job: "job").map(\.state) == [.skippedPaused])
        let next = try self.service([try job()], holder: "next")
        try await next.start()
        #expect(try await next.job("job").state == .paused)
        try await next.resume(job: "job")
        time.advance(by: .seconds(60))
        await next.tick()
        await observer.untilFinished(1)
        #expect(try await next.runs(job: "job").map(\.state) == [.succeeded, .skippedPaused])
    }

    @Test("a run can be cancelled by hand")
    func cancel() async throws {
        let gate = Gate()
        let service = try service([
            try job { _ in
                try await gate.pass()
                return .done
            }
        ])
        try await service.start()
        let id = try await service.trigger(job: "job")
        try await service.cancel(runID: id)
        await observer.untilFinished(1)
        let run = try await service.run(id: id)
        #expect(run.state == .cancelled && run.errorType == "operator")
        let ended = await #expect(throws: SchedulerError.self) { try await service.cancel(runID: id) }
        #expect(ended?.code == "not_running")
    }

    @Test("failures carry their words, and only those that say so are attempted again", arguments: [true, false])
    func failures(isRetryable: Bool) async throws {
        let service = try service([
            try job("job", "0 * * * *") { context in
                guard context.attempt == 2 else {
                    throw JobFailure(code: "store_down", message: "The store is down.", isRetryable: isRetryable)
                }
                return .done
            }
        ])
        try await service.start()
        time.advance(by: .seconds(3570))
        await service.tick()
        await observer.untilFinished(1)
        time.advance(by: .seconds(10))
        await service.tick()
        if isRetryable { await observer.untilFinished(2) }
        let runs = try await service.runs(job: "job")
        #expect(runs.map(\.state) == (isRetryable ? [.succeeded, .failed] : [.failed]))
        #expect(runs.last?.errorType == "store_down" && runs.last?.errorMessage == "The store is down.")
    }

    @Test("a changed table takes effect at once")
    func reload() async throws {
        let service = try service([try job("old"), try job("kept")])
        try await service.start()
        try await service.setJobs([try job("kept"), try job("new")])
        time.advance(by: .seconds(30))
        await service.tick()
        await observer.untilFinished(2)
        #expect(try await service.jobs().map(\.name) == ["kept", "new"])
        #expect(observer.events.contains(.removed("old")))
        await #expect(throws: SchedulerError.self) { try await service.setJobs([try job("a"), try job("a")]) }
        await #expect(throws: SchedulerError.self) { try await service.setJobs([try job("a", "@reboot")]) }
    }

    @Test("every expected occurrence is on record, and rows that were lost are declared missed")
    func reconciliation() async throws {
        let service = try service([try job()])
        try await service.start()
        for count in 1...5 {
            time.advance(by: .seconds(60))
            await service.tick()
            await observer.untilFinished(count)
        }
        try await database.pool.write { try $0.execute(sql: "DELETE FROM job_run WHERE run_id IN (SELECT run_id FROM job_run LIMIT 2)") }
        time.advance(by: .seconds(60))
        await service.tick()
        await observer.untilFinished(6)
        let runs = try await service.runs(job: "job")
        #expect(runs.count { $0.state == .skippedMisfire } == 2)
        #expect(Set(runs.map(\.scheduledFor)).count == 6)
        #expect(observer.events.contains(.skipped(job: "job", reason: .misfire, count: 2)))
        #expect(observer.events.allSatisfy { if case .unaccounted(_, let count) = $0 { count == 0 } else { true } })
    }

    @Test("what is planned is listed, capped and counted in bins")
    func upcoming() async throws {
        let service = try service([try job("often", "@every 15s"), try job("daily", "0 3 * * *"), try job("manual", "@manual")])
        try await service.start()
        let upcoming = await service.upcoming(within: .seconds(86_400), limit: 10, bins: 24)
        #expect(upcoming.map(\.job) == ["daily", "often"])
        #expect(upcoming[0].firings.map(\.instant) == [moment("2026-01-01T03:00:00Z")] && upcoming[0].count == 1)
        #expect(upcoming[1].count == 5760 && upcoming[1].firings.count == 10 && upcoming[1].bins.allSatisfy { $0 == 240 })
    }

    @Test("a job that ignores its cancellation does not hold up the end of the service")
    func unresponsive() async throws {
        let gate = Gate()
        var settings = SchedulerService.Settings()
        settings.drain = .zero
        let service = try service(
            [
                try job("job", "@startup") { _ in
                    await Task { try? await gate.pass() }.value
                    return .done
                }
            ], settings: settings)
        try await testGracefully(service) { stop in
            await observer.untilStarted(1)
            stop()
            // The grace begins when the service has taken notice; time passes until then and through it.
            while !observer.hasFinished {
                sleeper.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        #expect(try await service.runs(job: "job").map(\.errorType) == ["shutdown_unresponsive"])
        gate.open()
    }

    @Test("a job that writes lines without end and cannot be cancelled: what finds no room is dropped and counted, and its place is free")
    func endlessLines() async throws {
        let registry = MetricRegistry()
        let instruments = LogInstruments(registry: registry)
        let pipe = Pipe()
        let logs = LogSetup(
            level: .info, format: .json, descriptor: pipe.fileHandleForWriting.fileDescriptor, bufferBytes: 64 << 10,
            instruments: instruments, timeSource: time)
        let writer = EndlessWriter()
        let service = try service(
            [
                try job("job", timeout: .seconds(40)) { context in
                    if context.scheduledFor == moment("2026-01-01T00:01:00Z") { await writer.write(to: context.logger) }
                    return .done
                }
            ], logger: logs.logger("jobs"))
        try await service.start()
        time.advance(by: .seconds(30))
        await service.tick()
        await observer.untilStarted(1)
        // The pipe takes 64 KiB, and nobody reads it yet.
        try await Deadline.until("lines are dropped") { instruments.dropped.value > 1000 }
        time.advance(by: .seconds(40))
        await service.tick()
        #expect(try await service.job("job").runningCount == 1, "it has been told to end")
        time.advance(by: .seconds(10))
        await service.tick()
        await observer.untilFinished(1)
        #expect(try await service.runs(job: "job").map(\.errorType) == ["timed_out_unresponsive"])
        time.advance(by: .seconds(10))
        await service.tick()
        await observer.untilFinished(2)
        #expect(try await service.runs(job: "job").map(\.state) == [.succeeded, .timedOut], "the next run has its place")

        await writer.stop()
        let dropped = Int(instruments.dropped.value)
        let reader = pipe.fileHandleForReading
        async let received = QuietThread.run { (try? reader.readToEnd()) ?? Data() }
        #expect(logs.sink.flush(within: .seconds(10)))
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try await received, as: UTF8.self)
        let kept = text.split(separator: "\n").count { $0.contains(EndlessWriter.line) }
        #expect(text.utf8.count < 256 << 10, "what waits is bounded")
        // The scheduler's own few lines may be among those that were dropped.
        #expect((writer.lines...(writer.lines + 20)).contains(kept + dropped), "\(kept) kept, \(dropped) dropped, \(writer.lines) written")
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
