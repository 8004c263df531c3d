import HearthDrivers
import HearthScheduling
import Logging
import ServiceLifecycle

/// Keeps an eye on the shared database: takes up the shared jobs when one that was away at the start has come, and goes on with runs that
/// other replicas have left, and takes over the pauses they were asked for.
///
/// In a service group it stands before everything that uses the database, so that it closes the connections last.
struct SharedDatabaseKeeper: Service {
    let database: SharedDatabase
    let health: HealthReporter
    let scheduler: SchedulerService
    let ledger: any RunLedger
    /// All jobs, shared ones and others.
    let jobs: [JobDefinition]
    let sharedJobs: Set<String>
    let logger: Logger

    /// How soon a run that was left is noticed.
    private static let pause: Duration = .seconds(1)
    /// The connection is tried, and the clock compared, once in so many turns.
    private static let turnsPerProbe = 5

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // Jobs that were there at the start are known already.
            var hasJobs = database.isReady
            var turn = 0
            while true {
                if !hasJobs { hasJobs = await takeUpJobs() }
                if turn % Self.turnsPerProbe == 0 || !hasJobs { await health.probeDatabase() }
                if hasJobs {
                    await scheduler.takeUpRuns(of: ledger)
                    await scheduler.takeOverRecords(of: sharedJobs, from: ledger)
                }
                turn += 1
                try await Task.sleep(for: Self.pause)
            }
        }
        await database.client.shutdown()
    }

    /// Whether the shared jobs run from now on.
    private func takeUpJobs() async -> Bool {
        if !database.isReady, await database.prepare() != nil { return false }
        do {
            try await scheduler.setJobs(jobs)
            logger.notice("the shared database has come; shared jobs run from now on")
            return true
        } catch {
            logger.info("shared jobs cannot be taken up yet", metadata: ["error": "\(error)"])
            return false
        }
    }
}
