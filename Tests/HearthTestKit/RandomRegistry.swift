package import HearthTelemetry

/// Registries of random families with the worst label values and numbers there are; the same seed makes the same one.
///
/// All names begin with `test_`, apart from those that a registry says about itself.
package enum RandomRegistry {
    /// Label values that tempt a writer or a reader to mistakes.
    private static let hostile = [
        "", " ", "\"", "\\", "\n", "\\n", "\\\\n", "a\"b\\c\nd", "}", "{", "=", ",", "# EOF", "# HELP x y", "\r", "\t", "\r\n", "\u{0}",
        "\u{7F}",
        "\u{2028}", "\u{FEFF}", "שלום", "e\u{301}", "🧯🔥", "\u{202E}evil", "+Inf", "NaN", "le=\"1\"", "\"} 1", "other",
        String(repeating: "long ", count: 200),
    ]
    private static let numbers: [Double] = [
        0, -0.0, 1, -1, 0.1 + 0.2, 1e-7, -1e-300, .leastNonzeroMagnitude, 1e15, 1e16, 123_456_789.125, 9_007_199_254_740_991,
        9_007_199_254_740_994, 1e22, 1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
        // The number by which Prometheus marks series that ended.
        Double(bitPattern: 0x7FF0_0000_0000_0002),
    ]

    /// - Parameter families: how many of each kind.
    package static func make(seed: UInt64, families: Int = 12, keepsNativeHistograms: Bool = false) -> MetricRegistry {
        let registry = MetricRegistry(keepsNativeHistograms: keepsNativeHistograms)
        var random = SplitMix(state: seed)
        for number in 0..<families {
            let help = "A \(hostile[Int.random(in: 0..<10, using: &random)]) family."
            let labels = ["alpha", "beta"].prefix(Int.random(in: 0...2, using: &random)).map { LabelDescriptor($0, from: .library) }
            let sets = labelSets(of: labels.count, &random)
            let counter = MetricDescriptor("test_\(number)_spent_seconds_total", .counter, unit: .seconds, labels: labels, help: help)
            let gauge = MetricDescriptor("test_\(number)_level", .gauge, labels: labels, help: help)
            let info = MetricDescriptor("test_\(number)_build_info", .info, labels: labels, help: help)
            let bounds = (0..<Int.random(in: 0...23, using: &random)).map { _ in bound(&random) }
            let histogram = MetricDescriptor(
                "test_\(number)_wait", .histogram, labels: labels, buckets: HistogramBounds(bounds), keepsExemplars: number % 2 == 0,
                help: help)
            for set in sets {
                registry.floatingCounter(counter, labels: set).add(Double.random(in: 0...1e9, using: &random))
                registry.gauge(gauge, labels: set).set(numbers[Int.random(in: 0..<numbers.count, using: &random)])
                registry.gauge(info, labels: set).set(1)
                fill(registry.histogram(histogram, labels: set), bounds, &random)
            }
        }
        return registry
    }

    private static func labelSets(of count: Int, _ random: inout SplitMix) -> [[String]] {
        guard count > 0 else { return [[]] }
        return (0..<Int.random(in: 1...12, using: &random)).map { _ in
            (0..<count).map { _ in hostile[Int.random(in: 0..<hostile.count, using: &random)] }
        }
    }

    /// Of any size, negative ones left out: a sum that falls is no sum for OpenMetrics.
    private static func bound(_ random: inout SplitMix) -> Double {
        let exponent = Int.random(in: -12...18, using: &random)
        let digits = Double(Int.random(in: 1...999, using: &random))
        return Double("\(digits)e\(exponent)") ?? digits
    }

    private static func fill(_ histogram: Histogram, _ bounds: [Double], _ random: inout SplitMix) {
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            // Bounds themselves are where a bucket's edge is tested.
            let value = Bool.random(using: &random) ? bounds.randomElement(using: &random) ?? 0 : Double.random(in: 0...1e6, using: &random)
            histogram.observe(value)
            let nanoseconds = Int64.random(in: 0...2_000_000_000, using: &random)
            histogram.observe(.nanoseconds(nanoseconds), at: Timestamp(milliseconds: 1_763_838_000_123)) {
                TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            }
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
