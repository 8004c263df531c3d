import HearthCache
import HearthStatistics
import HearthTelemetry
import ServiceLifecycle
import Synchronization

/// Judges the conditions of ``AlertCondition`` every half minute, as Prometheus does the rules, and when somebody asks after a while.
///
/// What was found last is kept, so that whoever asks need not wait for a store that is slow.
final class ConditionWatch: Service {
    private struct State {
        var states = ConditionStates()
        var evaluatedAt: Timestamp?
        var evaluatedUptime: Duration = .zero
        var isEvaluating = false
    }

    private static let interval = Duration.seconds(30)
    /// What was found is taken for the present so long.
    private static let freshness = Duration.seconds(5)

    private let statistics: StatisticsQuery
    private let cache: AnswerCache
    private let health: HealthReporter
    private let capacityBytes: Int64
    private let timeSource: any TimeSource
    private let startedAt: Duration
    private let state = Mutex(State())

    init(
        statistics: StatisticsQuery, cache: AnswerCache, health: HealthReporter, capacityBytes: Int64, timeSource: any TimeSource
    ) {
        self.statistics = statistics
        self.cache = cache
        self.health = health
        self.capacityBytes = capacityBytes
        self.timeSource = timeSource
        startedAt = timeSource.uptime()
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await self.tick()
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// How the conditions stand, and when that was found out.
    func readings() async -> (readings: [ConditionReading], evaluatedAt: Timestamp) {
        let now = timeSource.uptime()
        let isDue = state.withLock { state in
            guard state.evaluatedAt != nil else { return true }
            return !state.isEvaluating && now - state.evaluatedUptime >= Self.freshness
        }
        if isDue { await tick() }
        return state.withLock { ($0.states.readings, $0.evaluatedAt ?? timeSource.now()) }
    }

    /// What was found last, without looking again.
    var latest: [ConditionReading] { state.withLock { $0.states.readings } }

    func tick() async {
        state.withLock { $0.isEvaluating = true }
        var findings: [AlertCondition.Figure: ConditionStates.Finding] = [:]
        for condition in AlertCondition.all { findings[condition.figure] = await finding(of: condition) }
        let now = timeSource.now()
        state.withLock { [findings] state in
            state.states.note(findings, at: now)
            state.evaluatedAt = now
            state.evaluatedUptime = timeSource.uptime()
            state.isEvaluating = false
        }
    }

    private func finding(of condition: AlertCondition) async -> ConditionStates.Finding {
        switch condition.figure {
        case .hitRate, .responseTime: return await asked(condition)
        case .storeSize:
            do {
                let bytes = try await cache.store.summary().sizeBytes
                return .init(value: Double(bytes) / Double(max(1, capacityBytes)), hasEnoughData: capacityBytes > 0)
            } catch {
                return .init(value: nil, hasEnoughData: false, problem: "the store of answers cannot be read: \(error.cause)")
            }
        case .storeReached:
            let isLost = health.degradations.contains { $0.component == health.storeName }
            return .init(value: isLost ? 0 : 1, hasEnoughData: true)
        }
    }

    private func asked(_ condition: AlertCondition) async -> ConditionStates.Finding {
        let report: StatisticsReport
        do throws(StatisticsError) {
            report = try await statistics.report(period: .minute, from: timeSource.now() - condition.window)
        } catch {
            return .init(value: nil, hasEnoughData: false, problem: "the statistics cannot be read: \(error)")
        }
        let isWarm = timeSource.uptime() - startedAt >= condition.minimumUptime
        let hits = report.byResult[.hit]
        guard condition.figure == .hitRate else {
            return .init(
                value: hits > 0 ? report.latencyByResult[.hit].p95 / 1000 : nil,
                hasEnoughData: isWarm && hits >= condition.minimumRequests)
        }
        let served = hits + report.byResult[.stale]
        let asked = served + report.byResult[.miss]
        return .init(
            value: asked > 0 ? Double(served) / Double(asked) : nil, hasEnoughData: isWarm && asked >= condition.minimumRequests)
    }
}
