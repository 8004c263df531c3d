import HearthTestKit
import Testing

@testable import HearthCache

@Suite("The memory's admission and eviction")
struct PolicyTests {
    /// The memory's shard behind the interface of the references.
    private struct Ours: ~Copyable {
        private var shard: MemoryShard
        private let entries: [MemoryEntry]

        init(capacity: Int, keys: Int) {
            entries = (0..<keys).map { Sample.entry(String($0 + 1_000_000)) }
            shard = MemoryShard(budgetBytes: capacity * entries[0].sizeBytes)
        }

        mutating func access(_ key: Int) -> Bool {
            let entry = entries[key]
            if shard.find(entry.answer.key) != nil { return true }
            _ = shard.insert(entry)
            return false
        }
    }

    /// Ranks by Zipf's law with exponent 1, and through them, now and then, a scan of keys that are asked for once.
    private static func trace(keys: Int, scanned: Int, length: Int) -> [Int] {
        var random = SeededGenerator(seed: 7)
        var sums: [Double] = []
        for rank in 1...keys { sums.append((sums.last ?? 0) + 1 / Double(rank)) }
        let total = sums[keys - 1]
        var trace: [Int] = []
        var nextScanned = keys
        while trace.count < length {
            let isScan = nextScanned < keys + scanned && trace.count % 20_000 >= 15_000
            if isScan, trace.count % 2 == 0 {
                trace.append(nextScanned)
                nextScanned += 1
                continue
            }
            let wanted = Double.random(in: 0..<total, using: &random)
            var (low, high) = (0, keys - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] > wanted { high = middle } else { low = middle + 1 }
            }
            trace.append(low)
        }
        return trace
    }

    @Test("On a Zipf trace with scans through it: within a point of the paper's algorithm, and better than LRU", arguments: [500, 2000])
    func hitRatio(capacity: Int) {
        let trace = Self.trace(keys: 10_000, scanned: 12_000, length: 100_000)
        var ours = Ours(capacity: capacity, keys: 22_000)
        var paper = ReferenceS3FIFO(capacity: capacity)
        var lru = ReferenceLRU(capacity: capacity)
        var hits = (ours: 0, paper: 0, lru: 0)
        for key in trace {
            if ours.access(key) { hits.ours += 1 }
            if paper.access(key) { hits.paper += 1 }
            if lru.access(key) { hits.lru += 1 }
        }
        func percent(_ hits: Int) -> Double { (Double(hits) * 1000 / Double(trace.count)).rounded() / 10 }
        print(
            "hit ratio with \(capacity) places: ours \(percent(hits.ours)) %, S3-FIFO \(percent(hits.paper)) %, LRU \(percent(hits.lru)) %")
        #expect(abs(percent(hits.ours) - percent(hits.paper)) <= 1)
        #expect(percent(hits.ours) > percent(hits.lru) + 2)
    }
}
