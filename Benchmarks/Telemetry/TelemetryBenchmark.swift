import HearthDrivers
import HearthTelemetry
import Measuring

/// Measures what metrics cost those who count, and those who scrape.
@main
enum TelemetryBenchmark {
    static func main() {
        print(Measurement.header)
        measureUpdates()
        measureAnswer()
        ThreadedUpdates.measure()
        for lines in [100, 1000, 10_000] { measureRendering(lines: lines) }
        measureRegistration()
    }

    private static let moment = Timestamp(seconds: 1_800_000_000)

    private static func measureUpdates() {
        let counter = Counter()
        print(Measurement.of("increment a counter") { counter.increment() }.line(aim: 10))
        let gauge = Gauge()
        print(Measurement.of("add to a gauge") { gauge.add(1) }.line(aim: 10))
        let histogram = Histogram(.http)
        var value = 0.0
        print(
            Measurement.of("observe a value, 17 bounds") {
                value = value > 1 ? 0 : value + 0.001
                histogram.observe(value)
            }.line(aim: 40))
        let native = MetricRegistry(keepsNativeHistograms: true).histogram(MetricCatalogue.answerDuration, labels: ["hit"])
        print(
            Measurement.of("the same, with native ranges") {
                value = value > 1 ? 0 : value + 0.001
                native.observe(value)
            }.line(aim: nil))
        let traced = MetricRegistry().histogram(MetricCatalogue.answerDuration, labels: ["hit"])
        let trace = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        print(Measurement.of("observe, no example is due") { traced.observe(.milliseconds(3), at: moment) { trace } }.line(aim: nil))
        var now = moment
        print(
            Measurement.of("observe, and keep the trace as an example") {
                now = now + .seconds(1)
                traced.observe(.milliseconds(3), at: now) { trace }
            }.line(aim: 200))
        let cache = CacheInstruments(registry: MetricRegistry())
        print(Measurement.of("find by label and increment") { cache.request(result: .hit, match: .exact).increment() }.line(aim: 15))
    }

    /// What an answer from memory makes the metrics do: its event, and the histogram of the route.
    private static func measureAnswer() {
        let registry = MetricRegistry()
        let cache = CacheInstruments(registry: registry)
        let http = HTTPInstruments(registry: registry, routes: [.init(.post, "/api/v1/cache/query")])
        let route = http.requestDuration(.post, http.template("/api/v1/cache/query"), status: 200)
        let event = UsageEvent(
            finishedAt: moment, result: .hit, language: .en, category: .hours, source: .memory, duration: .microseconds(150),
            savedMicroDollars: 2000, entryAge: .seconds(300), savedUpstreamDuration: .milliseconds(800), savedInputTokens: 120,
            savedOutputTokens: 80)
        print(
            Measurement.of("all metrics of one cached answer") {
                cache.record(event)
                cache.lookupDuration(.normalize).observe(.microseconds(20))
                cache.lookupDuration(.exact).observe(.microseconds(2))
                route.observe(.microseconds(150))
            }.line(aim: 1000))
    }

    /// A registry of about so many lines: half of them counters, half of them histograms of 20 lines.
    private static func registry(lines: Int, keepsNativeHistograms: Bool = false) -> MetricRegistry {
        let registry = MetricRegistry(
            limits: MetricLimits(childrenPerFamily: 20_000, lines: 40_000), keepsNativeHistograms: keepsNativeHistograms)
        let labels = [LabelDescriptor("store", from: .library), LabelDescriptor("outcome", from: .library)]
        let counters = MetricDescriptor("bench_operations_total", .counter, labels: labels, help: "Operations on a store.")
        for number in 0..<(lines / 2) {
            registry.counter(counters, labels: ["store-\(number)", "ok"]).increment(by: UInt64(number) * 7919)
        }
        let histograms = MetricDescriptor(
            "bench_duration_seconds", .histogram, unit: .seconds, labels: labels, buckets: .http, help: "Time of one operation on a store.")
        for number in 0..<max(1, lines / 40) {
            let histogram = registry.histogram(histograms, labels: ["store-\(number)", "ok"])
            for step in 0..<500 { histogram.observe(Double(step * step % 9973) / 1000) }
        }
        return registry
    }

    private static func measureRendering(lines: Int) {
        let registry = registry(lines: lines)
        let text = registry.render(.text)
        let count = text.count { $0 == UInt8(ascii: "\n") }
        for format in [ExpositionFormat.text, .openMetrics, .protobuf] {
            var bytes = 0
            let measured = Measurement.of("write \(lines) lines, \(format.syntax.label)") { bytes = registry.render(format).count }
            print(measured.line(aim: lines == 10_000 ? 5e6 : nil))
            print("    \(rounded(measured.nanoseconds / Double(count))) ns a line, aim at most 300; \(bytes) bytes")
        }
        let native = self.registry(lines: lines, keepsNativeHistograms: true)
        print(Measurement.of("write \(lines) lines, protobuf with native histograms") { _ = native.render(.protobuf) }.line(aim: nil))
        var compressed = 0
        print(Measurement.of("gzip of that text, level 1") { compressed = Gzip.compress(text)?.count ?? 0 }.line(aim: nil))
        print("    \(text.count) bytes become \(compressed), \(rounded(100 * Double(compressed) / Double(text.count))) %")
    }

    /// Twice as many label sets must take twice as long, not four times.
    private static func measureRegistration() {
        for count in [2000, 4000, 8000] {
            let measured = Measurement.of("register \(count) label sets") { _ = registry(lines: count * 2) }
            print(measured.line(aim: nil))
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
