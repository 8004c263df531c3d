import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthStatistics

struct LatencyHistogramTests {
    @Test("every bucket's middle lies in the bucket, and buckets follow each other without gap")
    func bucketsAreContiguous() {
        for bucket in 0..<LatencyHistogram.bucketLimit {
            #expect(LatencyHistogram.bucket(of: LatencyHistogram.middle(ofBucket: bucket)) == bucket)
        }
        var previous = -1
        var value: Int64 = 0
        while value < 1 << 20 {
            let bucket = LatencyHistogram.bucket(of: value)
            #expect(bucket == previous || bucket == previous + 1)
            previous = bucket
            value += max(1, value / 200)
        }
    }

    @Test("a value is represented within 1 % from a nanosecond to over an hour")
    func relativeError() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let value = Int64(1) << Int64.random(in: 0..<42, using: &generator)
            let exact = Int64.random(in: value..<value * 2, using: &generator)
            let shown = LatencyHistogram.middle(ofBucket: LatencyHistogram.bucket(of: exact))
            #expect(abs(Double(shown - exact)) <= Double(exact) * 0.0079)
        }
    }

    @Test("percentiles of random values are within 1 % of the sorted values", arguments: [1, 2, 19, 100, 5000])
    func percentiles(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var histogram = LatencyHistogram()
        var values: [Int64] = []
        for _ in 0..<count {
            let value = Int64(1) << Int64.random(in: 10..<34, using: &generator)
            values.append(Int64.random(in: value..<value * 2, using: &generator))
        }
        for value in values { histogram.record(nanoseconds: value) }
        values.sort()
        for permille in [1, 500, 950, 990, 1000] {
            let exact = values[max(1, (count * permille + 999) / 1000) - 1]
            let shown = histogram.nanoseconds(atPermille: Int64(permille))
            #expect(abs(Double(shown - exact)) <= Double(exact) * 0.01)
        }
    }

    @Test("parts that are added give the histogram of the whole, and subtracting gives back the rest")
    func mergeIsWhole() {
        var generator = SeededGenerator(seed: 7)
        var parts = Array(repeating: LatencyHistogram(), count: 5)
        var whole = LatencyHistogram()
        for _ in 0..<3000 {
            let value = Int64.random(in: 0..<1 << Int64.random(in: 1..<42, using: &generator), using: &generator)
            parts[Int.random(in: 0..<5, using: &generator)].record(nanoseconds: value)
            whole.record(nanoseconds: value)
        }
        var sum = LatencyHistogram()
        for part in parts { sum.add(part) }
        #expect(sum == whole)
        var rest = whole
        for part in parts.dropFirst() { rest.subtract(part) }
        #expect(rest == parts[0])
    }

    @Test("the encoded form is read back, empty ones take no space, and the extremes survive")
    func encoding() throws {
        var histogram = LatencyHistogram()
        #expect(histogram.encoded().isEmpty)
        #expect(LatencyHistogram(encoded: [UInt8]()) == histogram)
        for value in [Int64.min, 0, 1, 63, 64, 127, 128, 1_000_000, .max] { histogram.record(nanoseconds: value) }
        for _ in 0..<100_000 { histogram.record(nanoseconds: 250_000) }
        let bytes = histogram.encoded()
        #expect(bytes.count < 40)
        let read = try #require(LatencyHistogram(encoded: bytes))
        #expect(read == histogram)
        #expect(read.count == 100_009)
    }

    @Test(
        "damaged bytes are refused and never trap",
        arguments: [[2, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1], [1, 0xff], [1, 0xff, 0xff, 0xff, 0xff, 0x7f, 1], [1, 5, 0xff, 0xff]]
            as [[UInt8]])
    func damage(bytes: [UInt8]) {
        #expect(LatencyHistogram(encoded: bytes) == nil)
    }

    @Test("random bytes never trap")
    func noise() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<5000 {
            let bytes =
                [1] + (0..<Int.random(in: 0..<24, using: &generator)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            if let histogram = LatencyHistogram(encoded: bytes) {
                #expect(LatencyHistogram(encoded: histogram.encoded()) == histogram)
            }
        }
    }

    @Test("an empty histogram has percentiles of zero")
    func empty() {
        #expect(LatencyHistogram().nanoseconds(atPermille: 990) == 0)
    }
}
