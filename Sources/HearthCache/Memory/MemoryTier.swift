package import HearthTelemetry
import Synchronization

/// The answers that are served without touching a store: a fixed number of shards, each one lock around one value.
package final class MemoryTier: Sendable {
    private final class Shard: Sendable {
        let state: Mutex<MemoryShard>

        init(budgetBytes: Int) {
            state = Mutex(MemoryShard(budgetBytes: budgetBytes))
        }
    }

    private let shards: [Shard]
    /// The budget in bytes over all shards.
    package let capacityBytes: Int

    /// - Parameters:
    ///   - capacityBytes: the budget; entries are evicted before it is exceeded.
    ///   - shardCount: a power of two; more shards mean less contention and a smaller largest entry (budget / shards).
    package init(capacityBytes: Int, shardCount: Int = 16) {
        precondition(shardCount > 0 && shardCount & (shardCount - 1) == 0, "MemoryTier: shardCount \(shardCount) is not a power of two")
        self.capacityBytes = capacityBytes
        shards = (0..<shardCount).map { _ in Shard(budgetBytes: capacityBytes / shardCount) }
    }

    package func find(_ key: CacheKey) -> MemoryEntry? {
        shard(of: key).state.withLock { $0.find(key) }
    }

    /// Looks without leaving a trace in the access counters.
    package func peek(_ key: CacheKey) -> MemoryEntry? {
        shard(of: key).state.withLock { $0.peek(key) }
    }

    package func countHit(_ key: CacheKey, at now: Timestamp) {
        shard(of: key).state.withLock { $0.countHit(key, at: now) }
    }

    /// Finds an entry that may be served now, counting the hit under the same lock.
    package func serve(_ key: CacheKey, at now: Timestamp, if condition: (MemoryEntry) -> Bool) -> MemoryEntry? {
        shard(of: key).state.withLock { shard in
            guard let entry = shard.find(key), condition(entry) else { return nil }
            shard.countHit(key, at: now)
            return entry
        }
    }

    /// Adds or replaces an entry; returns how many entries were evicted for it.
    @discardableResult
    package func insert(_ entry: MemoryEntry) -> Int {
        shard(of: entry.answer.key).state.withLock { $0.insert(entry) }
    }

    @discardableResult
    package func remove(_ key: CacheKey) -> MemoryEntry? {
        shard(of: key).state.withLock { $0.remove(key) }
    }

    /// Removes what the condition selects; returns how many entries that were.
    @discardableResult
    package func removeAll(where condition: (CachedAnswer) -> Bool) -> Int {
        shards.reduce(0) { total, shard in total + shard.state.withLock { $0.removeAll(where: condition) } }
    }

    /// How many entries the condition selects, and in which languages.
    package func census(where condition: (CachedAnswer) -> Bool) -> (entries: Int, languages: Set<Language>) {
        var languages: Set<Language> = []
        let entries = shards.reduce(0) { total, shard in
            total
                + shard.state.withLock { shard in
                    var count = 0
                    shard.forEach { answer in
                        guard condition(answer) else { return }
                        count += 1
                        languages.insert(answer.language)
                    }
                    return count
                }
        }
        return (entries, languages)
    }

    /// Hands over the hits counted since the last call.
    package func takeHits() -> [HitDelta] {
        shards.flatMap { shard in shard.state.withLock { $0.takeHits() } }
    }

    /// A larger entry is not kept here.
    package var largestEntryBytes: Int { capacityBytes / shards.count }

    package var count: Int { shards.reduce(0) { total, shard in total + shard.state.withLock { $0.count } } }
    package var sizeBytes: Int { shards.reduce(0) { total, shard in total + shard.state.withLock { $0.sizeBytes } } }

    private func shard(of key: CacheKey) -> Shard {
        shards[Int(truncatingIfNeeded: key.spread) & (shards.count - 1)]
    }
}
