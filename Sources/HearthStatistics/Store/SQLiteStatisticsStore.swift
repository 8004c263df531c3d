package import GRDB
import HearthScheduling
package import HearthTelemetry

/// Statistics in a SQLite file, through a handle whose migrations include ``StatisticsSchema``.
///
/// Write transactions take a few milliseconds: a flush writes at most the cells that were touched in a second, aggregation one
/// hour, removal one hour of minutes.
package struct SQLiteStatisticsStore: StatisticsStore {
    private let database: any DatabaseWriter

    package init(database: any DatabaseWriter) {
        self.database = database
    }

    package func apply(_ batch: StatisticsBatch) async throws(StatisticsError) -> BatchOutcome {
        try await write("adding a batch") { db in
            let progress = ProgressRows(db: db)
            let last = try progress.lastSequence(of: batch.replica)
            if let last, batch.sequence <= last { return .duplicate }
            try progress.note(batch.replica, sequence: batch.sequence, seenAt: batch.collectedAt, hasLeft: false)
            return .applied(rows: try LateRows(db: db).add(batch.deltas))
        }
    }

    package func note(_ replica: ReplicaIdentity, seenAt: Timestamp, hasLeft: Bool) async throws(StatisticsError) {
        try await write("noting a replica") { db in
            try ProgressRows(db: db).note(replica, sequence: 0, seenAt: seenAt, hasLeft: hasLeft)
        }
    }

    package func forgetReplicas(notSeenSince moment: Timestamp) async throws(StatisticsError) {
        try await write("forgetting replicas") { db in
            try ProgressRows(db: db).forgetReplicas(notSeenSince: moment)
        }
    }

    package func read(_ range: StatisticsRange, for replica: ReplicaIdentity) async throws(StatisticsError) -> StoredUsage {
        try await read("reading a report") { db in
            let progress = ProgressRows(db: db)
            return StoredUsage(
                summary: try Self.summary(of: range, in: db),
                appliedSequence: try progress.lastSequence(of: replica) ?? 0,
                replicas: try progress.replicas(),
                removedBefore: try progress.removedBefore(range.period))
        }
    }

    package func progress() async throws(StatisticsError) -> AggregationProgress {
        try await read("reading the progress") { db in
            let rows = ProgressRows(db: db)
            var progress = AggregationProgress()
            progress.watermark = try rows.watermark()
            progress.reopenedHours = try rows.reopenedHours()
            for period in StatisticsPeriod.allCases { progress.removedBefore[period] = try rows.removedBefore(period) }
            progress.backlogRows =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM cache_statistics WHERE resolution = 'minute' AND bucket_start >= ?",
                    arguments: [progress.watermark?.milliseconds ?? .min]) ?? 0
            return progress
        }
    }

    /// Whole buckets of the range's period, the minutes that are not part of them yet, and what late rows changed.
    private static func summary(of range: StatisticsRange, in db: Database) throws -> UsageSummary {
        let rows = UsageRows(db: db)
        var summary = UsageSummary(range: range)
        guard range.period != .minute else {
            try add(.minute, from: range.start, to: range.end, of: rows, to: &summary)
            return summary
        }
        try add(range.period, from: range.start, to: range.end, of: rows, to: &summary)
        let watermark = try ProgressRows(db: db).watermark() ?? range.start
        try add(.minute, from: max(watermark, range.start), to: range.end, of: rows, to: &summary)
        for hour in try ProgressRows(db: db).reopenedHours() where range.contains(hour) && hour < watermark {
            let end = StatisticsPeriod.hourly.bucketEnd(from: hour)
            try add(.minute, from: hour, to: end, of: rows, to: &summary)
            try rows.forEachUsage(.hourly, from: hour, to: end) { summary.subtract($1, at: $0) }
            try rows.forEachBackground(.hourly, from: hour, to: end) { summary.subtract($1, at: $0) }
        }
        return summary
    }

    private static func add(
        _ period: StatisticsPeriod, from start: Timestamp, to end: Timestamp, of rows: UsageRows, to summary: inout UsageSummary
    ) throws {
        guard start < end else { return }
        try rows.forEachUsage(period, from: start, to: end) { summary.add($1, at: $0) }
        try rows.forEachBackground(period, from: start, to: end) { summary.add($1, at: $0) }
    }
}

extension SQLiteStatisticsStore {
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            let fence = JobFence.current
            return try await database.write { db in
                try LedgerSchema.require(fence, in: db)
                return try body(db)
            }
        } catch {
            throw Self.error(error, at: operation)
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw Self.error(error, at: operation)
        }
    }

    private static func error(_ error: any Error, at operation: String) -> StatisticsError {
        switch error {
        case let error as StatisticsError: error
        case is CancellationError: .cancelled
        case let rejection as FenceRejection: .superseded(rejection)
        default: .storeFailed(operation: operation, reason: "\(error)")
        }
    }
}
