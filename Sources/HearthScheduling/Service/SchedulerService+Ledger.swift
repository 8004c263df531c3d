import HearthTelemetry
import Logging

/// Leases.
extension SchedulerService {
    /// Runs that the ledger is being asked about are left out, so that questions to one that does not answer do not pile up.
    func renewAll(_ runs: [RunID]) async -> [SchedulerAction] {
        let asked = runs.filter { !renewing.contains($0) }
        guard !asked.isEmpty else { return [] }
        renewing.formUnion(asked)
        var actions: [SchedulerAction] = []
        for group in ledger.renewals(of: asked) {
            actions += await renew(group)
            renewing.subtract(group)
        }
        return actions
    }

    private func renew(_ runs: [RunID]) async -> [SchedulerAction] {
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

    func recover() async -> [SchedulerAction] {
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
