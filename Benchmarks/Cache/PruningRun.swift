import Foundation
import GRDB
import HearthCache
import HearthTelemetry
import Synchronization

/// Look-ups in the durable store while it is pruned, beside look-ups while it is left alone.
struct PruningRun {
    private final class Done: Sendable {
        let flag = Atomic(false)
    }

    private static let entries = 100_000
    private static let begin = Timestamp(seconds: 1_800_000_000)

    private let store: SQLiteAnswerStore
    private let keys: [CacheKey]
    private let clock = SystemTimeSource()

    /// Answers of 500 bytes, of which every second one is past its time.
    static func make(in folder: URL, entry: (Int) -> CachedAnswer) async throws -> PruningRun {
        let database = try DatabasePool(path: folder.appendingPathComponent("answers.sqlite").path)
        var migrator = DatabaseMigrator()
        AnswerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        let store = SQLiteAnswerStore(database: database, lookupDeadline: .seconds(5), writeDeadline: .seconds(60))
        var keys: [CacheKey] = []
        for start in stride(from: 0, to: entries, by: 1000) {
            let answers = (start..<start + 1000).map { number in
                var answer = entry(number)
                answer.storedAt = begin
                let lifetime: Duration = number.isMultiple(of: 2) ? .seconds(60) : .seconds(86_400)
                answer.lifetime = Lifetime(freshUntil: begin + lifetime, revalidateUntil: nil, onErrorUntil: nil)
                return answer
            }
            keys += answers.map(\.key)
            try await store.put(answers)
        }
        return PruningRun(store: store, keys: keys)
    }

    func run() async throws {
        _ = try await lookUps { $0 >= 2000 }
        let quiet = try await lookUps { $0 >= 10_000 }
        let store = store
        let isDone = Done()
        let pruning = Task { () -> (PruneOutcome, Duration) in
            defer { isDone.flag.store(true, ordering: .releasing) }
            let started = clock.uptime()
            var request = PruneRequest(now: Self.begin + .seconds(3600), maximumBytes: .max)
            request.lowValue = false
            let outcome = try await store.prune(request)
            return (outcome, clock.uptime() - started)
        }
        let busy = try await lookUps { _ in isDone.flag.load(ordering: .acquiring) }
        let (outcome, duration) = try await pruning.value
        let (before, during) = (Self.percentile(quiet, 0.99), Self.percentile(busy, 0.99))
        print(
            "  pruning \(outcome.totalRemoved) of \(Self.entries) answers: \(Self.microseconds(duration) / 1000) ms; look-ups p99 "
                + "\(Self.microseconds(before)) µs alone, \(Self.microseconds(during)) µs meanwhile (\(busy.count) of them), "
                + "ratio \((during / before * 10).rounded() / 10); aim at most 2")
    }

    /// The durations of look-ups, one after the other, until the condition holds of their number.
    private func lookUps(until isEnough: (Int) -> Bool) async throws -> [Duration] {
        var durations: [Duration] = []
        var generator = SystemRandomNumberGenerator()
        while !isEnough(durations.count) {
            let key = keys[Int.random(in: 0..<keys.count, using: &generator)]
            let started = clock.uptime()
            _ = try await store.answer(for: key)
            durations.append(clock.uptime() - started)
        }
        return durations
    }

    private static func percentile(_ durations: [Duration], _ share: Double) -> Duration {
        durations.sorted()[min(durations.count - 1, Int(Double(durations.count) * share))]
    }

    private static func microseconds(_ duration: Duration) -> Int { Int(duration.fractionalSeconds * 1_000_000) }
}
