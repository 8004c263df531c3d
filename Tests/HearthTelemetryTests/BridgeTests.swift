import CoreMetrics
import HearthTelemetry
import Testing

struct BridgeTests {
    private let registry = MetricRegistry()
    private let factory: RegistryMetricsFactory

    init() {
        factory = RegistryMetricsFactory(registry: registry, maximumHandlers: 100)
    }

    private var samples: [String: String] { Exposition(registry.render(.text)).samples }

    @Test("Counters, gauges, recorders and timers of libraries arrive under names that Prometheus knows")
    func kinds() {
        factory.makeCounter(label: "hb.requests", dimensions: [("hb.uri", "/a")]).increment(by: 3)
        factory.makeFloatingPointCounter(label: "lib.cost", dimensions: []).increment(by: 0.5)
        factory.makeMeter(label: "pool-size", dimensions: []).set(Int64(7))
        factory.makeRecorder(label: "body.size", dimensions: [], aggregate: true).record(Int64(20))
        factory.makeRecorder(label: "last.size", dimensions: [], aggregate: false).record(2.5)
        factory.makeTimer(label: "hb.request.duration", dimensions: []).recordNanoseconds(200_000_000)
        #expect(samples[#"hb_requests_total{hb_uri="/a"}"#] == "3")
        #expect(samples["lib_cost_total"] == "0.5")
        #expect(samples["pool_size"] == "7")
        #expect(samples[#"body_size_bucket{le="64.0"}"#] == "1")
        #expect(samples["last_size"] == "2.5")
        #expect(samples[#"hb_request_duration_seconds_bucket{le="0.2"}"#] == "1")
        #expect(samples["hb_request_duration_seconds_sum"] == "0.2")
    }

    @Test("The same instrument is made once")
    func identity() {
        let first = factory.makeCounter(label: "x", dimensions: [("a", "1")])
        #expect(factory.makeCounter(label: "x", dimensions: [("a", "1")]) === first)
        #expect(factory.makeCounter(label: "x", dimensions: [("a", "2")]) !== first)
    }

    @Test("Missing labels are filled, further ones are left out and counted, their order does not matter")
    func labels() {
        factory.makeCounter(label: "x", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        factory.makeCounter(label: "x", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        factory.makeCounter(label: "x", dimensions: [("a", "1")]).increment(by: 1)
        factory.makeCounter(label: "x", dimensions: [("a", "1"), ("b", "2"), ("c", "3")]).increment(by: 1)
        #expect(samples[#"x_total{a="1",b="2"}"#] == "3")
        #expect(samples[#"x_total{a="1",b=""}"#] == "1")
        #expect(samples[#"hearth_metrics_conflicts_total{kind="labels"}"#] == "1")
    }

    @Test("Reserved label names are renamed, repeated ones count once")
    func reservedLabels() {
        factory.makeMeter(label: "m", dimensions: [("job", "j"), ("le", "1"), ("a.b", "x"), ("a-b", "y"), ("__name__", "z")]).set(1.0)
        #expect(samples[#"m{exported_job="j",exported_le="1",a_b="y",exported___name__="z"}"#] == "1")
    }

    @Test("A name that is taken by another kind is a conflict and traps nothing")
    func typeConflict() {
        factory.makeMeter(label: "x_seconds", dimensions: []).set(1.0)
        factory.makeTimer(label: "x", dimensions: []).recordNanoseconds(5)
        #expect(samples["x_seconds"] == "1")
        #expect(samples[#"hearth_metrics_conflicts_total{kind="type"}"#] == "1")
    }

    @Test("Names of Hearth and of Prometheus are refused", arguments: ["hearth_cache_entries", "scrape.x", "process.open-fds", "hearth.x"])
    func taken(label: String) {
        factory.makeMeter(label: label, dimensions: []).set(1.0)
        #expect(samples[#"hearth_metrics_conflicts_total{kind="name"}"#] == "1")
    }

    @Test("A counter does not fall", arguments: [Int64.min, -1])
    func negative(amount: Int64) {
        let counter = factory.makeCounter(label: "x", dimensions: [])
        counter.increment(by: 5)
        counter.increment(by: amount)
        #expect(samples["x_total"] == "5")
        #expect(samples[#"hearth_metrics_conflicts_total{kind="negative"}"#] == "1")
    }

    @Test("A counter can be reset, a gauge moved both ways")
    func resetAndMove() {
        let counter = factory.makeCounter(label: "x", dimensions: [])
        counter.increment(by: 5)
        counter.reset()
        let meter = factory.makeMeter(label: "m", dimensions: [])
        meter.increment(by: 5)
        meter.decrement(by: 2)
        #expect(samples["x_total"] == "0")
        #expect(samples["m"] == "3")
    }

    @Test("A library that makes up label values without end fills one family and nothing else")
    func leak() {
        for index in 0..<1000 { factory.makeCounter(label: "leak", dimensions: [("id", "\(index)")]).increment(by: 1) }
        let leaked = samples.filter { $0.key.hasPrefix("leak_total") }
        #expect(leaked.count == 201)
        #expect(leaked[#"leak_total{id="other"}"#] == "800")
    }

    @Test(
        "Names without a usable character are exposed all the same or refused, never a trap",
        arguments: ["", "9", "é", "a\nb", "...", "\u{0}"])
    func hostileNames(label: String) {
        factory.makeMeter(label: label, dimensions: [(label, label)]).set(1.0)
        #expect(Exposition(registry.render(.openMetrics)).problems.isEmpty)
    }
}
