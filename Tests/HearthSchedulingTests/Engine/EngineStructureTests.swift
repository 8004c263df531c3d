import HearthTelemetry
import Testing

@testable import HearthScheduling

/// Run ids for tests.
struct SplitMixIDs {
    private var generator: RunIDGenerator

    init(seed: UInt64) { generator = RunIDGenerator(seed: seed) }

    mutating func next(at now: Timestamp = Timestamp(seconds: 1_800_000_000)) -> RunID { generator.next(at: now) }
}

@Suite("The engine's parts")
struct EngineStructureTests {
    @Test("the heap gives back what it took, in order")
    func heap() {
        var random = SplitMix64(seed: 4)
        var heap = QuaternaryHeap<Int>()
        var expected: [Int] = []
        for _ in 0..<5000 {
            if Int.random(in: 0..<3, using: &random) > 0 || expected.isEmpty {
                let value = Int.random(in: 0..<1000, using: &random)
                heap.insert(value)
                expected.append(value)
            } else {
                expected.sort()
                #expect(heap.removeFirst() == expected.removeFirst())
            }
        }
        heap.filter { $0 % 2 == 0 }
        for value in expected.filter({ $0 % 2 == 0 }).sorted() { #expect(heap.removeFirst() == value) }
        #expect(heap.removeFirst() == nil)
    }

    @Test("run ids ascend, also when the clock stands still or goes back, and survive their text form")
    func runIDs() throws {
        var generator = RunIDGenerator(seed: 9)
        var last = generator.next(at: moment("2026-01-01T00:00:00Z"))
        for step in 0..<10_000 {
            let id = generator.next(at: moment("2026-01-01T00:00:00Z") - .milliseconds(step % 7))
            #expect(id > last)
            last = id
        }
        #expect(RunID(last.description) == last)
        #expect(RunID(last.description.uppercased()) == last)
        #expect(last.description[last.description.index(last.description.startIndex, offsetBy: 14)] == "7")
        #expect(RunID("not a run id at all, but 36 long ....") == nil)
        #expect(RunID("") == nil)
    }

    @Test("a result keeps tidy counts and reads its own JSON")
    func results() {
        let result = JobResult(counts: ["removed": 3, "bad \"name\"": -1])
        #expect(result.json == "{\"bad__name_\":-1,\"removed\":3}")
        #expect(JobResult.counts(json: result.json) == result.counts)
        let many = JobResult(
            counts: Dictionary(uniqueKeysWithValues: (0..<500).map { (String(repeating: "x", count: 90) + "\($0)", Int64.min) }))
        #expect(many.json.utf8.count <= 4096)
    }

    @Test("the nearest name is found for misspellings and for nothing else")
    func nearestNames() {
        let known = ["prune-cache", "warm-cache", "aggregate-statistics", "probe-stores"]
        #expect(NearestName.find("prune_cache", in: known) == "prune-cache")
        #expect(NearestName.find("prnue-cache", in: known) == "prune-cache")
        #expect(NearestName.find("Warm-Cashe", in: known) == "warm-cache")
        #expect(NearestName.find("completely-else", in: known) == nil)
        #expect(NearestName.find("", in: known) == nil)
    }
}
