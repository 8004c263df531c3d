import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct ReconciliationTests {
    /// `HEARTH_TEST_EVENTS=1000000` runs the full size; the usual size keeps the suite quick.
    private static let eventCount: Int = {
        guard let text = unsafe getenv("HEARTH_TEST_EVENTS") else { return 6000 }
        return unsafe Int(String(cString: text)) ?? 6000
    }()

    @Test(
        "40 days, three replicas, restarts, lost acknowledgements and late rows: every figure equals the raw events'",
        arguments: StoreKind.allCases)
    func everyFigure(kind: StoreKind) async throws {
        // Two month ends; clocks in many zones change in the night of 29 March.
        let start = try moment("2026-02-22T00:00:00Z")
        let length: Int64 = 40 * 86_400_000
        var generator = SeededGenerator(seed: 42)
        let home = try await StatisticsHome(kind)
        let time = ManualTimeSource(now: start)
        var replicas = try ["a", "b", "c"].map { try Replica($0, home: home, time: time) }
        var events: [UsageEvent] = []
        var background: [(purpose: BackgroundPurpose, cost: Int64, at: Timestamp)] = []
        // A server takes its time for each of the many small transactions.
        let count = kind == .sqlite ? Self.eventCount : Self.eventCount / 20
        let moments = (0..<count).map { _ in Int64.random(in: 0..<length, using: &generator) }.sorted()
        var nextFlush = start + .seconds(1800)
        for offset in moments {
            let now = start + .milliseconds(offset)
            time.stepWallClock(to: now)
            if now >= nextFlush {
                nextFlush = now + .seconds(1800)
                try await Self.disturb(&replicas, &generator, home: home, time: time)
            }
            let event = Self.randomEvent(at: now, &generator)
            events.append(event)
            let fixture = replicas[Int.random(in: 0..<3, using: &generator)].fixture
            fixture.recorder.record(event)
            if Int.random(in: 0..<20, using: &generator) == 0, let purpose = BackgroundPurpose.allCases.randomElement(using: &generator) {
                background.append((purpose, event.costMicroDollars + 7, now))
                fixture.recorder.record(purpose, costMicroDollars: event.costMicroDollars + 7, at: now)
            }
            // As every second in the service, whether it can be stored or not.
            _ = fixture.buffer.pending(at: now)
        }
        // The last requests of the replica that is asked are only in its memory.
        for replica in replicas.dropFirst() { #expect(await replica.fixture.flusher().flush()) }
        let reference = ReferenceUsage(events: events, background: background)
        try await Self.compare(replicas[0].fixture.query, with: reference)
        _ = try await replicas[0].fixture.aggregator.aggregate(now: time.now())
        _ = try await replicas[0].fixture.aggregator.retain(now: time.now())
        try await Self.compare(replicas[0].fixture.query, with: reference)
    }

    private static func compare(_ query: StatisticsQuery, with reference: ReferenceUsage) async throws {
        for period in StatisticsPeriod.allCases {
            let report = try await query.report(period: period)
            #expect(reference.differences(from: report.metrics, report.savings, report.startDate, report.endDate) == [])
            for bucket in report.series {
                #expect(reference.differences(from: bucket.metrics, bucket.savings, bucket.startDate, bucket.endDate) == [])
            }
            if report.previous.complete {
                let previous = report.previous
                #expect(reference.differences(from: previous.metrics, previous.savings, previous.startDate, previous.endDate) == [])
            }
        }
    }

    /// What happens between requests: flushes that fail in every way, restarts, and the two jobs.
    private static func disturb(
        _ replicas: inout [Replica], _ generator: inout SeededGenerator, home: StatisticsHome, time: ManualTimeSource
    ) async throws {
        for index in replicas.indices {
            let fixture = replicas[index].fixture
            let step: ScriptedStore.Step? =
                switch Int.random(in: 0..<10, using: &generator) {
                case 0...4: .pass
                case 5: .failBefore
                case 6: .loseAcknowledgement
                default: nil
                }
            if let step { await fixture.flusher(store: ScriptedStore(fixture.store, script: [step])).flush() }
            if Int.random(in: 0..<40, using: &generator) == 0 {
                #expect(await fixture.flusher().flush())
                replicas[index] = try Replica("abc".map(String.init)[index], home: home, time: time)
            }
        }
        let aggregator = replicas[0].fixture.aggregator
        if Int.random(in: 0..<3, using: &generator) == 0 { _ = try await aggregator.aggregate(now: time.now()) }
        if Int.random(in: 0..<40, using: &generator) == 0 { _ = try await aggregator.retain(now: time.now()) }
    }

    private static func randomEvent(at now: Timestamp, _ generator: inout SeededGenerator) -> UsageEvent {
        let result = LookupResult.allCases.randomElement(using: &generator) ?? .hit
        let isHit = result.servedFromCache
        let upstream = isHit ? 0 : Int64.random(in: 0..<2_000_000_000, using: &generator)
        let own = Int64.random(in: 20_000..<Int64(1) << Int64.random(in: 15..<28, using: &generator), using: &generator)
        return UsageEvent(
            finishedAt: now, result: result, missReason: isHit ? nil : MissReason.allCases.randomElement(using: &generator),
            language: Language.allCases.randomElement(using: &generator) ?? .en,
            category: ResponseCategory.allCases.randomElement(using: &generator) ?? .general, source: nil,
            duration: .nanoseconds(own + upstream), upstreamDuration: .nanoseconds(upstream),
            costMicroDollars: isHit ? 0 : Int64.random(in: 0..<5000, using: &generator),
            savedMicroDollars: isHit ? Int64.random(in: 0..<5000, using: &generator) : 0,
            failed: !isHit && Int.random(in: 0..<10, using: &generator) == 0)
    }

    private struct Replica {
        let fixture: StatisticsFixture

        init(_ name: String, home: StatisticsHome, time: ManualTimeSource) throws {
            fixture = try StatisticsFixture(home: home, replica: name, time: time)
        }
    }
}
