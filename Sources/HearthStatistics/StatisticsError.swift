package import HearthScheduling

/// What can go wrong in keeping and asking for statistics.
package enum StatisticsError: Error, Equatable, Sendable {
    /// The range ends before it begins, or a date could not be read.
    case invalidRange(String)
    /// The range has more buckets than are kept for its period.
    case rangeTooLarge(period: StatisticsPeriod, buckets: Int, limit: Int)
    /// The database refused or failed; nothing of the operation was kept.
    case storeFailed(operation: String, reason: String)
    /// A stored row cannot be read.
    case damagedRow(String)
    /// The surrounding task was cancelled; what was finished before stays finished.
    case cancelled
    /// The job's run that wanted to write has lost its claim.
    case superseded(FenceRejection)
}

extension StatisticsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidRange(let reason):
            "the range of statistics cannot be used: \(reason)"
        case .rangeTooLarge(let period, let buckets, let limit):
            "the range covers \(buckets) \(period.rawValue) buckets and at most \(limit) are kept; ask for a shorter range or a longer period"
        case .storeFailed(let operation, let reason):
            "the statistics store failed at \(operation): \(reason); counts are kept in memory and written at the next attempt"
        case .damagedRow(let what):
            "a statistics row is damaged (\(what)); restore the database from a copy or remove the row"
        case .cancelled:
            "the work on statistics was cancelled; the next run continues where it stopped"
        case .superseded(let rejection):
            "statistics were not changed: \(rejection)"
        }
    }
}

extension StatisticsError {
    /// What went wrong in a transaction of a store.
    init(_ error: any Error, at operation: String) {
        switch error {
        case let error as StatisticsError: self = error
        case is CancellationError: self = .cancelled
        case let rejection as FenceRejection: self = .superseded(rejection)
        default: self = .storeFailed(operation: operation, reason: "\(error)")
        }
    }
}
