import Testing

@testable import HearthTelemetry

@Suite("Protobuf")
struct ProtobufTests {
    private static func family(_ name: String, in registry: MetricRegistry) throws -> ProtobufReader {
        try #require(try ProtobufReader.delimited(registry.render(.protobuf)).first { $0.text(1) == name })
    }

    @Test("A counter is these bytes")
    func counterBytes() throws {
        let registry = MetricRegistry()
        let labels = [LabelDescriptor("a", ["b"])]
        registry.counter(MetricDescriptor("test_total", .counter, labels: labels, help: "T."), labels: ["b"]).increment(by: 3)
        let expected: [UInt8] =
            [39, 0x0A, 10] + Array("test_total".utf8) + [0x12, 2] + Array("T.".utf8) + [0x18, 0, 0x22, 19]
            + [0x0A, 6, 0x0A, 1, 0x61, 0x12, 1, 0x62] + [0x1A, 9, 0x09, 0, 0, 0, 0, 0, 0, 0x08, 0x40]
        #expect(registry.render(.protobuf).suffix(expected.count) == expected[...])
    }

    @Test("Every family of a full registry is there with its type, help and all label sets, and once")
    func fullRegistry() throws {
        let registry = FullRegistry.make()
        let families = try ProtobufReader.delimited(registry.render(.protobuf))
        let text = Exposition(registry.render(.text))
        #expect(families.compactMap { $0.text(1) } == text.families)
        let lines = try families.reduce(0) { lines, family in
            // A histogram has its buckets, the one without end, sum and count.
            try lines + family.messages(4).reduce(0) { try $0 + ($1.messages(7).first.map { try $0.messages(3).count + 3 } ?? 1) }
        }
        #expect(lines == text.samples.count)
    }

    @Test("Money, durations and histograms have the values of the text")
    func values() throws {
        let registry = MetricRegistry()
        registry.dollarCounter(MetricDescriptor("test_usd_total", .counter, help: "T.")).add(microDollars: 180_000)
        registry.secondsCounter(MetricDescriptor("test_seconds_total", .counter, help: "T.")).add(.nanoseconds(1_500_000_001))
        let histogram = registry.histogram(
            MetricDescriptor("test_wait_seconds", .histogram, buckets: HistogramBounds([0.5, 1]), help: "T."))
        for value in [0.25, 0.5, 0.75, 2] { histogram.observe(value) }
        #expect(try Self.family("test_usd_total", in: registry).messages(4)[0].messages(3)[0].double(1) == [0.18])
        #expect(try Self.family("test_seconds_total", in: registry).messages(4)[0].messages(3)[0].double(1) == [1.500000001])
        let read = try Self.family("test_wait_seconds", in: registry).messages(4)[0].messages(7)[0]
        #expect(read.unsigned(1) == [4])
        #expect(read.double(2) == [3.5])
        #expect(try read.messages(3).map { $0.unsigned(1) } == [[2], [3]])
        #expect(try read.messages(3).map { $0.double(2) } == [[0.5], [1]])
        #expect(read.zigzag(5).isEmpty)
    }

    @Test(
        "A value falls into the exponential range that ends at or above it",
        arguments: [
            (1, 0), (1.0000001, 1), (1.0905, 1), (1.0906, 2), (2, 8), (2.0001, 9), (0.5, -8), (0.51, -7), (0.001, -79), (1e9, 240),
        ] as [(Double, Int)])
    func ranges(value: Double, index: Int) {
        #expect(NativeBuckets.index(of: value) == index)
    }

    @Test("Native histograms are spans and differences, with what is too small as zero and what is too large in the last range")
    func native() throws {
        let registry = MetricRegistry(keepsNativeHistograms: true)
        let histogram = registry.histogram(MetricDescriptor("test_wait_seconds", .histogram, buckets: HistogramBounds([1]), help: "T."))
        for value in [0, -1, 1e-9, 1, 1, 1.05, 1.3, 100, 1e30, Double.infinity] { histogram.observe(value) }
        let read = try Self.family("test_wait_seconds", in: registry).messages(4)[0].messages(7)[0]
        #expect(read.unsigned(1) == [10])
        #expect(read.zigzag(5) == [3])
        #expect(read.double(6) == [0x1p-20])
        #expect(read.unsigned(7) == [3])
        // 1 is range 0, 1.05 range 1, 1.3 range 4 (two empty ones are written out), 100 range 54, the rest range 224.
        #expect(try read.messages(12).map { $0.zigzag(1) } == [[0], [49], [169]])
        #expect(try read.messages(12).map { $0.unsigned(2) } == [[5], [1], [1]])
        #expect(read.zigzag(13) == [2, -1, -1, 0, 1, 0, 1])
        let total = read.zigzag(13).reduce(into: (Int64(0), Int64(0))) {
            $0.0 += $1; $0.1 += $0.0
        }.1
        #expect(total + 3 == 10)
    }

    @Test("While eight threads observe, buckets rise, and none holds more than the whole, native or not", arguments: [false, true])
    func consistency(isNative: Bool) async throws {
        let registry = MetricRegistry(keepsNativeHistograms: isNative)
        let histogram = registry.histogram(MetricDescriptor("test_wait_seconds", .histogram, buckets: .http, help: "T."))
        try await withThrowingTaskGroup { group in
            for writer in 0..<8 {
                group.addTask { for index in 0..<20_000 { histogram.observe(Double((index &* 7 &+ writer) % 12_000) / 1000) } }
            }
            group.addTask {
                for _ in 0..<100 {
                    let read = try Self.family("test_wait_seconds", in: registry).messages(4)[0].messages(7)[0]
                    let buckets = try read.messages(3).flatMap { $0.unsigned(1) } + read.unsigned(1)
                    #expect(buckets.count == HistogramBounds.http.values.count + 1)
                    #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0 <= $1 })
                    guard isNative else { continue }
                    let native = read.zigzag(13).reduce(into: (Int64(0), Int64(0))) {
                        $0.0 += $1; $0.1 += $0.0
                    }.1
                    #expect(UInt64(native) + read.unsigned(7)[0] == read.unsigned(1)[0])
                }
            }
            try await group.waitForAll()
        }
        #expect(histogram.count == 160_000)
    }
}
