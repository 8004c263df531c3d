import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Query patterns in bounded memory")
struct FrequentPatternsTests {
    private static func question(_ number: Int, customer: UInt8? = nil) -> AskedQuestion {
        AskedQuestion(
            identity: QueryPatternKey(language: .en, normalizedText: "question \(number)").digest, normalizedText: "question \(number)",
            originalText: nil, customer: customer.map { CustomerHash(bytes: Array(repeating: $0, count: 16)) })
    }

    private static func key(_ number: Int) -> QueryPatternKey { QueryPatternKey(language: .en, normalizedText: "question \(number)") }

    @Test("Below the capacity every question is counted exactly")
    func exact() throws {
        let recorder = StatisticsRecorder(patternCapacity: 1000)
        let now = try moment("2026-11-22T17:00:00Z")
        for round in 0..<50 {
            for number in 0...round {
                let result: LookupResult = round.isMultiple(of: 2) ? .hit : .miss
                recorder.record(event(result, at: now + .seconds(round), cost: 7, saved: 2000), of: Self.question(number))
            }
        }
        let patterns = recorder.drain().patterns
        #expect(patterns.count == 50)
        for number in 0..<50 {
            let tally = try #require(patterns[Self.key(number)])
            let rounds = number..<50
            #expect(tally.hits == rounds.count { $0.isMultiple(of: 2) } && tally.sightings == rounds.count)
            #expect(tally.savedMicroDollars == 2000 * rounds.count && tally.costMicroDollars == 7 * rounds.count)
            #expect(tally.firstSeen == now + .seconds(number) && tally.lastSeen == now + .seconds(49))
        }
        #expect(recorder.drain().isEmpty)
    }

    @Test("Millions of different questions take no more room, nothing is lost, and no frequent one lacks more than 2N/m")
    func bounded() throws {
        let capacity = 800
        let recorder = StatisticsRecorder(patternCapacity: capacity)
        let now = try moment("2026-11-22T17:00:00Z")
        var generator = SeededGenerator(seed: 7)
        var truth: [Int: Int64] = [:]
        let sightings = 300_000
        for step in 0..<sightings {
            // A third are of twenty questions, the rest are asked once.
            let number = step.isMultiple(of: 3) ? Int.random(in: 0..<20, using: &generator) : 1000 + step
            truth[number, default: 0] += 1
            recorder.record(event(.hit, at: now), of: Self.question(number))
        }
        let folded = recorder.patterns.foldedSightings
        let patterns = recorder.drain().patterns
        #expect(patterns.count <= capacity + 8)
        #expect(patterns.values.reduce(0) { $0 + $1.sightings } == sightings)
        #expect(patterns[.remainder(.en)]?.sightings == folded && folded > 0)
        // Each of the eight shards has an eighth of both.
        let bound = Int64(2 * sightings / capacity)
        for number in 0..<20 {
            let counted = try #require(patterns[Self.key(number)]).sightings
            let asked = try #require(truth[number])
            #expect(counted <= asked && asked - counted <= bound, "question \(number): \(counted) of \(asked), bound \(bound)")
        }
    }

    @Test("At most three customers are remembered of a question")
    func customers() throws {
        let recorder = StatisticsRecorder()
        let now = try moment("2026-11-22T17:00:00Z")
        for customer in [1, 1, 2, 1, 3, 4, 5] as [UInt8] {
            recorder.record(event(.hit, at: now), of: Self.question(1, customer: customer))
        }
        let tally = try #require(recorder.drain().patterns[Self.key(1)])
        #expect(tally.customers.map { $0.bytes.first } == [1, 2, 3])
        #expect(tally.sightings == 7)
    }

    @Test("A customer's hash depends on the key, and tells nothing but whether two are the same")
    func hashes() {
        let hasher = CustomerHasher(secret: "a secret of the operator")
        #expect(hasher.hash("+34 600 000 000") == hasher.hash("+34 600 000 000"))
        #expect(hasher.hash("+34 600 000 000") != hasher.hash("+34 600 000 001"))
        #expect(hasher.hash("+34 600 000 000") != CustomerHasher(secret: "another secret of the operator").hash("+34 600 000 000"))
        // RFC 4231, test case 2, cut to 16 bytes.
        #expect(
            CustomerHasher(secret: "Jefe").hash("what do ya want for nothing?").bytes
                == [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7])
    }

    @Test("Many threads at once lose no sighting")
    func threads() async throws {
        let recorder = StatisticsRecorder(patternCapacity: 64)
        let now = try moment("2026-11-22T17:00:00Z")
        let drained = await withTaskGroup(of: Int64.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for step in 0..<5000 { recorder.record(event(.miss, at: now), of: Self.question((step * 7 + worker) % 300)) }
                    return 0
                }
            }
            group.addTask {
                var sum: Int64 = 0
                for _ in 0..<50 { sum += recorder.drain().patterns.values.reduce(0) { $0 + $1.sightings } }
                return sum
            }
            return await group.reduce(0, +)
        }
        #expect(drained + recorder.drain().patterns.values.reduce(0) { $0 + $1.sightings } == 20_000)
    }
}
