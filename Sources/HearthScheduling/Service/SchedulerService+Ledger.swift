import HearthTelemetry
import Logging

/// Claims and leases.
extension SchedulerService {
    /// Asks for claims, records what was skipped, and sees to leases.
    ///
    /// Where the ledger has parts, one that does not answer holds up neither claims and leases in the others nor what follows from them.
    func ask(for requests: [AccountRequest], _ leases: [SchedulerAction]) async -> [SchedulerAction] {
        let batches = ledger.batches(of: requests, size: settings.batch)
        if leases.isEmpty, batches.count <= 1 { return await account(batches.first ?? []) }
        await withDiscardingTaskGroup { group in
            for action in leases {
                switch action {
                case .renew(let runs): for part in unasked(of: runs) { group.addTask { await self.perform(await self.renew(part)) } }
                case .recover: group.addTask { await self.perform(await self.recover()) }
                case .account, .acquire, .start, .cancel, .finish, .note: continue
                }
            }
            for batch in batches { group.addTask { await self.perform(await self.account(batch)) } }
        }
        return []
    }

    private func account(_ requests: [AccountRequest]) async -> [SchedulerAction] {
        guard !requests.isEmpty else { return [] }
        openWrites += 1
        defer { openWrites -= 1 }
        let sentAt = timeSource.uptime()
        var answers: [AccountAnswer]?
        do throws(LedgerError) {
            answers = try await ledger.account(requests, at: timeSource.now())
            failingDuties.remove(.recording)
        } catch {
            note(error, of: .recording, "Occurrences could not be recorded")
        }
        let (now, uptime) = (timeSource.now(), timeSource.uptime())
        return requests.enumerated().flatMap { index, request in
            let answer = answers?[index]
            return request.basis == nil
                ? engine.detachedAnswered(request, answer: answer, sentAt: sentAt, at: now, uptime: uptime)
                : engine.accounted(request, answer: answer, sentAt: sentAt, at: now, uptime: uptime)
        }
    }

    func acquire(_ run: RunID) async -> [SchedulerAction] {
        let sentAt = timeSource.uptime()
        var outcome: ClaimOutcome?
        do throws(LedgerError) {
            outcome = try await ledger.acquire(run, at: timeSource.now())
        } catch {
            logger.info("A waiting run could not be started", metadata: ["run_id": "\(run)", "error": "\(error)"])
        }
        return engine.acquired(run, outcome: outcome, sentAt: sentAt, at: timeSource.now(), uptime: timeSource.uptime())
    }

    /// The runs whose leases are extended together. Those that the ledger is being asked about already are left out, so that questions to
    /// one that does not answer do not pile up.
    private func unasked(of runs: [RunID]) -> [[RunID]] {
        let asked = runs.filter { !renewing.contains($0) }
        guard !asked.isEmpty else { return [] }
        renewing.formUnion(asked)
        return ledger.renewals(of: asked)
    }

    private func renew(_ runs: [RunID]) async -> [SchedulerAction] {
        defer { renewing.subtract(runs) }
        let sentAt = timeSource.uptime()
        var held: Set<RunID>?
        do throws(LedgerError) {
            held = try await ledger.renew(runs, at: timeSource.now())
            failingDuties.remove(.renewal)
        } catch {
            note(error, of: .renewal, "Leases could not be renewed")
        }
        return engine.renewed(held, of: runs, sentAt: sentAt, at: timeSource.now(), uptime: timeSource.uptime())
    }

    private func recover() async -> [SchedulerAction] {
        guard !isRecovering else { return [] }
        isRecovering = true
        defer { isRecovering = false }
        var interrupted: [InterruptedRun]?
        do throws(LedgerError) {
            interrupted = try await ledger.recover(at: timeSource.now())
            failingDuties.remove(.recovery)
        } catch {
            note(error, of: .recovery, "Runs of dead processes could not be looked for")
        }
        return engine.recovered(interrupted, at: timeSource.now(), uptime: timeSource.uptime())
    }
}

/// What the ledger refuses.
extension SchedulerService {
    enum LedgerDuty {
        case recording
        case ending
        case renewal
        case recovery
    }

    /// Everything is tried again about once a second: only the first time is news.
    func note(_ error: LedgerError, of duty: LedgerDuty, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        let isNews = failingDuties.insert(duty).inserted
        logger.log(level: isNews ? .info : .debug, message, metadata: metadata.merging(["error": "\(error)"]) { $1 })
    }
}
