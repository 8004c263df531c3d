import Testing

@testable import HearthTelemetry

@Suite("Exemplars")
struct ExemplarTests {
    private static let descriptor = MetricDescriptor(
        "test_wait_seconds", .histogram, buckets: HistogramBounds([0.5, 1]), keepsExemplars: true, help: "T.")

    private static func trace(_ digit: String, isSampled: Bool = true) -> TraceContext? {
        let (trace, span) = (String(repeating: digit, count: 32), String(repeating: digit, count: 16))
        return TraceContext(traceparent: "00-\(trace)-\(span)-0\(isSampled ? 1 : 0)")
    }

    private static func moment(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_763_838_000_000 + milliseconds) }

    @Test("OpenMetrics names the trace of a bucket with value and time, text does not")
    func openMetrics() {
        let registry = MetricRegistry()
        let histogram = registry.histogram(Self.descriptor)
        histogram.observe(.milliseconds(750), at: Self.moment(120)) { Self.trace("a") }
        let lines = String(decoding: registry.render(.openMetrics), as: UTF8.self).split(separator: "\n")
        let labels = #"{trace_id="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",span_id="aaaaaaaaaaaaaaaa"}"#
        #expect(lines.contains { $0 == #"test_wait_seconds_bucket{le="1.0"} 1 # \#(labels) 0.75 1763838000.12"# })
        #expect(lines.contains(#"test_wait_seconds_bucket{le="0.5"} 0"#) && lines.contains(#"test_wait_seconds_bucket{le="+Inf"} 1"#))
        #expect(!String(decoding: registry.render(.text), as: UTF8.self).contains("trace_id"))
    }

    @Test("Protobuf names it too, also for the bucket without end")
    func protobuf() throws {
        let registry = MetricRegistry()
        let histogram = registry.histogram(Self.descriptor)
        histogram.observe(.seconds(3), at: Self.moment(120)) { Self.trace("b") }
        let families = try ProtobufReader.delimited(registry.render(.protobuf))
        let family = try #require(families.first { $0.text(1) == "test_wait_seconds" })
        let bucket = try #require(try family.messages(4)[0].messages(7)[0].messages(3).last)
        #expect(bucket.double(2) == [.infinity] && bucket.unsigned(1) == [1])
        let exemplar = try bucket.messages(3)[0]
        #expect(try exemplar.messages(1).map { $0.text(1) } == ["trace_id", "span_id"])
        #expect(exemplar.double(2) == [3])
        #expect(try exemplar.messages(3)[0].unsigned(1) == [1_763_838_000])
        #expect(try exemplar.messages(3)[0].unsigned(2) == [120_000_000])
    }

    @Test("A bucket takes another trace once a second, and when the clock went back")
    func pace() {
        let histogram = Histogram(Self.descriptor)
        func observe(_ digit: String, at milliseconds: Int64) -> String? {
            histogram.observe(.milliseconds(100), at: Self.moment(milliseconds)) { Self.trace(digit) }
            return histogram.exemplars?.all[0].map { String($0.traceID.prefix(1)) }
        }
        #expect(observe("a", at: 0) == "a")
        #expect(observe("b", at: 999) == "a")
        #expect(observe("c", at: 1000) == "c")
        #expect(observe("d", at: -60_000) == "d")
        #expect(histogram.count == 4)
    }

    @Test("Who does not record the trace, or has none, leaves none; and nobody is asked for one that is not due")
    func unsampled() {
        let histogram = Histogram(Self.descriptor)
        histogram.observe(.milliseconds(100), at: Self.moment(0)) { Self.trace("a", isSampled: false) }
        histogram.observe(.milliseconds(100), at: Self.moment(0)) { nil }
        #expect(histogram.exemplars?.all.allSatisfy { $0 == nil } == true)
        histogram.observe(.milliseconds(100), at: Self.moment(0)) { Self.trace("a") }
        histogram.observe(.milliseconds(100), at: Self.moment(1)) {
            Issue.record("the trace was read")
            return nil
        }
        #expect(Histogram(.http).exemplars == nil)
    }

    @Test("Nobody waits for a shelf, and what is on it is always whole", .timeLimit(.minutes(10)))
    func concurrency() async {
        let histogram = Histogram(Self.descriptor)
        await withTaskGroup { group in
            for digit in ["a", "b", "c", "d"] {
                group.addTask {
                    for index in 0..<2000 {
                        histogram.observe(.milliseconds(100), at: Self.moment(Int64(index) * 1000)) { Self.trace(digit) }
                    }
                }
            }
            group.addTask {
                for _ in 0..<500 {
                    guard let exemplar = histogram.exemplars?.all[0] else { continue }
                    #expect(exemplar.traceID.hasPrefix(exemplar.spanID))
                }
            }
        }
        #expect(histogram.count == 8000)
    }
}
