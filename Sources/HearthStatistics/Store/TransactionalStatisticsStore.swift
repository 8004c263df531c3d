import HearthTelemetry

/// A store each of whose operations is one transaction on its tables; what is done in it is the same for every database.
protocol TransactionalStatisticsStore: StatisticsStore, QueryPatternStore {
    /// Runs the body in a transaction that ends with the claim of the job that asks for it.
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value

    /// Runs the body on one state of all tables.
    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value
}

extension TransactionalStatisticsStore {
    package func apply(_ batch: StatisticsBatch) async throws(StatisticsError) -> BatchOutcome {
        try await write("adding a batch") { try $0.apply(batch) }
    }

    package func note(_ replica: ReplicaIdentity, seenAt: Timestamp, hasLeft: Bool) async throws(StatisticsError) {
        try await write("noting a replica") { try $0.note(replica, sequence: 0, seenAt: seenAt, hasLeft: hasLeft) }
    }

    package func forgetReplicas(notSeenSince moment: Timestamp) async throws(StatisticsError) {
        try await write("forgetting replicas") { try $0.forgetReplicas(notSeenSince: moment) }
    }

    package func read(
        _ range: StatisticsRange, of selection: UsageSelection, for replica: ReplicaIdentity
    ) async throws(StatisticsError) -> StoredUsage {
        try await read("reading a report") { try $0.read(range, of: selection, for: replica) }
    }

    package func firstRequest(of tenant: Tenant?) async throws(StatisticsError) -> Timestamp? {
        try await read("reading the first request") { try $0.firstRequest(of: tenant) }
    }

    package func progress() async throws(StatisticsError) -> AggregationProgress {
        try await read("reading the progress") { try $0.progress() }
    }

    package func aggregateNextHour(endingBy limit: Timestamp) async throws(StatisticsError) -> HourAggregation? {
        try await write("aggregating an hour") { try $0.aggregateNextHour(endingBy: limit) }
    }

    package func reopenHours(ofUpgradeWithin span: Duration) async throws(StatisticsError) {
        try await write("re-opening hours after an upgrade") { try $0.reopenHours(ofUpgradeWithin: span) }
    }

    package func removeOldestBuckets(of period: StatisticsPeriod, before cutoff: Timestamp) async throws(StatisticsError) -> Int? {
        try await write("removing old buckets") { try $0.removeOldestBuckets(of: period, before: cutoff) }
    }

    package func topQueries(_ selection: TopQuerySelection) async throws(StatisticsError) -> TopQueries {
        try await read("reading the top queries") { try $0.patterns.topQueries(selection) }
    }

    package func forget(_ customer: CustomerHash, of tenant: Tenant) async throws(StatisticsError) -> Int {
        try await write("forgetting a customer") { try $0.patterns.forget(customer, of: tenant) }
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

    package func removePatternMonths(before moment: Timestamp) async throws(StatisticsError) -> Int {
        try await write("removing months of query patterns") { try $0.patterns.removeMonths(before: moment) }
    }

    package func foldPatterns(over limit: Int) async throws(StatisticsError) -> Int {
        try await write("making room for query patterns") { try $0.patterns.foldPatterns(over: limit) }
    }
}
