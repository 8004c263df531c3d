import HearthStatistics
import HearthTelemetry
import Synchronization

/// A store that fails as it is told and passes everything else on.
final class ScriptedStore: StatisticsStore {
    enum Step { case pass, failBefore, loseAcknowledgement }

    private let inner: any StatisticsStore
    private let script: Mutex<[Step]>

    init(_ inner: any StatisticsStore, script: [Step]) {
        self.inner = inner
        self.script = Mutex(script)
    }

    func apply(_ batch: StatisticsBatch) async throws(StatisticsError) -> BatchOutcome {
        let step = script.withLock { $0.isEmpty ? .pass : $0.removeFirst() }
        let failure = StatisticsError.storeFailed(operation: "test", reason: "\(step)")
        if step == .failBefore { throw failure }
        let outcome = try await inner.apply(batch)
        if step == .loseAcknowledgement { throw failure }
        return outcome
    }

    func note(_ replica: ReplicaIdentity, seenAt: Timestamp, hasLeft: Bool) async throws(StatisticsError) {
        try await inner.note(replica, seenAt: seenAt, hasLeft: hasLeft)
    }

    func read(
        _ range: StatisticsRange, of selection: UsageSelection, for replica: ReplicaIdentity
    ) async throws(StatisticsError) -> StoredUsage {
        try await inner.read(range, of: selection, for: replica)
    }

    func firstRequest(of tenant: Tenant?) async throws(StatisticsError) -> Timestamp? { try await inner.firstRequest(of: tenant) }

    func aggregateNextHour(endingBy limit: Timestamp) async throws(StatisticsError) -> HourAggregation? {
        try await inner.aggregateNextHour(endingBy: limit)
    }

    func reopenHours(ofUpgradeWithin span: Duration) async throws(StatisticsError) { try await inner.reopenHours(ofUpgradeWithin: span) }

    func removeOldestBuckets(of period: StatisticsPeriod, before cutoff: Timestamp) async throws(StatisticsError) -> Int? {
        try await inner.removeOldestBuckets(of: period, before: cutoff)
    }

    func forgetReplicas(notSeenSince moment: Timestamp) async throws(StatisticsError) {
        try await inner.forgetReplicas(notSeenSince: moment)
    }

    func progress() async throws(StatisticsError) -> AggregationProgress { try await inner.progress() }
}
