package import HearthTelemetry
import Synchronization

/// Counts the questions themselves, on the path of every request: a few shards, each one lock around one bounded table.
package final class QueryPatternRecorder: Sendable {
    private struct Shard {
        var patterns: [QueryPatternKey: QueryPatternTally] = [:]
        var folded: Int64 = 0
    }

    private final class Guarded: Sendable {
        let shard = Mutex(Shard())
    }

    /// Patterns that are told apart at one time.
    package let capacity: Int
    private let shards: [Guarded]
    private let shardCapacity: Int

    package init(capacity: Int, shardCount: Int = 8) {
        precondition(shardCount > 0 && shardCount & (shardCount - 1) == 0, "QueryPatternRecorder: \(shardCount) is not a power of two")
        self.capacity = capacity
        shardCapacity = max(2, capacity / shardCount)
        shards = (0..<shardCount).map { _ in Guarded() }
    }

    package func record(_ event: UsageEvent, of question: AskedQuestion) {
        let key = QueryPatternKey(tenant: event.tenant, language: event.language, digest: question.identity)
        shards[Int(truncatingIfNeeded: key.digest.y) & (shards.count - 1)].shard.withLock { shard in
            if let place = shard.patterns.index(forKey: key) {
                shard.patterns.values[place].record(event, question)
            } else {
                shard.patterns[key] = QueryPatternTally(event, question)
                shard.folded.increase(by: shard.patterns.foldRarest(over: shardCapacity))
            }
        }
    }

    /// Moves out what was counted since the last call, by the names that hold everywhere.
    func drain() -> [QueryPatternKey: QueryPatternTally] {
        var drained: [QueryPatternKey: QueryPatternTally] = [:]
        for guarded in shards {
            let patterns = guarded.shard.withLock { shard in
                defer { shard.patterns.removeAll(keepingCapacity: false) }
                return shard.patterns
            }
            for (key, tally) in patterns {
                let name =
                    tally.normalizedText.map { QueryPatternKey(tenant: key.tenant, language: key.language, normalizedText: $0) } ?? key
                drained.add([name: tally])
            }
        }
        return drained
    }

    /// Sightings that were counted in a remainder, because too many different questions were asked within one drain.
    package var foldedSightings: Int64 { shards.reduce(0) { sum, guarded in sum + guarded.shard.withLock { $0.folded } } }
}
