import HearthDrivers
import HearthScheduling
import Logging
import ServiceLifecycle

/// Keeps an eye on the shared database, and takes up the shared jobs when one that was away at the start has come.
///
/// In a service group it stands before everything that uses the database, so that it closes the connections last.
struct SharedDatabaseKeeper: Service {
    let database: SharedDatabase
    let health: HealthReporter
    let scheduler: SchedulerService
    /// All jobs, shared ones and others.
    let jobs: [JobDefinition]
    let logger: Logger

    private static let pause: Duration = .seconds(5)
    private static let pauseWhileAway: Duration = .seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            // Jobs that were there at the start are known already.
            var hasJobs = database.isReady
            while true {
                if !hasJobs { hasJobs = await takeUpJobs() }
                await health.probeDatabase()
                try await Task.sleep(for: hasJobs && database.isReady ? Self.pause : Self.pauseWhileAway)
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
