import DequeModule
import HearthTelemetry

/// One shard of the memory tier: a byte-budgeted table with the admission and eviction of S3-FIFO.
///
/// Source: Yang, Zhang, Qiu, Yue, Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023. New entries enter a
/// small queue of a tenth of the budget; only those that are asked for again reach the main queue, so that a scan of
/// questions asked once passes through without displacing what is used. Keys that fell out of the small queue are
/// remembered for a while and go straight to the main queue when they return.
///
/// The value knows no lock, clock or store.
struct MemoryShard: ~Copyable {
    /// An access counter never exceeds this; it is the number of rounds an entry survives in the main queue.
    private static let frequencyLimit: UInt8 = 3

    private enum Queue { case small, main }

    private struct Slot {
        var entry: MemoryEntry
        var queue: Queue
        var frequency: UInt8 = 0
        /// Tells this slot from an older one of the same key whose place in a queue has not been reached yet.
        var ticket: UInt64
        var pendingHits: Int64 = 0
        var lastAccess: Timestamp
    }

    private struct Place {
        var key: CacheKey
        var ticket: UInt64
    }

    let budgetBytes: Int
    private(set) var sizeBytes = 0
    private var smallBytes = 0
    private var slots: [CacheKey: Slot] = [:]
    private var small = Deque<Place>()
    private var main = Deque<Place>()
    private var ghosts = Deque<CacheKey>()
    private var ghostKeys: Set<CacheKey> = []
    private var touched: [CacheKey] = []
    private var orphanedHits: [HitDelta] = []
    private var nextTicket: UInt64 = 0

    init(budgetBytes: Int) {
        self.budgetBytes = budgetBytes
    }

    var count: Int { slots.count }

    /// Finds an entry and notes that it was asked for.
    mutating func find(_ key: CacheKey) -> MemoryEntry? {
        guard let index = slots.index(forKey: key) else { return nil }
        if slots.values[index].frequency < Self.frequencyLimit { slots.values[index].frequency += 1 }
        return slots.values[index].entry
    }

    /// Counts one answer that was served from the entry; the counts are collected by ``takeHits()``.
    mutating func countHit(_ key: CacheKey, at now: Timestamp) {
        guard let index = slots.index(forKey: key) else { return }
        if slots.values[index].pendingHits == 0 { touched.append(key) }
        slots.values[index].pendingHits += 1
        slots.values[index].lastAccess = now
    }

    func peek(_ key: CacheKey) -> MemoryEntry? { slots[key]?.entry }

    func forEach(_ body: (CachedAnswer) -> Void) {
        for slot in slots.values { body(slot.entry.answer) }
    }

    /// Adds or replaces an entry and returns how many others had to go for it.
    ///
    /// An entry larger than the shard's budget is not admitted.
    mutating func insert(_ entry: MemoryEntry) -> Int {
        let key = entry.answer.key
        let returning = ghostKeys.contains(key)
        let known = slots[key] != nil
        remove(key)
        guard entry.sizeBytes <= budgetBytes else { return 0 }
        nextTicket += 1
        let queue: Queue = returning || known ? .main : .small
        slots[key] = Slot(entry: entry, queue: queue, ticket: nextTicket, lastAccess: entry.answer.lastAccessedAt)
        sizeBytes += entry.sizeBytes
        let place = Place(key: key, ticket: nextTicket)
        switch queue {
        case .small:
            smallBytes += entry.sizeBytes
            small.append(place)
        case .main:
            main.append(place)
        }
        return evictOverBudget()
    }

    @discardableResult
    mutating func remove(_ key: CacheKey) -> MemoryEntry? {
        guard let slot = slots.removeValue(forKey: key) else { return nil }
        account(removed: slot)
        dropStalePlaces()
        return slot.entry
    }

    /// Removes every entry that the condition selects and returns how many there were.
    mutating func removeAll(where condition: (CachedAnswer) -> Bool) -> Int {
        let selected = slots.values.filter { condition($0.entry.answer) }.map(\.entry.answer.key)
        for key in selected { remove(key) }
        return selected.count
    }

    /// Hands over the hits counted since the last call.
    mutating func takeHits() -> [HitDelta] {
        var hits = orphanedHits
        orphanedHits = []
        for key in touched {
            guard let index = slots.index(forKey: key), slots.values[index].pendingHits > 0 else { continue }
            hits.append(HitDelta(key: key, hits: slots.values[index].pendingHits, lastAccessedAt: slots.values[index].lastAccess))
            slots.values[index].pendingHits = 0
        }
        touched.removeAll(keepingCapacity: true)
        return hits
    }

    private mutating func account(removed slot: Slot) {
        sizeBytes -= slot.entry.sizeBytes
        if slot.queue == .small { smallBytes -= slot.entry.sizeBytes }
        if slot.pendingHits > 0 {
            orphanedHits.append(HitDelta(key: slot.entry.answer.key, hits: slot.pendingHits, lastAccessedAt: slot.lastAccess))
        }
    }

    private mutating func evictOverBudget() -> Int {
        var evicted = 0
        while sizeBytes > budgetBytes {
            let fromSmall = smallBytes > budgetBytes / 10 || main.isEmpty
            guard fromSmall ? evictFromSmall(&evicted) : evictFromMain(&evicted) else { break }
        }
        return evicted
    }

    /// Takes the oldest of the small queue: to the main queue if it was asked for again, else out, leaving a ghost.
    ///
    /// Returns false when the queue is empty.
    private mutating func evictFromSmall(_ evicted: inout Int) -> Bool {
        guard let place = small.popFirst() else { return evictFromMain(&evicted) }
        guard let index = slots.index(forKey: place.key), slots.values[index].ticket == place.ticket else { return true }
        if slots.values[index].frequency > 0 {
            slots.values[index].queue = .main
            slots.values[index].frequency = 0
            smallBytes -= slots.values[index].entry.sizeBytes
            main.append(place)
            return true
        }
        account(removed: slots.remove(at: index).value)
        remember(place.key)
        evicted += 1
        return true
    }

    /// Takes the oldest of the main queue: round again with one life less if it was used, else out.
    private mutating func evictFromMain(_ evicted: inout Int) -> Bool {
        guard let place = main.popFirst() else { return !small.isEmpty }
        guard let index = slots.index(forKey: place.key), slots.values[index].ticket == place.ticket else { return true }
        if slots.values[index].frequency > 0 {
            slots.values[index].frequency -= 1
            main.append(place)
            return true
        }
        account(removed: slots.remove(at: index).value)
        evicted += 1
        return true
    }

    /// Keeps as many ghosts as there are entries, as the paper does.
    private mutating func remember(_ key: CacheKey) {
        guard ghostKeys.insert(key).inserted else { return }
        ghosts.append(key)
        while ghosts.count > max(slots.count, 16), let oldest = ghosts.popFirst() { ghostKeys.remove(oldest) }
    }

    /// Removals leave their places in the queues; they are swept out once they outnumber the entries.
    private mutating func dropStalePlaces() {
        guard small.count + main.count > 2 * slots.count + 64 else { return }
        small.removeAll { slots[$0.key]?.ticket != $0.ticket }
        main.removeAll { slots[$0.key]?.ticket != $0.ticket }
    }
}
