import HearthTelemetry
import Testing

struct RegistryTests {
    private static let plain = MetricDescriptor("test_plain_total", .counter, help: "Plain.")
    private static let labelled = MetricDescriptor(
        "test_labelled_total", .counter, labels: [LabelDescriptor("name", from: .library)], help: "Labelled.")
    private static let gauge = MetricDescriptor("test_gauge", .gauge, help: "Gauge.")

    @Test("The same label set is the same instrument")
    func identity() {
        let registry = MetricRegistry()
        let first = registry.counter(Self.labelled, labels: ["a"])
        #expect(registry.counter(Self.labelled, labels: ["a"]) === first)
        #expect(registry.counter(Self.labelled, labels: ["b"]) !== first)
    }

    @Test("Beyond the limit of a family label sets share one, and that is counted")
    func overflow() {
        let registry = MetricRegistry(limits: MetricLimits(childrenPerFamily: 3))
        let counters = (0..<10).map { registry.counter(Self.labelled, labels: ["n\($0)"]) }
        for counter in counters { counter.increment() }
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples[#"test_labelled_total{name="n2"}"#] == "1")
        #expect(samples[#"test_labelled_total{name="n3"}"#] == nil)
        #expect(samples[#"test_labelled_total{name="other"}"#] == "7")
        #expect(samples[#"hearth_metrics_overflow_total{family="test_labelled_total"}"#] == "7")
    }

    @Test("The overflow counter of an open family is exposed at 0 from the start")
    func overflowAtZero() {
        let registry = MetricRegistry()
        _ = registry.counter(Self.labelled, labels: ["a"])
        #expect(Exposition(registry.render(.text)).samples[#"hearth_metrics_overflow_total{family="test_labelled_total"}"#] == "0")
    }

    @Test("The limit of lines holds over all families")
    func lineLimit() {
        let registry = MetricRegistry(limits: MetricLimits(lines: 60))
        for index in 0..<300 { registry.counter(Self.labelled, labels: ["n\(index)"]).increment() }
        let exposition = Exposition(registry.render(.text))
        #expect(exposition.samples.count <= 62)
        #expect(exposition.samples["hearth_metrics_series"] == "\(exposition.samples.count)")
        #expect(exposition.samples[#"test_labelled_total{name="other"}"#] != nil)
    }

    @Test("A name that is registered as another kind is counted as a conflict and keeps its first kind")
    func typeConflict() {
        let registry = MetricRegistry()
        registry.counter(Self.plain).increment()
        let histogram = MetricDescriptor("test_plain_total", .histogram, buckets: .fast, help: "Other.")
        registry.histogram(histogram).observe(1.0)
        registry.dollarCounter(Self.plain).add(microDollars: 5)
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples["test_plain_total"] == "1")
        #expect(samples[#"hearth_metrics_conflicts_total{kind="type"}"#] == "2")
    }

    @Test("Wrong labels are counted as a conflict, and the instrument works unseen")
    func labelConflict() {
        let registry = MetricRegistry()
        let counter = registry.counter(Self.labelled, labels: [])
        counter.increment()
        #expect(counter.value == 1)
        let other = MetricDescriptor("test_labelled_total", .counter, labels: [LabelDescriptor("other", from: .library)], help: "Other.")
        _ = registry.counter(Self.labelled, labels: ["a"])
        _ = registry.counter(other, labels: ["a"])
        #expect(Exposition(registry.render(.text)).samples[#"hearth_metrics_conflicts_total{kind="labels"}"#] == "2")
    }

    @Test(
        "Names that may not be exposed are counted as conflicts",
        arguments: [
            MetricDescriptor("with.dots", .gauge, help: ""), MetricDescriptor("1digit", .gauge, help: ""),
            MetricDescriptor("", .gauge, help: ""),
            MetricDescriptor("scrape_duration", .gauge, help: ""), MetricDescriptor("no_suffix", .counter, help: ""),
            MetricDescriptor("_total", .counter, help: ""),
            MetricDescriptor("bad_label", .gauge, labels: [LabelDescriptor("le", from: .library)], help: ""),
            MetricDescriptor("bad_label", .gauge, labels: [LabelDescriptor("job", from: .library)], help: ""),
            MetricDescriptor("bad_label", .gauge, labels: [LabelDescriptor("__x", from: .library)], help: ""),
            MetricDescriptor("bad_label", .gauge, labels: ["a", "a"].map { LabelDescriptor($0, from: .library) }, help: ""),
        ])
    func nameConflict(descriptor: MetricDescriptor) {
        let registry = MetricRegistry()
        let before = Exposition(registry.render(.text)).samples.count
        let values = descriptor.labels.map { _ in "x" }
        switch descriptor.kind {
        case .counter: registry.counter(descriptor, labels: values).increment()
        case .gauge, .histogram, .info: registry.gauge(descriptor, labels: values).set(1)
        }
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples.count == before)
        #expect(samples[#"hearth_metrics_conflicts_total{kind="name"}"#] == "1")
    }

    @Test("A family may not take a name that the samples of another have")
    func claimedNames() {
        let registry = MetricRegistry()
        _ = registry.histogram(MetricDescriptor("test_size_bytes", .histogram, buckets: .fast, help: ""))
        _ = registry.gauge(MetricDescriptor("test_size_bytes_count", .gauge, help: ""))
        _ = registry.counter(Self.plain)
        _ = registry.gauge(MetricDescriptor("test_plain", .gauge, help: ""))
        #expect(Exposition(registry.render(.text)).samples[#"hearth_metrics_conflicts_total{kind="name"}"#] == "2")
    }

    @Test("Collectors run before every rendering; their time and their errors are exposed")
    func collectors() {
        struct Broken: Error {}
        let clock = ManualTimeSource(now: Timestamp(milliseconds: 0))
        let registry = MetricRegistry(timeSource: clock)
        let gauge = registry.gauge(Self.gauge)
        registry.addCollector("good") {
            clock.advance(by: .milliseconds(250))
            gauge.increment()
        }
        registry.addCollector("broken") { throw Broken() }
        _ = registry.render(.text)
        let samples = Exposition(registry.render(.text)).samples
        #expect(samples["test_gauge"] == "2")
        #expect(samples[#"hearth_metrics_collector_duration_seconds{collector="good"}"#] == "0.25")
        #expect(samples[#"hearth_metrics_collector_errors_total{collector="good"}"#] == "0")
        #expect(samples[#"hearth_metrics_collector_errors_total{collector="broken"}"#] == "2")
    }

    @Test("Registering label sets while others register and render loses none")
    func concurrentRegistration() async {
        let registry = MetricRegistry(limits: MetricLimits(childrenPerFamily: 1000))
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for index in 0..<200 { registry.counter(Self.labelled, labels: ["w\(writer)-\(index % 100)"]).increment() }
                }
            }
            group.addTask { for _ in 0..<50 { _ = registry.render(.text) } }
        }
        let samples = Exposition(registry.render(.text)).samples.filter { $0.key.hasPrefix("test_labelled_total") }
        #expect(samples.count == 400)
        #expect(samples.values.allSatisfy { $0 == "2" })
    }
}
