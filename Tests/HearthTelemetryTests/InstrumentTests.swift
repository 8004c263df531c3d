import HearthTelemetry
import Testing

struct InstrumentTests {
    @Test("A counter loses no increment of eight threads")
    func counterConcurrency() async {
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<20_000 { counter.increment() } }
            }
        }
        #expect(counter.value == 160_000)
    }

    @Test("A gauge loses no addition of eight threads")
    func gaugeConcurrency() async {
        let gauge = Gauge()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<5000 { gauge.increment() } }
            }
        }
        #expect(gauge.value == 40_000)
    }

    @Test("A dollar counter stays exact over a million small prices and refuses to fall")
    func dollars() {
        let counter = DollarCounter()
        for _ in 0..<1_000_000 { counter.add(microDollars: 2000) }
        #expect(counter.microDollars == 2_000_000_000)
        #expect(!counter.add(microDollars: -1))
        #expect(counter.microDollars == 2_000_000_000)
    }

    @Test("A seconds counter keeps nanoseconds and ignores negative durations")
    func seconds() {
        let counter = SecondsCounter()
        counter.add(.nanoseconds(1))
        counter.add(.seconds(2))
        counter.add(.seconds(-5))
        #expect(counter.nanoseconds == 2_000_000_001)
    }

    @Test("A floating counter refuses what would make it fall or spoil it", arguments: [-1.0, .infinity, .nan])
    func floating(amount: Double) {
        let counter = FloatingCounter()
        counter.add(0.5)
        #expect(!counter.add(amount))
        #expect(counter.value == 0.5)
    }

    @Test(
        "A value falls into the first bucket whose bound is not below it",
        arguments: [
            (-1.0, 0), (0, 0), (1, 0), (1.0001, 1), (2, 1), (3, 2), (5, 2), (5.1, 3), (.infinity, 3), (-.infinity, 0),
        ] as [(Double, Int)])
    func buckets(value: Double, bucket: Int) {
        let histogram = Histogram(HistogramBounds([1, 2, 5]))
        histogram.observe(value)
        var expected: [UInt64] = [0, 0, 0, 0]
        expected[bucket] = 1
        #expect(histogram.snapshot().counts == expected)
    }

    @Test("Exactly 200 ms is within the 0.2 bucket that the alert looks at, a nanosecond more is not")
    func exactBound() throws {
        let index = try #require(HistogramBounds.http.values.firstIndex(of: 0.2))
        let histogram = Histogram(.http)
        histogram.observe(.milliseconds(200))
        #expect(histogram.snapshot().counts[index] == 1)
        histogram.observe(.milliseconds(200) + .nanoseconds(1))
        #expect(histogram.snapshot().counts[index] == 1)
        #expect(histogram.snapshot().counts[index + 1] == 1)
    }

    @Test(
        "Every bound of the catalogue counts a duration of just that length",
        arguments: [HistogramBounds.http, .fast, .job, .age, .provider])
    func exactBounds(bounds: HistogramBounds) {
        for (index, bound) in bounds.values.enumerated() {
            let histogram = Histogram(bounds)
            histogram.observe(Duration.nanoseconds(Int64((bound * 1e9).rounded())))
            #expect(histogram.snapshot().counts[index] == 1, "\(bound)")
        }
    }

    @Test("Not a number is not counted and does not spoil the sum")
    func notANumber() {
        let histogram = Histogram(HistogramBounds([1]))
        histogram.observe(0.5)
        histogram.observe(Double.nan)
        #expect(histogram.snapshot() == Histogram.Snapshot(counts: [1, 0], sum: 0.5))
    }

    @Test("A histogram loses no observation of eight threads")
    func histogramConcurrency() async {
        let histogram = Histogram(HistogramBounds([1, 2, 3]))
        await withTaskGroup { group in
            for value in 0..<8 {
                group.addTask { for _ in 0..<5000 { histogram.observe(Double(value % 4) + 0.5) } }
            }
        }
        #expect(histogram.snapshot().counts == [10_000, 10_000, 10_000, 10_000])
        #expect(histogram.sum == 80_000)
    }

    @Test("Bounds are sorted, without repetition, finite, and few enough")
    func bounds() {
        #expect(HistogramBounds([2, 1, 2, .infinity, .nan]).values == [1, 2])
        #expect(HistogramBounds((0..<100).map(Double.init)).values.count == HistogramBounds.maximumCount)
    }
}

extension InstrumentTests {
    @Test(
        "Durations beyond all reason are taken at the limit and trap nothing",
        arguments: [Duration.seconds(Int64.max), .seconds(Int64.min)])
    func endlessDurations(duration: Duration) {
        let histogram = Histogram(.http)
        histogram.observe(duration)
        #expect(histogram.count == 1)
        let counter = SecondsCounter()
        counter.add(duration)
        #expect(counter.nanoseconds == (duration > .zero ? UInt64(Int64.max) : 0))
    }
}
