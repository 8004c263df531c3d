import HearthTelemetry
import Testing

struct ExpositionTests {
    @Test(
        "Bucket bounds are canonical numbers",
        arguments: [
            (0, "0.0"), (1, "1.0"), (0.25, "0.25"), (0.005, "0.005"), (0.0001, "0.0001"), (0.00025, "0.00025"), (0.00001, "1e-05"),
            (10, "10.0"), (100_000, "100000.0"), (1_000_000, "1e+06"), (1_048_576, "1.048576e+06"), (67_108_864, "6.7108864e+07"),
            (604_800, "604800.0"), (1e10, "1e+10"), (1e100, "1e+100"), (1.5e-7, "1.5e-07"), (-2.5, "-2.5"), (123.456, "123.456"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (14_400, "14400.0"), (7.5, "7.5"),
        ] as [(Double, String)])
    func canonical(value: Double, text: String) {
        #expect(CanonicalNumber.text(value) == text)
    }

    @Test("Every canonical number reads back as the same number")
    func canonicalRoundTrip() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(CanonicalNumber.text(value)) == value)
        }
    }

    @Test(
        "Sample values are exact",
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (1_763_838_000.123, "1763838000.123"), (1e15, "1000000000000000"),
            (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (-0.0, "-0"),
            (9_007_199_254_740_991, "9007199254740991"),
        ] as [(Double, String)])
    func sampleValues(value: Double, text: String) {
        let registry = MetricRegistry()
        registry.gauge(MetricDescriptor("test_value", .gauge, help: "")).set(value)
        #expect(Exposition(registry.render(.text)).samples["test_value"] == text)
    }

    @Test(
        "Money is exposed in dollars to the last micro-dollar",
        arguments: [
            (0, "0"), (1, "0.000001"), (2000, "0.002"), (1_000_000, "1"), (1_000_001, "1.000001"), (180_000, "0.18"),
            (.max, "9223372036854.775807"),
        ] as [(Int64, String)])
    func money(microDollars: Int64, text: String) {
        let registry = MetricRegistry()
        registry.dollarCounter(MetricDescriptor("test_usd_total", .counter, help: "")).add(microDollars: microDollars)
        #expect(Exposition(registry.render(.text)).samples["test_usd_total"] == text)
    }

    @Test(
        "Label values are escaped",
        arguments: [
            ("plain", "plain"), (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), (#"\n"#, #"\\n"#), ("{}=,", "{}=,"),
            ("שלום", "שלום"), ("", ""), ("a\0b", "a\u{FFFD}b"),
        ])
    func labelEscaping(value: String, escaped: String) {
        let registry = MetricRegistry()
        registry.gauge(MetricDescriptor("test_value", .gauge, labels: [LabelDescriptor("name", from: .library)], help: ""), labels: [value])
            .set(1)
        for format in [ExpositionFormat.text, .openMetrics] {
            #expect(Exposition(registry.render(format)).samples["test_value{name=\"\(escaped)\"}"] == "1")
        }
    }

    @Test("A histogram is cumulative, with canonical bounds, sum and count")
    func histogram() {
        let registry = MetricRegistry()
        let histogram = registry.histogram(MetricDescriptor("test_wait_seconds", .histogram, buckets: HistogramBounds([0.5, 1]), help: ""))
        for value in [0.25, 0.5, 0.75, 2] { histogram.observe(value) }
        let lines = Exposition(registry.render(.text)).lines.filter { $0.hasPrefix("test_wait") }
        #expect(
            lines == [
                #"test_wait_seconds_bucket{le="0.5"} 2"#, #"test_wait_seconds_bucket{le="1.0"} 3"#,
                #"test_wait_seconds_bucket{le="+Inf"} 4"#, "test_wait_seconds_sum 3.5", "test_wait_seconds_count 4",
            ])
    }

    @Test("Text 0.0.4 names a counter with its suffix and an info as a gauge; quotes stay in help")
    func textHeads() {
        let lines = Exposition(Self.heads().render(.text)).lines.filter { $0.contains("test_") }
        #expect(
            lines == [
                #"# HELP test_build_info A "build"."#, "# TYPE test_build_info gauge", "test_build_info 1",
                #"# HELP test_spent_seconds_total A \\ and\na line."#, "# TYPE test_spent_seconds_total counter",
                "test_spent_seconds_total 1.5",
            ])
    }

    @Test("OpenMetrics names families without suffix, tells types first and units where the name has them, and ends with EOF")
    func openMetricsHeads() {
        let all = Exposition(Self.heads().render(.openMetrics)).lines
        #expect(
            all.filter { $0.contains("test_") } == [
                "# TYPE test_build info", #"# HELP test_build A \"build\"."#, "test_build_info 1",
                "# TYPE test_spent_seconds counter", "# UNIT test_spent_seconds seconds", #"# HELP test_spent_seconds A \\ and\na line."#,
                "test_spent_seconds_total 1.5",
            ])
        #expect(all.last == "# EOF")
    }

    private static func heads() -> MetricRegistry {
        let registry = MetricRegistry()
        registry.gauge(MetricDescriptor("test_build_info", .info, help: #"A "build"."#)).set(1)
        let spent = MetricDescriptor("test_spent_seconds_total", .counter, unit: .seconds, help: "A \\ and\na line.")
        registry.secondsCounter(spent).add(.milliseconds(1500))
        return registry
    }

    @Test(
        "A full registry has no interleaved family, no repeated series, and the same order every time",
        arguments: [
            ExpositionFormat.text, .openMetrics,
        ])
    func order(format: ExpositionFormat) {
        let registry = FullRegistry.make()
        let exposition = Exposition(registry.render(format))
        #expect(exposition.problems.isEmpty, "\(exposition.problems.prefix(5))")
        #expect(exposition.families == exposition.families.sorted() || format == .openMetrics)
        let series = exposition.lines.map { $0.prefix { $0 != " " } }
        #expect(Exposition(registry.render(format)).lines.map { $0.prefix { $0 != " " } } == series)
        // The gauge is set before the body is written, so it tells the truth about this very answer.
        #expect(exposition.samples["hearth_metrics_series"] == "\(exposition.samples.count)")
    }

    @Test("While eight threads observe, every scrape has monotone buckets and a count equal to the last")
    func consistency() async {
        let registry = MetricRegistry()
        let histogram = registry.histogram(MetricDescriptor("test_wait_seconds", .histogram, buckets: .http, help: ""))
        await withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask { for index in 0..<20_000 { histogram.observe(Double((index &* 7 &+ writer) % 12_000) / 1000) } }
            }
            group.addTask {
                for _ in 0..<200 {
                    let lines = Exposition(registry.render(.openMetrics)).lines.filter { $0.hasPrefix("test_wait_seconds_") }
                    let values = lines.compactMap { $0.split(separator: " ").last.flatMap { UInt64($0) } }
                    let buckets = values.prefix(HistogramBounds.http.values.count + 1)
                    #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0 <= $1 })
                    let count = lines.last.flatMap { $0.split(separator: " ").last }.flatMap { UInt64($0) }
                    #expect(count != nil && count == buckets.last)
                }
            }
        }
        #expect(histogram.count == 160_000)
    }
}
