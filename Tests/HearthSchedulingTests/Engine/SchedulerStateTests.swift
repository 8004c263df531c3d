import HearthTelemetry
import Testing

@testable import HearthScheduling

@Suite("The engine")
struct SchedulerStateTests {
    private static let failure = RunEnding.threw(type: "x", message: "broken", isRetryable: true)

    @Test("a job starts at its instants and never before")
    func startsOnTime() throws {
        var bench = EngineBench([try rules("job", "*/10 * * * *")], at: "2026-01-01T00:00:00Z")
        bench.advance(by: .milliseconds(599_999))
        #expect(bench.starts.isEmpty)
        bench.advance(by: .milliseconds(1))
        #expect(bench.startTimes == ["2026-01-01T00:10:00.000Z"])
        #expect(bench.starts[0].trigger == .cron && bench.starts[0].lateness == .zero)
        bench.end(bench.starts[0].runID)
        bench.run(for: .seconds(3600))
        #expect(bench.completions.count == 1, "the second run has not ended")
        #expect(bench.starts.count == 7, "overlap is the ledger's decision, which says yes here")
    }

    @Test("waking often changes nothing")
    func wakesAreHarmless() throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:30:00Z")
        for _ in 0..<1000 { bench.wake() }
        bench.advance(by: .seconds(1800))
        for _ in 0..<1000 { bench.wake() }
        #expect(bench.starts.count == 1)
        #expect(bench.engine.nextWake(at: bench.now, uptime: bench.uptime) == .seconds(3600))
    }

    @Test("jitter delays by a part that depends on the name alone")
    func jitter() throws {
        let first = try rules("prune-cache", "0 3 * * *") { $0.jitter = .seconds(600) }
        let second = try rules("prune-cache", "0 4 * * *") { $0.jitter = .seconds(600) }
        #expect(first.jitterOffset == second.jitterOffset)
        #expect(first.jitterOffset > .zero && first.jitterOffset < .seconds(600))
        var bench = EngineBench([first], at: "2026-01-01T02:59:59Z")
        bench.advance(by: .seconds(1) + first.jitterOffset - .milliseconds(1))
        #expect(bench.starts.isEmpty)
        bench.advance(by: .milliseconds(1))
        #expect(bench.startTimes == ["2026-01-01T03:00:00.000Z"], "the identity has no jitter")
        #expect(bench.starts[0].lateness == .zero)
    }

    // MARK: Catch-up

    @Test("after a stall the latest missed occurrence runs and the others are recorded, each once")
    func catchUpLatest() throws {
        var bench = EngineBench([try rules("job", "*/10 * * * *") { $0.startDeadline = .seconds(540) }], at: "2026-01-01T00:05:00Z")
        bench.advance(by: .seconds(3600 + 120))
        #expect(bench.startTimes == ["2026-01-01T01:00:00.000Z"])
        #expect(bench.starts[0].trigger == .catchUp)
        #expect(bench.skips.map(\.scheduledFor.description).count == 5)
        #expect(bench.skips.allSatisfy { $0.reason == .misfire && $0.missedCount == 0 })
        #expect(bench.claims[0].missedCount == 5)
        #expect(bench.claims[0].missedFrom == moment("2026-01-01T00:10:00Z"))
    }

    @Test("beyond its start deadline, or with no catch-up, a missed occurrence is recorded and not run", arguments: [true, false])
    func tooLate(hasNoCatchUp: Bool) throws {
        let job = try rules("job", "0 * * * *") {
            $0.startDeadline = hasNoCatchUp ? .seconds(3600) : .seconds(60)
            $0.catchUp = hasNoCatchUp ? .none : .latest
        }
        var bench = EngineBench([job], at: "2026-01-01T00:30:00Z")
        bench.advance(by: .seconds(1800 + 120))
        #expect(bench.starts.isEmpty)
        #expect(bench.skips.map(\.reason) == [.misfire])
        bench.run(for: .seconds(3600))
        #expect(bench.startTimes == ["2026-01-01T02:00:00.000Z"], "the schedule goes on")
    }

    @Test("catching up all runs the newest ones one after the other")
    func catchUpAll() throws {
        let job = try rules("job", "*/10 * * * *") {
            $0.catchUp = .all(maximum: 3)
            $0.startDeadline = .seconds(7200)
        }
        var bench = EngineBench([job], at: "2026-01-01T00:05:00Z")
        bench.advance(by: .seconds(3600 + 120))
        #expect(bench.startTimes == ["2026-01-01T00:40:00.000Z"])
        #expect(bench.skips.map(\.reason) == [.catchUpLimit, .catchUpLimit, .catchUpLimit])
        bench.advance(by: .seconds(60))
        #expect(bench.starts.count == 1, "the second waits for the first")
        bench.end(bench.starts[0].runID)
        bench.wake()
        bench.end(bench.starts[1].runID)
        bench.wake()
        #expect(bench.startTimes.dropFirst() == ["2026-01-01T00:50:00.000Z", "2026-01-01T01:00:00.000Z"])
        bench.end(bench.starts[2].runID)
        bench.run(for: .seconds(600))
        #expect(bench.starts.count == 4 && bench.starts[3].trigger == .cron)
    }

    @Test("a long absence gives one row each for the newest hundred and one row for the rest")
    func summary() throws {
        var bench = EngineBench([try rules("job", "* * * * *")], at: "2026-01-01T00:00:00Z")
        bench.advance(by: .seconds(12 * 3600 + 20))
        let skips = bench.skips
        #expect(skips.count == 101)
        #expect(skips[0].missedCount == 719 - 100)
        #expect(skips[0].missedFrom == moment("2026-01-01T00:01:00Z"))
        #expect(skips.reduce(0) { $0 + $1.count } == 719)
        #expect(Set(skips.map(\.scheduledFor)).count == 101)
        #expect(bench.startTimes == ["2026-01-01T12:00:00.000Z"])
    }

    @Test("counting stops at its bound and says so")
    func boundedCount() throws {
        var bench = EngineBench([try rules("job", "@every 1s")], at: "2026-01-01T00:00:00Z")
        bench.advance(by: .seconds(365 * 86_400))
        #expect(bench.skips.count == 101)
        #expect(bench.skips[0].missedCount == 1000 && bench.skips[0].countIsLowerBound)
    }

    @Test("a restart takes the ledger as the reference, and a changed schedule starts anew")
    func restart() throws {
        var record = JobRecord(
            job: "job", registeredAt: moment("2025-01-01T00:00:00Z"), scheduleSince: moment("2025-01-01T00:00:00Z"),
            lastAccountedFor: moment("2026-01-01T00:00:00Z"), consecutiveFailures: 0, hasConfigMismatch: false)
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T02:10:00Z", records: ["job": record])
        bench.wake()
        #expect(bench.startTimes == ["2026-01-01T02:00:00.000Z"])
        #expect(bench.skips.map(\.scheduledFor) == [moment("2026-01-01T01:00:00Z")])
        record.scheduleSince = moment("2026-01-01T02:10:00Z")
        var changed = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T02:10:00Z", records: ["job": record])
        changed.wake()
        #expect(changed.claims.isEmpty && changed.skips.isEmpty)
    }

    // MARK: Clock steps

    @Test("a forward step is a stall, a backward step fires nothing again that the ledger has")
    func clockSteps() throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:30:00Z")
        bench.wake()
        bench.now = moment("2026-01-01T03:10:00Z")
        bench.wake()
        #expect(bench.startTimes == ["2026-01-01T03:00:00.000Z"])
        bench.now = moment("2026-01-01T02:50:00Z")
        bench.answer = .taken
        bench.wake()
        #expect(bench.notes.contains(.clockStep(isForward: true, by: .seconds(9600))))
        #expect(bench.notes.contains(.clockStep(isForward: false, by: .seconds(-1200))))
        bench.advance(by: .seconds(600))
        #expect(bench.starts.count == 1)
        #expect(bench.claims.count == 2, "the ledger was asked and refused")
        bench.answer = .won(fence: 1)
        bench.run(for: .seconds(3600))
        #expect(bench.startTimes.last == "2026-01-01T04:00:00.000Z")
    }

    // MARK: Pause

    @Test("paused occurrences are recorded as such, and resuming does not flood")
    func pause() throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:30:00Z")
        bench.engine.setPause(job: "job", until: moment("2026-01-01T02:30:00Z"))
        bench.run(for: .seconds(7200))
        #expect(bench.starts.isEmpty)
        #expect(bench.skips.map(\.reason) == [.paused, .paused])
        bench.run(for: .seconds(3600))
        #expect(bench.startTimes == ["2026-01-01T03:00:00.000Z"], "the pause has expired by itself")
    }

    // MARK: Timeouts and cancellation

    @Test("an attempt is cancelled at its timeout and recorded as timed out")
    func timeout() throws {
        var bench = EngineBench([try rules("job", "0 * * * *") { $0.timeout = .seconds(60) }], at: "2026-01-01T00:59:00Z")
        bench.advance(by: .seconds(60))
        bench.advance(by: .milliseconds(59_999))
        #expect(bench.cancels.isEmpty)
        bench.advance(by: .milliseconds(1))
        #expect(bench.cancels == [bench.starts[0].runID])
        bench.end(bench.starts[0].runID, with: .threw(type: "CancellationError", message: "cancelled", isRetryable: false))
        #expect(bench.completions.map(\.state) == [.timedOut])
        #expect(bench.completions[0].duration == .seconds(60))
    }

    @Test("a task that ignores its cancellation is given up, its fence revoked and its late end ignored")
    func unresponsive() throws {
        var bench = EngineBench([try rules("job", "0 * * * *") { $0.timeout = .seconds(60) }], at: "2026-01-01T00:59:00Z")
        bench.run(for: .seconds(60 + 60 + 10))
        #expect(bench.completions.map(\.errorType) == ["timed_out_unresponsive"])
        #expect(bench.completions[0].state == .timedOut && bench.completions[0].revokesFence)
        bench.end(bench.starts[0].runID)
        #expect(bench.completions.count == 1)
        #expect(!bench.engine.hasActiveRuns)
    }

    @Test("a run whose write was refused by its fence is counted as that once, also where only the ledger knows", arguments: [true, false])
    func refusedByFence(byLedger: Bool) throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:59:00Z")
        bench.recordsEnds = false
        bench.advance(by: .seconds(60))
        let run = try #require(bench.starts.first?.runID)
        bench.end(
            run, with: byLedger ? .returned(.done) : .threw(type: FenceRejection.code, message: "too late", isRetryable: false))
        bench.perform(bench.engine.recorded(run, accepted: !byLedger, at: bench.now, uptime: bench.uptime))
        #expect(bench.notes.count { if case .fenceRejected("job") = $0 { true } else { false } } == 1)
        #expect(bench.notes.contains { if case .finished(let end) = $0 { end.state == .fenceRejected } else { false } })
    }

    @Test("a run that finishes in spite of its cancellation has succeeded")
    func finishesAnyway() throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:59:00Z")
        bench.advance(by: .seconds(60))
        let cancelled = bench.engine.cancelRun(bench.starts[0].runID, at: bench.now, uptime: bench.uptime)
        #expect(cancelled.found && cancelled.actions == [.cancel(bench.starts[0].runID)])
        bench.end(bench.starts[0].runID)
        #expect(bench.completions.map(\.state) == [.succeeded])
    }

    // MARK: Retries

    @Test("retryable failures are attempted again after a random pause within bounds, up to the policy's number")
    func retries() throws {
        let job = try rules("job", "0 0 * * *") { $0.retry = RetryPolicy(attempts: 3) }
        var bench = EngineBench([job], at: "2025-12-31T23:59:00Z")
        bench.advance(by: .seconds(60))
        for attempt in 1...3 {
            #expect(bench.starts.last?.attempt == attempt)
            bench.end(bench.starts[attempt - 1].runID, with: Self.failure)
            bench.run(for: .seconds(5 * (1 << attempt)))
        }
        #expect(bench.starts.count == 3)
        #expect(bench.claims.map(\.trigger) == [.cron, .retry, .retry])
        #expect(bench.claims[1].retryOf == bench.starts[0].runID)
        #expect(Set(bench.claims.map(\.scheduledFor)).count == 1)
        let pauses = bench.notes.compactMap { if case .retryScheduled(_, let attempt, let pause) = $0 { (attempt, pause) } else { nil } }
        for (attempt, pause) in pauses { #expect(pause >= .zero && pause <= .seconds(5 * (1 << (attempt - 2)))) }
    }

    @Test("an error that knows for how long another attempt cannot help is attempted again after that, and before the next occurrence")
    func retryAfter() throws {
        let ending = RunEnding.threw(type: "x", message: "the breaker is open", isRetryable: true, after: .seconds(60))
        var bench = EngineBench([try rules("job", "*/5 * * * *") { $0.retry = RetryPolicy(attempts: 3) }], at: "2025-12-31T23:59:00Z")
        bench.advance(by: .seconds(60))
        bench.end(bench.starts[0].runID, with: ending)
        bench.run(for: .seconds(59))
        #expect(bench.starts.count == 1)
        bench.run(for: .seconds(6))
        #expect(bench.starts.map(\.attempt) == [1, 2])
        bench.end(bench.starts[1].runID, with: .threw(type: "x", message: "", isRetryable: true, after: .seconds(3600)))
        bench.run(for: .seconds(600))
        #expect(bench.startTimes.filter { $0 == "2026-01-01T00:05:00.000Z" }.count == 1, "the next occurrence takes its place")
        // Failures that another attempt cannot mend are not attempted again, whatever they say of a time.
        bench.end(bench.starts[2].runID, with: .threw(type: "x", message: "", isRetryable: false, after: .seconds(1)))
        #expect(bench.notes.filter { if case .retryScheduled = $0 { true } else { false } }.count == 2)
    }

    @Test("other failures end the occurrence")
    func noRetry() throws {
        var bench = EngineBench([try rules("job", "0 0 * * *")], at: "2025-12-31T23:59:00Z")
        bench.advance(by: .seconds(60))
        bench.end(bench.starts[0].runID, with: .threw(type: "x", message: "broken", isRetryable: false))
        bench.run(for: .seconds(600))
        #expect(bench.starts.count == 1)
    }

    @Test("the next occurrence takes the place of a pending attempt")
    func nextOccurrenceWins() throws {
        let job = try rules("job", "* * * * *") { $0.retry = RetryPolicy(attempts: 9, base: .seconds(3600), ceiling: .seconds(3600)) }
        var bench = EngineBench([job], at: "2026-01-01T00:00:30Z")
        bench.run(for: .seconds(30))
        for _ in 0..<5 {
            guard let last = bench.starts.last else { break }
            bench.end(last.runID, with: Self.failure)
            bench.run(for: .seconds(60))
        }
        let planned = bench.claims.filter { $0.trigger == .cron }.map(\.scheduledFor)
        #expect(planned == (1...6).map { moment("2026-01-01T00:0\($0):00Z") })
        #expect(bench.claims.filter { $0.trigger == .retry }.allSatisfy { $0.attempt >= 2 })
    }

    @Test("no attempt begins after the deadline of the occurrence")
    func occurrenceDeadline() throws {
        let job = try rules("job", "0 0 * * *") {
            $0.deadline = .seconds(30)
            $0.retry = RetryPolicy(attempts: 100, base: .seconds(20), ceiling: .seconds(20))
        }
        var bench = EngineBench([job], at: "2025-12-31T23:59:00Z")
        bench.advance(by: .seconds(60))
        for _ in 0..<50 {
            guard let last = bench.starts.last, bench.engine.activeRuns.contains(last.runID) else { break }
            bench.end(last.runID, with: Self.failure)
            bench.run(for: .seconds(20))
        }
        #expect(bench.claims.allSatisfy { $0.dueAt < moment("2026-01-01T00:00:30Z") })
        #expect(bench.starts.count > 1)
    }

    @Test("an abandoned run is attempted again unless something newer is on record or it is too late", arguments: [0, 1, 2, 3])
    func takeUp(minutesLate: Int) throws {
        let since = moment("2025-12-31T00:00:00Z")
        let record = JobRecord(
            job: "job", registeredAt: since, scheduleSince: since, lastAccountedFor: moment("2026-01-01T00:00:00Z"),
            consecutiveFailures: 0, hasConfigMismatch: false)
        let job = try rules("job", "0 0 * * *") { $0.startDeadline = .seconds(130) }
        var bench = EngineBench([job], at: "2026-01-01T00:00:00Z", records: ["job": record])
        bench.advance(by: .seconds(60 * minutesLate))
        var generator = SplitMixIDs(seed: 5)
        let run = InterruptedRun(
            runID: generator.next(), job: "job", trigger: .cron, scheduledFor: moment("2026-01-01T00:00:00Z"),
            dueAt: moment("2026-01-01T00:00:00Z"), attempt: 1, localLabel: nil, dstKind: .none)
        bench.perform(bench.engine.takeUp([run], at: bench.now, uptime: bench.uptime))
        bench.wake()
        #expect(bench.starts.map(\.attempt) == (minutesLate < 3 ? [2] : []))
    }

    // MARK: Overlap

    @Test("a queued run starts when the running one has ended")
    func queue() throws {
        var bench = EngineBench([try rules("job", "* * * * *") { $0.overlap = .queue }], at: "2026-01-01T00:00:30Z")
        bench.advance(by: .seconds(30))
        bench.answer = .waiting
        bench.advance(by: .seconds(60))
        #expect(bench.starts.count == 1)
        bench.end(bench.starts[0].runID)
        #expect(bench.startTimes == ["2026-01-01T00:01:00.000Z", "2026-01-01T00:02:00.000Z"])
    }

    @Test("replace cancels the running one and starts after its end")
    func replace() throws {
        var bench = EngineBench([try rules("job", "* * * * *") { $0.overlap = .replace }], at: "2026-01-01T00:00:30Z")
        bench.advance(by: .seconds(30))
        bench.answer = .waiting
        bench.advance(by: .seconds(60))
        #expect(bench.cancels == [bench.starts[0].runID])
        bench.end(bench.starts[0].runID, with: .threw(type: "CancellationError", message: "", isRetryable: false))
        #expect(bench.completions.map(\.state) == [.cancelled])
        #expect(bench.completions[0].errorType == "replaced")
        #expect(bench.starts.count == 2)
    }

    @Test("replace gives up after the grace")
    func replaceTimeout() throws {
        var bench = EngineBench([try rules("job", "* * * * *") { $0.overlap = .replace }], at: "2026-01-01T00:00:30Z")
        bench.recordsEnds = false
        bench.advance(by: .seconds(30))
        bench.answer = .waiting
        bench.advance(by: .seconds(60))
        bench.advance(by: .seconds(10))
        #expect(Set(bench.completions.map(\.errorType)) == ["replace_timeout", "replaced_unresponsive"])
        #expect(bench.starts.count == 1)
    }

    // MARK: The ledger fails

    @Test("a start-up claim without an answer is repeated under its own name: the ledger may have it already")
    func startupAnswerLost() throws {
        var engine = SchedulerState(seed: 3)
        let start = moment("2026-01-01T00:00:30Z")
        _ = engine.setJobs([try rules("job", "@startup")], records: [:], at: start)
        let first = try #require(engine.startupRequests(at: start).first)
        _ = engine.detachedAnswered(first, answer: nil, at: start, uptime: .zero)
        let second = engine.wake(at: start + .seconds(1), uptime: .seconds(1)).compactMap {
            if case .account(let request) = $0 { request } else { nil }
        }
        #expect(second.map(\.claim?.runID) == [first.claim?.runID] && first.claim != nil)
        var answer = AccountAnswer()
        answer.claim = .won(fence: 1)
        let actions = engine.detachedAnswered(second[0], answer: answer, at: start + .seconds(1), uptime: .seconds(1))
        #expect(actions.contains { if case .start(let order) = $0 { order.runID == first.claim?.runID } else { false } })
    }

    @Test("a request without an answer is repeated unchanged, and nothing is lost meanwhile")
    func ledgerFails() throws {
        var engine = SchedulerState(seed: 3)
        let start = moment("2026-01-01T00:00:30Z")
        _ = engine.setJobs([try rules("job", "* * * * *")], records: [:], at: start)
        func requests(_ actions: [SchedulerAction]) -> [AccountRequest] {
            actions.compactMap { if case .account(let request) = $0 { request } else { nil } }
        }
        let first = requests(engine.wake(at: start + .seconds(30), uptime: .seconds(30)))
        #expect(first.count == 1)
        _ = engine.accounted(first[0], answer: nil, at: start + .seconds(30), uptime: .seconds(30))
        #expect(requests(engine.wake(at: start + .milliseconds(30_999), uptime: .milliseconds(30_999))).isEmpty)
        let second = requests(engine.wake(at: start + .seconds(31), uptime: .seconds(31)))
        #expect(second == first)
        _ = engine.accounted(second[0], answer: nil, at: start + .seconds(31), uptime: .seconds(31))
        let third = requests(engine.wake(at: start + .seconds(150), uptime: .seconds(150)))
        #expect(third == first, "two more occurrences are due, but the open question comes first")
        var answer = AccountAnswer()
        answer.claim = .won(fence: 1)
        let actions = engine.accounted(first[0], answer: answer, at: start + .seconds(150), uptime: .seconds(150))
        #expect(
            actions.contains { if case .finish(let completion) = $0 { completion.state == .skippedMisfire } else { false } },
            "too late by now")
        let fourth = requests(engine.wake(at: start + .seconds(150), uptime: .seconds(150)))
        #expect(fourth.first?.claim?.scheduledFor == moment("2026-01-01T00:03:00Z"))
        #expect(fourth.first?.skips.map(\.scheduledFor) == [moment("2026-01-01T00:02:00Z")])
    }

    @Test("a basis that others have overtaken is replaced by theirs")
    func staleBasis() throws {
        var engine = SchedulerState(seed: 3)
        let start = moment("2026-01-01T00:00:30Z")
        _ = engine.setJobs([try rules("job", "* * * * *")], records: [:], at: start)
        let wake = engine.wake(at: start + .seconds(600), uptime: .seconds(600))
        let request = try #require(wake.compactMap { if case .account(let request) = $0 { request } else { nil } }.first)
        #expect(request.skips.count == 9)
        var answer = AccountAnswer()
        answer.staleBasis = moment("2026-01-01T00:09:00Z")
        _ = engine.accounted(request, answer: answer, at: start + .seconds(600), uptime: .seconds(600))
        let again = engine.wake(at: start + .seconds(600), uptime: .seconds(600))
        let second = try #require(again.compactMap { if case .account(let request) = $0 { request } else { nil } }.first)
        #expect(second.skips.isEmpty && second.claim?.scheduledFor == moment("2026-01-01T00:10:00Z"))
    }

    // MARK: The job table

    @Test("a changed table keeps what is due, removes what is gone and starts what is new")
    func changedTable() throws {
        var bench = EngineBench([try rules("kept", "0 * * * *"), try rules("gone", "0 * * * *")], at: "2026-01-01T00:30:00Z")
        bench.now = moment("2026-01-01T01:00:00Z")
        bench.uptime += .seconds(1800)
        let table = [try rules("kept", "0 * * * *") { $0.timeout = .seconds(5) }, try rules("new", "30 * * * *")]
        bench.perform(bench.engine.setJobs(table, records: [:], at: bench.now))
        bench.run(for: .seconds(3600))
        #expect(bench.starts.map(\.job) == ["kept", "new", "kept"])
    }

    @Test("a schedule that has ended is exhausted, once")
    func exhausted() throws {
        var bench = EngineBench([try rules("job", "0 0 0 1 1 * 2026")], at: "2025-12-31T23:59:00Z")
        bench.run(for: .seconds(86_400))
        #expect(bench.starts.count == 1)
        #expect(bench.notes.filter { $0 == .exhausted(job: "job") }.count == 1)
        #expect(bench.notes.last { if case .nextRun = $0 { true } else { false } } == .nextRun(job: "job", at: nil))
        #expect(bench.engine.glance(at: "job")?.isExhausted == true)
    }

    @Test("two schedules of one job that meet are one occurrence")
    func severalSchedules() throws {
        var bench = EngineBench([try rules("job", "0 3 * * *", "0 */3 * * *", "@startup")], at: "2026-01-01T02:00:00Z")
        let startup = bench.engine.startupRequests(at: bench.now)
        bench.perform(startup.map { .account($0) })
        bench.run(for: .seconds(5 * 3600))
        #expect(bench.starts.map(\.trigger) == [.startup, .cron, .cron])
    }

    // MARK: Many jobs, shutdown

    @Test("jobs beyond the places wait in line and none is lost")
    func crowd() throws {
        var limits = SchedulerState.Limits()
        limits.concurrentRuns = 10
        let table = try (0..<200).map { try rules("job-\($0)", "0 0 1 1 *") }
        var bench = EngineBench(table, at: "2025-12-31T23:59:59Z", limits: limits)
        bench.advance(by: .seconds(1))
        #expect(bench.starts.count == 10)
        var ended = 0
        while ended < bench.starts.count {
            bench.end(bench.starts[ended].runID)
            ended += 1
        }
        #expect(ended == 200)
        #expect(Set(bench.starts.map(\.job)).count == 200)
    }

    @Test("100,000 jobs due together are all dispatched")
    func manyJobs() throws {
        let timetable = Timetable([try Schedule.parse("0 3 * * *")])
        var limits = SchedulerState.Limits()
        limits.concurrentRuns = .max
        var engine = SchedulerState(limits: limits, seed: 1)
        let start = moment("2026-01-01T02:59:59Z")
        _ = engine.setJobs((0..<100_000).map { JobRules(name: "job-\($0)", timetable: timetable) }, records: [:], at: start)
        let actions = engine.wake(at: start + .seconds(1), uptime: .seconds(1))
        #expect(actions.count { if case .account = $0 { true } else { false } } == 100_000)
    }

    @Test("a stopping engine claims nothing and cancels what is left")
    func shutdown() throws {
        var bench = EngineBench([try rules("job", "* * * * *") { $0.overlap = .allow }], at: "2026-01-01T00:00:30Z")
        bench.advance(by: .seconds(30))
        bench.perform(bench.engine.stop(at: bench.now, uptime: bench.uptime))
        bench.run(for: .seconds(600))
        #expect(bench.starts.count == 1)
        #expect(bench.engine.manualRequest(job: "job", idempotencyKey: nil, actor: nil, at: bench.now) == nil)
        bench.perform(bench.engine.cancelAll(at: bench.now, uptime: bench.uptime))
        #expect(bench.cancels.count == 1)
        bench.end(bench.starts[0].runID, with: .threw(type: "CancellationError", message: "", isRetryable: true))
        #expect(bench.completions.last?.state == .cancelled && bench.completions.last?.errorType == "shutdown")
        #expect(!bench.engine.hasActiveRuns)
    }

    @Test("leases are renewed in time; a run whose renewals fail stops trusting its lease before the ledger does")
    func leases() throws {
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:59:00Z", lease: .seconds(30))
        bench.advance(by: .seconds(60))
        let run = try #require(bench.starts.first?.runID)
        bench.run(for: .seconds(300))
        #expect(bench.cancels.isEmpty)
        #expect(bench.actions.count { $0 == .renew([run]) } >= 30)
        bench.renewsLeases = false
        bench.run(for: .seconds(17))
        #expect(bench.cancels.isEmpty)
        bench.run(for: .seconds(12))
        #expect(bench.cancels == [run])
        bench.end(run, with: .threw(type: "CancellationError", message: "", isRetryable: false))
        #expect(bench.completions.map(\.state) == [.lostLease])
    }

    @Test("a short lease is trusted beyond the answer to its renewal, and not to its end", arguments: [3, 4, 6])
    func shortLeases(seconds: Int) throws {
        let lease = Duration.seconds(seconds)
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:59:00Z", lease: lease)
        bench.advance(by: .seconds(60))
        let run = try #require(bench.starts.first?.runID)
        let trusted = try #require(bench.engine.runs[run]?.leaseEnd) - bench.uptime
        #expect(trusted >= lease * 0.6 && trusted <= lease * 0.7)
        let due = try #require(bench.engine.nextRenewal) - bench.uptime
        #expect(due <= trusted - lease * 0.3)
        bench.run(for: .seconds(60))
        #expect(bench.cancels.isEmpty)
        bench.renewsLeases = false
        bench.run(for: lease)
        #expect(bench.cancels == [run])
    }

    @Test("leases are renewed on time while the search for dead holders is not answered")
    func unansweredSearch() throws {
        let lease = Duration.seconds(3)
        var bench = EngineBench([try rules("job", "0 * * * *")], at: "2026-01-01T00:59:00Z", lease: lease)
        bench.answersSearches = false
        bench.advance(by: .seconds(60))
        let run = try #require(bench.starts.first?.runID)
        bench.run(for: .seconds(5))
        #expect(bench.cancels.isEmpty && bench.actions.contains(.recover))
        #expect(bench.actions.count { $0 == .renew([run]) } >= 4)
    }

    @Test("a claim that is answered after its lease has ended is not used")
    func lateAnswer() throws {
        var engine = SchedulerState(lease: .seconds(30), seed: 1)
        let start = moment("2026-01-01T00:59:00Z")
        _ = engine.setJobs([try rules("job", "0 * * * *")], records: [:], at: start)
        let actions = engine.wake(at: start + .seconds(60), uptime: .seconds(60))
        let request = try #require(actions.compactMap { if case .account(let request) = $0 { request } else { nil } }.first)
        var answer = AccountAnswer()
        answer.claim = .won(fence: 1)
        let late = engine.accounted(request, answer: answer, sentAt: .seconds(60), at: start + .seconds(89), uptime: .seconds(89))
        #expect(late.contains { if case .finish(let end) = $0 { end.state == .lostLease } else { false } })
        #expect(!late.contains { if case .start = $0 { true } else { false } })
    }

    @Test("a schedule that is replaced or removed while it owes occurrences leaves none without a record")
    func replacedSchedule() throws {
        var bench = EngineBench([try rules("changed", "* * * * *"), try rules("removed", "* * * * *")], at: "2026-01-01T00:00:30Z")
        // Ten minutes pass without a wake-up, then the table changes.
        bench.now = bench.now + .seconds(600)
        bench.uptime += .seconds(600)
        bench.perform(bench.engine.setJobs([try rules("changed", "0 * * * *")], records: [:], at: bench.now))
        #expect(bench.skips.count { $0.reason == .misfire } == 20)
        bench.run(for: .seconds(3600))
        #expect(bench.startTimes == ["2026-01-01T01:00:00.000Z"])
    }
}
