import HearthStatistics
import HearthTelemetry
import Testing

struct StatisticsRecorderTests {
    @Test("requests are counted in the minute in which they finished, by language, category and result")
    func cells() throws {
        let recorder = StatisticsRecorder()
        let first = try moment("2026-11-22T17:40:59.999Z")
        recorder.record(event(.hit, at: first, saved: 2000))
        recorder.record(event(.hit, at: first, saved: 2000))
        recorder.record(event(.hit, at: first + .milliseconds(1), saved: 2000))
        recorder.record(event(.miss, at: first, language: .he, upstream: .milliseconds(200), cost: 2000, reason: .expired, failed: true))
        let deltas = recorder.drain()
        #expect(deltas.usage.count == 3)
        let minute = try moment("2026-11-22T17:40:00Z")
        let hits = try #require(deltas.usage[UsageKey(bucket: minute, cell: UsageCell(language: .en, category: .hours, result: .hit))])
        #expect(hits.requests == 2 && hits.savedMicroDollars == 4000 && hits.latency.count == 2)
        let misses = try #require(deltas.usage[UsageKey(bucket: minute, cell: UsageCell(language: .he, category: .hours, result: .miss))])
        #expect(misses.failed == 1 && misses.upstreamRequests == 1 && misses.upstreamNanoseconds == 200_000_000)
        #expect(misses.missReasons.wrappedSum() == 1)
        #expect(recorder.drain().isEmpty)
    }

    @Test("every miss reason has a lane of its own")
    func reasons() throws {
        let recorder = StatisticsRecorder()
        for reason in MissReason.allCases { recorder.record(event(.miss, at: try moment("2026-01-01"), reason: reason)) }
        let tally = try #require(recorder.drain().usage.values.first)
        #expect((0..<8).count { tally.missReasons[$0] == 1 } == MissReason.allCases.count)
    }

    @Test("a clock that jumps about loses no request")
    func jumpingClock() {
        let recorder = StatisticsRecorder()
        for hour in 0..<50 { recorder.record(event(.hit, at: Timestamp(seconds: Int64(hour * 3600)))) }
        #expect(recorder.drain().requests == 50)
        #expect(recorder.misdatedRequests == 42)
        recorder.record(event(.hit, at: Timestamp(milliseconds: .min)))
        recorder.record(event(.hit, at: Timestamp(milliseconds: .max)))
        #expect(recorder.drain().requests == 2)
    }

    @Test("absurd figures stop at the limit instead of trapping")
    func absurd() throws {
        let recorder = StatisticsRecorder()
        for _ in 0..<3 {
            recorder.record(
                UsageEvent(
                    finishedAt: try moment("2026-01-01"), result: .hit, language: .en, category: .general, source: nil,
                    duration: .seconds(Int64.max), upstreamDuration: .seconds(Int64.max), costMicroDollars: .max, savedMicroDollars: .min))
        }
        let tally = try #require(recorder.drain().usage.values.first)
        #expect(tally.requests == 3 && tally.costMicroDollars == .max && tally.durationNanoseconds == .max)
    }

    @Test("recording from many tasks while others drain preserves every count")
    func concurrency() async {
        let recorder = StatisticsRecorder()
        let start = Timestamp(seconds: 1_000_000)
        let drained = await withTaskGroup(of: UsageDeltas.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for index in 0..<5000 {
                        recorder.record(
                            event(index % 10 == 0 ? .miss : .hit, at: start + .milliseconds(index * 20), cost: 3, saved: Int64(task)))
                    }
                    return UsageDeltas()
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var sum = UsageDeltas()
                    for _ in 0..<200 {
                        sum.add(recorder.drain())
                        await Task.yield()
                    }
                    return sum
                }
            }
            return await group.reduce(into: UsageDeltas()) { $0.add($1) }
        }
        var all = drained
        all.add(recorder.drain())
        #expect(all.requests == 20_000)
        var sum = UsageTally()
        for tally in all.usage.values { sum.add(tally) }
        #expect(sum.costMicroDollars == 60_000)
        #expect(sum.savedMicroDollars == 30_000, "5000 from each of the tasks 0, 1, 2 and 3, times its number")
        #expect(sum.latency.count == 20_000)
    }
}
