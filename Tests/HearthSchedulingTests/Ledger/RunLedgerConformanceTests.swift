import HearthTelemetry
import Testing

@testable import HearthScheduling

/// What every run history promises to replicas that share it.
@Suite("Every run history", .serialized, .timeLimit(.minutes(10)))
struct RunLedgerConformanceTests {
    /// A stage whose ledger knows the job.
    private static func stage(_ kind: LedgerKind) async throws -> LedgerStage {
        let stage = try await LedgerStage(kind)
        _ = try await stage.ledger.register([HourlyJob.registration()], at: moment("2026-01-01T00:00:00Z"))
        return stage
    }

    private static func account(
        _ request: AccountRequest, by ledger: any RunLedger, at now: Timestamp = HourlyJob.hour
    ) async throws -> AccountAnswer {
        try #require(try await ledger.account([request], at: now).first)
    }

    @Test("a claimed run is visible at once, and its end with all it did", arguments: LedgerKind.allCases)
    func lifeOfARun(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        #expect(try await Self.account(HourlyJob.claim(id), by: ledger).claim == .won(fence: 1))
        let running = try #require(try await ledger.runs(RunQuery(job: "job")).first)
        #expect(running.state == .running && running.outcome == .running && running.id == id && running.startedAt == HourlyJob.hour)
        #expect(try await ledger.finish(HourlyJob.end(id)))
        let ended = try #require(try await ledger.run(id))
        #expect(ended.state == .succeeded && ended.duration == .seconds(2) && ended.lateness == .milliseconds(1))
        #expect(ended.result?.counts == ["removed": 7] && ended.result?.items == 7)
        #expect(ended.replica == "me" && ended.fence == 1 && ended.appVersion == "1.0")
        let record = try #require(try await ledger.records()["job"])
        #expect(record.lastSuccessAt == HourlyJob.hour + .seconds(2) && record.lastAccountedFor == HourlyJob.hour)
    }

    @Test("a repeated claim is recognised, another one for the same occurrence is refused", arguments: LedgerKind.allCases)
    func repeatedClaim(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let request = HourlyJob.claim(ids.next())
        #expect(try await Self.account(request, by: ledger).claim == .won(fence: 1))
        #expect(try await Self.account(request, by: ledger).claim == .won(fence: 1), "the answer was lost")
        _ = try await ledger.finish(HourlyJob.end(try #require(request.claim?.runID)))
        #expect(try await Self.account(request, by: ledger).claim == .taken)
        #expect(try await Self.account(HourlyJob.claim(ids.next()), by: ledger).claim == .taken)
        #expect(try await Self.account(HourlyJob.claim(ids.next(), trigger: .retry, attempt: 2), by: ledger).claim == .won(fence: 2))
    }

    @Test("a repeated end is recognised, a different one is refused", arguments: LedgerKind.allCases)
    func repeatedEnd(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await Self.account(HourlyJob.claim(id), by: ledger)
        #expect(try await ledger.finish(HourlyJob.end(id)))
        #expect(try await ledger.finish(HourlyJob.end(id)))
        #expect(try await ledger.finish(HourlyJob.end(id, .failed)) == false)
        #expect(try await ledger.run(id)?.state == .succeeded)
    }

    @Test("overlap is decided in the claim", arguments: LedgerKind.allCases, OverlapPolicy.allCases)
    func overlap(kind: LedgerKind, policy: OverlapPolicy) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let (first, second, third) = (ids.next(), ids.next(), ids.next())
        let later = HourlyJob.hour + .seconds(3600)
        _ = try await Self.account(HourlyJob.claim(first, overlap: policy), by: ledger)
        let answer = try await Self.account(HourlyJob.claim(second, at: later, overlap: policy), by: ledger, at: later)
        switch policy {
        case .skip:
            #expect(answer.claim == .overlapping && answer.skipped == [.overlap: 1])
            #expect(try await ledger.run(second)?.state == .skippedOverlap)
        case .queue, .replace:
            #expect(answer.claim == .waiting)
            let another = try await Self.account(HourlyJob.claim(third, at: later + .seconds(3600), overlap: policy), by: ledger, at: later)
            #expect(another.claim == .overlapping, "one may wait, not two")
            #expect(try await ledger.acquire(second, at: later) == .waiting)
            _ = try await ledger.finish(HourlyJob.end(first))
            #expect(try await ledger.acquire(second, at: later) == .won(fence: 2))
            #expect(try await ledger.acquire(second, at: later) == .won(fence: 2), "the answer was lost")
            #expect(try await ledger.run(second)?.state == .running)
        case .allow:
            #expect(answer.claim == .won(fence: 0))
        }
    }

    @Test("a manual run does not move the schedule, obeys overlap without a trace and knows its key", arguments: LedgerKind.allCases)
    func manual(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let (first, second) = (ids.next(), ids.next())
        #expect(try await Self.account(HourlyJob.claim(first, trigger: .manual, key: "k"), by: ledger).claim == .won(fence: 1))
        #expect(try await Self.account(HourlyJob.claim(second, trigger: .manual), by: ledger).claim == .overlapping)
        #expect(try await Self.account(HourlyJob.claim(second, trigger: .manual, key: "k"), by: ledger).claim == .duplicate(of: first))
        #expect(try await ledger.runs(RunQuery(job: "job")).count == 1)
        _ = try await ledger.finish(HourlyJob.end(first))
        #expect(try await ledger.records()["job"]?.lastAccountedFor == nil)
        #expect(
            try await Self.account(HourlyJob.claim(second), by: ledger).claim == .won(fence: 2),
            "the occurrence of the same instant is another run")
    }

    @Test("skips are recorded once, and a summary covers its range", arguments: LedgerKind.allCases)
    func skips(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        var request = AccountRequest(job: "job", timezone: "UTC", schedule: "0 * * * *", configHash: "h")
        request.basis = moment("2026-01-01T00:00:00Z")
        request.through = moment("2026-01-03T00:00:00Z")
        var summary = SkippedOccurrence(
            runID: ids.next(), scheduledFor: moment("2026-01-02T00:00:00Z"), dueAt: moment("2026-01-02T00:00:00Z"), reason: .misfire,
            localLabel: LocalLabel(seconds: 0), dstKind: .none)
        summary.missedCount = 24
        summary.missedFrom = HourlyJob.hour
        request.skips = [
            summary,
            SkippedOccurrence(
                runID: ids.next(), scheduledFor: moment("2026-01-03T00:00:00Z"), dueAt: moment("2026-01-03T00:00:00Z"), reason: .paused,
                localLabel: LocalLabel(seconds: 0), dstKind: .none),
        ]
        #expect(try await Self.account(request, by: ledger).skipped == [.misfire: 24, .paused: 1])
        request.basis = request.through
        #expect(try await Self.account(request, by: ledger).skipped.isEmpty)
        #expect(
            try await Self.account(HourlyJob.claim(ids.next(), at: moment("2026-01-01T05:00:00Z")), by: ledger).claim == .taken,
            "the summary has it")
        let accounted = try await ledger.accounted(job: "job", from: HourlyJob.hour, through: moment("2026-01-03T00:00:00Z"))
        #expect(accounted.contains(moment("2026-01-01T17:00:00Z")) && accounted.contains(moment("2026-01-03T00:00:00Z")))
        #expect(!accounted.contains(moment("2026-01-02T12:00:00Z")))
    }

    @Test("a basis that somebody has overtaken is refused", arguments: LedgerKind.allCases)
    func staleBasis(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        _ = try await Self.account(HourlyJob.claim(ids.next(), at: HourlyJob.hour + .seconds(3600)), by: ledger)
        var request = HourlyJob.claim(ids.next(), at: HourlyJob.hour + .seconds(7200))
        request.basis = HourlyJob.hour
        request.skips = [
            SkippedOccurrence(
                runID: ids.next(), scheduledFor: HourlyJob.hour + .seconds(3600), dueAt: HourlyJob.hour, reason: .misfire,
                localLabel: LocalLabel(seconds: 0),
                dstKind: .none)
        ]
        let answer = try await Self.account(request, by: ledger)
        #expect(answer.staleBasis == HourlyJob.hour + .seconds(3600) && answer.claim == nil)
    }

    @Test("runs of a dead process are abandoned once its lease is over, once, and their claim is free", arguments: LedgerKind.allCases)
    func recovery(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await Self.account(HourlyJob.claim(id), by: ledger)
        let next = try await stage.another("next")
        #expect(try await next.recover(at: HourlyJob.hour + .seconds(60)).isEmpty, "its lease holds")
        try await stage.letTimePass(.seconds(31))
        let interrupted = try await next.recover(at: HourlyJob.hour + .seconds(60))
        #expect(interrupted.map(\.runID) == [id])
        #expect(try await next.run(id)?.state == .abandoned)
        #expect(try await next.recover(at: HourlyJob.hour + .seconds(61)).map(\.runID) == [id], "until somebody goes on with it")
        #expect(try await Self.account(HourlyJob.claim(ids.next(), trigger: .retry, attempt: 2), by: next).claim == .won(fence: 3))
        #expect(try await next.recover(at: HourlyJob.hour + .seconds(62)).isEmpty)
        // The old process wakes up: its end is refused and its fence is gone.
        #expect(try await ledger.finish(HourlyJob.end(id)) == false)
        await #expect(throws: FenceRejection.self) { try await stage.require(JobFence(job: "job", number: 1)) }
        try await stage.require(JobFence(job: "job", number: 3))
        #expect(try await ledger.records()["job"]?.consecutiveFailures == 1)
    }

    @Test("what a service's end cut short is offered again, unless something newer is on record", arguments: LedgerKind.allCases)
    func cutShort(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await Self.account(HourlyJob.claim(id), by: ledger)
        var end = HourlyJob.end(id, .cancelled)
        end.errorType = "shutdown"
        _ = try await ledger.finish(end)
        #expect(try await ledger.recover(at: HourlyJob.hour).map(\.runID) == [id])
        let later = HourlyJob.claim(ids.next(), at: HourlyJob.hour + .seconds(3600))
        _ = try await Self.account(later, by: ledger)
        #expect(try await ledger.recover(at: HourlyJob.hour).isEmpty)
    }

    @Test("a holder that does not renew loses its run to another replica", arguments: LedgerKind.allCases)
    func leases(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        let one = ledger
        let two = try await stage.another("two")
        var ids = SplitMixIDs(seed: 1)
        let (first, second) = (ids.next(), ids.next())
        let later = HourlyJob.hour + .seconds(3600)
        _ = try await Self.account(HourlyJob.claim(first), by: one)
        // What the callers believe the time is does not matter.
        try await stage.letTimePass(.seconds(20))
        #expect(try await one.renew([first], at: later) == [first])
        try await stage.letTimePass(.seconds(25))
        #expect(try await two.recover(at: later).isEmpty)
        #expect(try await two.renew([first], at: later).isEmpty, "it is not its own")
        try await stage.letTimePass(.seconds(6))
        #expect(try await two.recover(at: HourlyJob.hour).map(\.runID) == [first])
        #expect(try await one.renew([first], at: HourlyJob.hour).isEmpty)
        #expect(try await Self.account(HourlyJob.claim(second, at: later), by: two, at: later).claim == .won(fence: 3))
        #expect(try await one.finish(HourlyJob.end(first)) == false)
    }

    @Test("a lease from the future is invalid, not fresh", arguments: LedgerKind.allCases)
    func futureLease(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let (first, second) = (ids.next(), ids.next())
        _ = try await Self.account(HourlyJob.claim(first), by: ledger)
        try await stage.letTimePass(.seconds(-86_400))
        let later = HourlyJob.hour + .seconds(3600)
        #expect(try await Self.account(HourlyJob.claim(second, at: later), by: stage.another("next"), at: later).claim == .won(fence: 2))
    }

    @Test("two replicas that claim together: one wins", arguments: LedgerKind.allCases)
    func race(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        let other = try await stage.another("other")
        var ids = SplitMixIDs(seed: 1)
        for step in 0..<50 {
            let instant = HourlyJob.hour + .seconds(3600 * step)
            let (mine, theirs) = (ids.next(), ids.next())
            async let left = Self.account(HourlyJob.claim(mine, at: instant), by: stage.ledger, at: instant)
            async let right = Self.account(HourlyJob.claim(theirs, at: instant), by: other, at: instant)
            let outcomes = [try await left.claim, try await right.claim]
            #expect(outcomes.count { if case .won = $0 { true } else { false } } == 1, "\(outcomes)")
            #expect(outcomes.contains(.taken))
            _ = try await ledger.finish(HourlyJob.end(mine, at: instant))
            _ = try await other.finish(HourlyJob.end(theirs, at: instant))
        }
    }

    @Test(
        "a changed schedule is in force from its registration, an unchanged one from the first; a different configuration is told",
        arguments: LedgerKind.allCases)
    func registration(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        let same = try await ledger.register([HourlyJob.registration()], at: HourlyJob.hour)
        #expect(same["job"]?.scheduleSince == moment("2026-01-01T00:00:00Z") && same["job"]?.hasConfigMismatch == false)
        let changed = try await ledger.register([HourlyJob.registration(schedule: "5 * * * *", hash: "other")], at: HourlyJob.hour)
        #expect(changed["job"]?.scheduleSince == HourlyJob.hour && changed["job"]?.hasConfigMismatch == true)
        #expect(changed["job"]?.registeredAt == moment("2026-01-01T00:00:00Z"))
        let other = try await stage.another("other").register([HourlyJob.registration()], at: HourlyJob.hour)
        #expect(other["job"]?.hasConfigMismatch == true)
    }

    @Test("runs are listed newest first, by page and by outcome", arguments: LedgerKind.allCases)
    func listing(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        for step in 0..<25 {
            let (id, instant) = (ids.next(), HourlyJob.hour + .seconds(3600 * step))
            _ = try await Self.account(HourlyJob.claim(id, at: instant), by: ledger, at: instant)
            _ = try await ledger.finish(HourlyJob.end(id, step % 5 == 0 ? .failed : .succeeded, at: instant))
        }
        var seen: [RunID] = []
        var before: RunID?
        repeat {
            let page = try await ledger.runs(RunQuery(job: "job", limit: 10, before: before))
            seen += page.map(\.id)
            before = page.last?.id
        } while before != nil
        #expect(seen.count == 25 && seen == seen.sorted(by: >))
        #expect(try await ledger.runs(RunQuery(job: "job", limit: 100, outcomes: [.failure])).count == 5)
        #expect(try await ledger.runs(RunQuery(job: "other")).isEmpty)
        var window = RunQuery(limit: 100)
        window.from = HourlyJob.hour
        window.through = HourlyJob.hour + .seconds(7200)
        #expect(try await ledger.runs(window).count == 3)
    }

    @Test("old runs are removed, but not the newest ones nor the newest failures", arguments: LedgerKind.allCases)
    func retention(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        for step in 0..<60 {
            let (id, instant) = (ids.next(), HourlyJob.hour + .seconds(3600 * step))
            _ = try await Self.account(HourlyJob.claim(id, at: instant), by: ledger, at: instant)
            _ = try await ledger.finish(HourlyJob.end(id, step < 8 ? .failed : .succeeded, at: instant))
        }
        var retention = RunRetention()
        retention.minimumRuns = 10
        retention.minimumFailures = 5
        let young = try await ledger.prune(retention, at: HourlyJob.hour + .seconds(80 * 86_400), limit: 500)
        #expect(young == 0)
        let much = HourlyJob.hour + .seconds(200 * 86_400)
        #expect(try await ledger.prune(retention, at: much, limit: 20) == 20)
        #expect(try await ledger.prune(retention, at: much, limit: 500) == 25)
        let left = try await ledger.runs(RunQuery(job: "job", limit: 100))
        #expect(left.count == 15 && left.filter { $0.state == .failed }.count == 5)
    }

    @Test("no job keeps more rows than the bound, and what still runs is never removed", arguments: LedgerKind.allCases)
    func upperBound(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        for step in 0..<40 {
            let (id, instant) = (ids.next(), HourlyJob.hour + .seconds(3600 * step))
            _ = try await Self.account(HourlyJob.claim(id, at: instant, overlap: .allow), by: ledger, at: instant)
            if step > 0 { _ = try await ledger.finish(HourlyJob.end(id, at: instant)) }
        }
        var retention = RunRetention()
        retention.maximumRuns = 30
        #expect(try await ledger.prune(retention, at: HourlyJob.hour, limit: 4) == 4)
        #expect(try await ledger.prune(retention, at: HourlyJob.hour, limit: 500) == 5)
        let left = try await ledger.runs(RunQuery(job: "job", limit: 100))
        #expect(left.count == 31 && left.last?.state == .running)
    }

    @Test("occurrences are counted by outcome and bin; a summary counts for all it stands for", arguments: LedgerKind.allCases)
    func outcomes(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        for step in 0..<6 {
            let (id, instant) = (ids.next(), HourlyJob.hour + .seconds(600 * step))
            _ = try await Self.account(HourlyJob.claim(id, at: instant), by: ledger, at: instant)
            _ = try await ledger.finish(HourlyJob.end(id, step == 5 ? .failed : .succeeded, at: instant))
        }
        var request = AccountRequest(job: "job", timezone: "UTC", schedule: "0 * * * *", configHash: "h")
        request.skips = [
            SkippedOccurrence(
                runID: ids.next(), scheduledFor: HourlyJob.hour + .seconds(7000), dueAt: HourlyJob.hour, reason: .misfire,
                localLabel: LocalLabel(seconds: 0), dstKind: .none, missedCount: 12, missedFrom: HourlyJob.hour + .seconds(3700))
        ]
        _ = try await Self.account(request, by: ledger)
        let counts = try await ledger.outcomes(job: "job", from: HourlyJob.hour, to: HourlyJob.hour + .seconds(7200), bins: 4)
        #expect(counts == [[.success: 3], [.success: 2, .failure: 1], [:], [.missed: 12]])
        #expect(try await ledger.outcomes(job: "other", from: HourlyJob.hour, to: HourlyJob.hour + .seconds(60), bins: 2) == [[:], [:]])
    }

    @Test("long error texts are cut at a character", arguments: LedgerKind.allCases)
    func longErrors(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await Self.account(HourlyJob.claim(id), by: ledger)
        var end = HourlyJob.end(id, .failed)
        end.errorMessage = String(repeating: "שגיאה ", count: 1000)
        _ = try await ledger.finish(end)
        let message = try #require(try await ledger.run(id)?.errorMessage)
        #expect(message.utf8.count <= 2048 && message.utf8.count > 2040 && message.hasPrefix("שגיאה"))
    }

    @Test("a write that has begun is completed although its caller is cancelled", arguments: LedgerKind.allCases)
    func shielded(kind: LedgerKind) async throws {
        let stage = try await Self.stage(kind)
        let ledger = stage.ledger
        var ids = SplitMixIDs(seed: 1)
        let id = ids.next()
        _ = try await Self.account(HourlyJob.claim(id), by: ledger)
        let caller = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await ledger.finish(HourlyJob.end(id))
        }
        caller.cancel()
        #expect(try await caller.value)
        #expect(try await ledger.run(id)?.state == .succeeded)
    }
}
