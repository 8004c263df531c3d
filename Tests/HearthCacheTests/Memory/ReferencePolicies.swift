/// Cache policies over numbers as keys and objects of equal size, written down as their sources describe them, to compare with.
protocol ReferencePolicy {
    init(capacity: Int)
    /// Whether the key was there; it is afterwards.
    mutating func access(_ key: Int) -> Bool
}

/// S3-FIFO as Algorithm 1 of its paper has it (Yang and others, SOSP 2023): a small queue of a tenth, a main queue, and as many ghosts as the
/// main queue has places.
struct ReferenceS3FIFO: ReferencePolicy {
    private struct Queue {
        private var items: [Int] = []
        private var head = 0
        var count: Int { items.count - head }

        mutating func push(_ key: Int) { items.append(key) }

        mutating func pop() -> Int? {
            guard head < items.count else { return nil }
            defer { head += 1 }
            return items[head]
        }
    }

    private let capacity: Int
    private var small = Queue()
    private var main = Queue()
    private var ghosts = Queue()
    private var ghostKeys: Set<Int> = []
    private var frequency: [Int: Int] = [:]

    init(capacity: Int) { self.capacity = capacity }

    mutating func access(_ key: Int) -> Bool {
        if let uses = frequency[key] {
            frequency[key] = min(uses + 1, 3)
            return true
        }
        while frequency.count >= capacity { evict() }
        if ghostKeys.remove(key) != nil { main.push(key) } else { small.push(key) }
        frequency[key] = 0
        return false
    }

    private mutating func evict() {
        if small.count >= max(1, capacity / 10) || main.count == 0 { evictFromSmall() } else { evictFromMain() }
    }

    private mutating func evictFromSmall() {
        while let key = small.pop() {
            if frequency[key] ?? 0 > 1 {
                frequency[key] = 0
                main.push(key)
                if main.count > capacity - capacity / 10 { return evictFromMain() }
                continue
            }
            frequency[key] = nil
            ghosts.push(key)
            ghostKeys.insert(key)
            while ghosts.count > capacity - capacity / 10, let oldest = ghosts.pop() { ghostKeys.remove(oldest) }
            return
        }
        evictFromMain()
    }

    private mutating func evictFromMain() {
        while let key = main.pop() {
            guard let uses = frequency[key], uses > 0 else {
                frequency[key] = nil
                return
            }
            frequency[key] = uses - 1
            main.push(key)
        }
    }
}

/// Least recently used, by a clock of accesses.
struct ReferenceLRU: ReferencePolicy {
    private let capacity: Int
    private var lastUse: [Int: Int] = [:]
    /// Uses in order; only the last of each key counts.
    private var uses: [(key: Int, time: Int)] = []
    private var head = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func access(_ key: Int) -> Bool {
        let isHit = lastUse[key] != nil
        lastUse[key] = uses.count
        uses.append((key, uses.count))
        while lastUse.count > capacity, head < uses.count {
            let oldest = uses[head]
            head += 1
            if lastUse[oldest.key] == oldest.time { lastUse[oldest.key] = nil }
        }
        return isHit
    }
}
