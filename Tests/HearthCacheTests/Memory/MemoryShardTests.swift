import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthCache

@Suite("The memory tier")
struct MemoryShardTests {
    private let unit = Sample.entry("0000").sizeBytes

    @Test("What was put in is found, what was removed is not")
    func findAndRemove() {
        var shard = MemoryShard(budgetBytes: 100 * unit)
        #expect(shard.insert(Sample.entry("0001")) == 0)
        #expect(shard.find(Sample.key("0001"))?.answer.normalizedQuery == "0001")
        #expect(shard.sizeBytes == unit)
        shard.remove(Sample.key("0001"))
        #expect(shard.find(Sample.key("0001")) == nil)
        #expect(shard.sizeBytes == 0)
    }

    @Test("The budget is never exceeded, whatever the order of events", arguments: 1...20)
    func budget(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var shard = MemoryShard(budgetBytes: 20 * unit)
        for _ in 0..<5000 {
            let name = "\(1000 + random.next() % 60)"
            switch random.next() % 4 {
            case 0: _ = shard.insert(Sample.entry(name, bytes: Int(random.next() % 200)))
            case 1: shard.remove(Sample.key(name))
            default: _ = shard.find(Sample.key(name))
            }
            #expect(shard.sizeBytes <= shard.budgetBytes)
            #expect(shard.count > 0 || shard.sizeBytes == 0)
        }
    }

    @Test("An entry larger than the whole budget is not admitted and displaces nothing")
    func tooLarge() {
        var shard = MemoryShard(budgetBytes: 2 * unit)
        _ = shard.insert(Sample.entry("0001"))
        #expect(shard.insert(Sample.entry("0002", bytes: 3 * unit)) == 0)
        #expect(shard.find(Sample.key("0001")) != nil)
        #expect(shard.find(Sample.key("0002")) == nil)
    }

    @Test("Entries in use survive a scan ten times the size of the tier")
    func scanResistance() {
        var shard = MemoryShard(budgetBytes: 100 * unit)
        let used = (1000..<1050).map { "\($0)" }
        for name in used { _ = shard.insert(Sample.entry(name)) }
        for name in used { _ = shard.find(Sample.key(name)) }
        for index in 2000..<3000 {
            _ = shard.insert(Sample.entry("\(index)"))
            // The entries in use go on being asked for, now and then.
            if index % 5 == 0 { _ = shard.find(Sample.key(used[index / 5 % used.count])) }
        }
        let survivors = used.filter { shard.peek(Sample.key($0)) != nil }
        #expect(survivors.count == used.count)
    }

    @Test("A key that fell out of the small queue goes to the main queue when it returns")
    func ghosts() {
        var shard = MemoryShard(budgetBytes: 20 * unit)
        for index in 1000..<1030 { _ = shard.insert(Sample.entry("\(index)")) }
        #expect(shard.peek(Sample.key("1009")) == nil)
        _ = shard.insert(Sample.entry("1009"))
        for index in 2000..<2015 { _ = shard.insert(Sample.entry("\(index)")) }
        #expect(shard.peek(Sample.key("1009")) != nil)
    }

    @Test("Hits are handed over once, also those of entries that are gone")
    func hits() {
        var shard = MemoryShard(budgetBytes: 100 * unit)
        _ = shard.insert(Sample.entry("0001"))
        _ = shard.insert(Sample.entry("0002"))
        let later = Sample.start + .seconds(5)
        for _ in 0..<3 { shard.countHit(Sample.key("0001"), at: later) }
        shard.countHit(Sample.key("0002"), at: later)
        shard.remove(Sample.key("0002"))
        let taken = shard.takeHits().sorted { $0.hits < $1.hits }
        #expect(
            taken == [
                HitDelta(key: Sample.key("0002"), hits: 1, lastAccessedAt: later),
                HitDelta(key: Sample.key("0001"), hits: 3, lastAccessedAt: later),
            ])
        #expect(shard.takeHits().isEmpty)
    }

    @Test("Concurrent use of the tier loses no hit and no entry")
    func concurrency() async {
        let tier = MemoryTier(capacityBytes: 64 << 20, shardCount: 4)
        for index in 0..<100 { tier.insert(Sample.entry("\(1000 + index)")) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for index in 0..<1000 {
                        let key = Sample.key("\(1000 + index % 100)")
                        _ = tier.serve(key, at: Sample.start) { _ in true }
                    }
                }
            }
        }
        #expect(tier.takeHits().reduce(0) { $0 + $1.hits } == 8000)
        #expect(tier.count == 100)
    }
}
