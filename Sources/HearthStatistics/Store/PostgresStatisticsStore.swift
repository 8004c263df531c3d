package import HearthDrivers
import HearthScheduling
package import HearthTelemetry

/// Statistics in a PostgreSQL database that replicas share, with the tables of ``PostgresStatisticsSchema``.
///
/// Writers take turns: each transaction first locks one row. They touch the same minutes in any case, and so a flush and an aggregation
/// never run side by side, which is what keeps every count in exactly one place. A flush takes a few milliseconds. Reports wait for nobody.
package struct PostgresStatisticsStore: StatisticsStore, QueryPatternStore {
    private let client: PostgresClient

    package init(client: PostgresClient) {
        self.client = client
    }

    package func apply(_ batch: StatisticsBatch) async throws(StatisticsError) -> BatchOutcome {
        try await write("adding a batch") { try $0.apply(batch) }
    }

    package func note(_ replica: ReplicaIdentity, seenAt: Timestamp, hasLeft: Bool) async throws(StatisticsError) {
        try await write("noting a replica") { try $0.note(replica, sequence: 0, seenAt: seenAt, hasLeft: hasLeft) }
    }

    package func forgetReplicas(notSeenSince moment: Timestamp) async throws(StatisticsError) {
        try await write("forgetting replicas") { try $0.forgetReplicas(notSeenSince: moment) }
    }

    package func read(_ range: StatisticsRange, for replica: ReplicaIdentity) async throws(StatisticsError) -> StoredUsage {
        try await read("reading a report") { try $0.read(range, for: replica) }
    }

    package func progress() async throws(StatisticsError) -> AggregationProgress {
        try await read("reading the progress") { try $0.progress() }
    }

    package func aggregateNextHour(endingBy limit: Timestamp) async throws(StatisticsError) -> HourAggregation? {
        try await write("aggregating an hour") { try $0.aggregateNextHour(endingBy: limit) }
    }

    package func removeOldestBuckets(of period: StatisticsPeriod, before cutoff: Timestamp) async throws(StatisticsError) -> Int? {
        try await write("removing old buckets") { try $0.removeOldestBuckets(of: period, before: cutoff) }
    }

    package func topQueries(_ selection: TopQuerySelection) async throws(StatisticsError) -> TopQueries {
        try await read("reading the top queries") { try $0.patterns.topQueries(selection) }
    }

    package func patternCount() async throws(StatisticsError) -> Int {
        try await read("counting query patterns") { try $0.patterns.patternCount() }
    }

    package func archivePatterns(unseenSince moment: Timestamp, at now: Timestamp) async throws(StatisticsError) -> Int {
        try await write("archiving query patterns") { try $0.patterns.archivePatterns(unseenSince: moment, at: now) }
    }

    package func removePatterns(archivedBefore moment: Timestamp) async throws(StatisticsError) -> Int {
        try await write("removing query patterns") { try $0.patterns.removePatterns(archivedBefore: moment) }
    }

    package func foldPatterns(over limit: Int) async throws(StatisticsError) -> Int {
        try await write("making room for query patterns") { try $0.patterns.foldPatterns(over: limit) }
    }

    private func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresStatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        let fence = JobFence.current
        do {
            return try await client.transaction { connection in
                try connection.require(fence)
                try connection.query("SELECT 1 FROM aggregation_watermark WHERE resolution = 'hour' FOR UPDATE")
                return try body(PostgresStatisticsTables(connection: connection))
            }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }

    private func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresStatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            return try await client.transaction(.snapshot) { try body(PostgresStatisticsTables(connection: $0)) }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }
}
