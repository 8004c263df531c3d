/// Why the scheduler refused a request.
package enum SchedulerError: Error, Sendable, CustomStringConvertible {
    /// `nearest` is the known name that was probably meant.
    case unknownJob(String, nearest: String?)
    case unknownRun(String)
    case alreadyRunning(job: String)
    /// The run has ended, or another replica holds it.
    case notRunningHere(RunID)
    case invalidJob(String, reason: String)
    case duplicateJob(String)
    case shuttingDown
    case ledger(LedgerError)

    /// A stable word for interfaces.
    package var code: String {
        switch self {
        case .unknownJob: "unknown_job"
        case .unknownRun: "unknown_run"
        case .alreadyRunning: "already_running"
        case .notRunningHere: "not_running"
        case .invalidJob: "invalid_job"
        case .duplicateJob: "duplicate_job"
        case .shuttingDown: "shutting_down"
        case .ledger: "ledger_unavailable"
        }
    }

    package var description: String {
        switch self {
        case .unknownJob(let name, let nearest?): "There is no job \"\(name)\"; did you mean \(nearest)?"
        case .unknownJob(let name, nil): "There is no job \"\(name)\"; list the jobs for their names."
        case .unknownRun(let id): "There is no run \(id); runs are kept for 90 days, of each job at least the last 200 and at most 20,000."
        case .alreadyRunning(let job): "The job \(job) is running and must not overlap itself; wait for its end or cancel the run."
        case .notRunningHere(let id): "The run \(id) has ended or is held by another replica; look at the run for its state."
        case .invalidJob(let name, let reason): "The job \(name) cannot be registered: \(reason)"
        case .duplicateJob(let name): "The job \(name) is defined twice; give one of them another name."
        case .shuttingDown: "The service is stopping and starts no more runs; try another replica or try again later."
        case .ledger(let error): error.description
        }
    }
}
