import Synchronization

/// All instruments of a process, and their exposition.
///
/// It never traps and never grows without bound: misuse is counted in `hearth_metrics_conflicts_total` and answered with an instrument that
/// works and is not exposed; label sets beyond the limits share one per family whose values are `other`. Instruments are made once and
/// kept by their users; an update takes no lock, so a scrape never holds anyone up.
package final class MetricRegistry: Sendable {
    private struct Collector {
        let collect: @Sendable () throws -> Void
        let duration: Gauge
        let errors: Counter
    }

    private struct State {
        var table: MetricTable
        var collectors: [Collector] = []
    }

    private let state: Mutex<State>
    private let conflicts: [Counter]
    private let renderDurations: [Histogram]
    private let series: Gauge
    private let timeSource: any TimeSource
    private let keepsNativeHistograms: Bool

    /// - Parameters:
    ///   - timeSource: measures what collecting and rendering cost.
    ///   - keepsNativeHistograms: whether histograms count in exponential ranges too, which only protobuf can show.
    package init(
        timeSource: any TimeSource = SystemTimeSource(), limits: MetricLimits = MetricLimits(), keepsNativeHistograms: Bool = false
    ) {
        self.timeSource = timeSource
        self.keepsNativeHistograms = keepsNativeHistograms
        let conflicts = MetricConflict.allCases.map { _ in Counter() }
        let renderDurations = ExpositionFormat.Syntax.allCases.map { _ in
            Histogram(MetricCatalogue.metricsRenderDuration, isNative: keepsNativeHistograms)
        }
        let series = Gauge()
        let seriesLimit = Gauge()
        seriesLimit.set(limits.lines)
        var table = MetricTable(limits: limits)
        for (kind, counter) in zip(MetricConflict.allCases, conflicts) {
            _ = table.instrument(MetricCatalogue.metricsConflicts, labels: [kind.label]) { .counter(counter) }
        }
        for (syntax, histogram) in zip(ExpositionFormat.Syntax.allCases, renderDurations) {
            _ = table.instrument(MetricCatalogue.metricsRenderDuration, labels: [syntax.label]) { .histogram(histogram) }
        }
        _ = table.instrument(MetricCatalogue.metricsSeries, labels: []) { .gauge(series) }
        _ = table.instrument(MetricCatalogue.metricsSeriesLimit, labels: []) { .gauge(seriesLimit) }
        self.conflicts = conflicts
        self.renderDurations = renderDurations
        self.series = series
        state = Mutex(State(table: table))
    }

    /// Has `collect` called before every rendering, to bring gauges up to date that are not kept up to date otherwise.
    ///
    /// Two scrapes at once call it at once. An error is counted and does not disturb the scrape.
    package func addCollector(_ name: String, _ collect: @escaping @Sendable () throws -> Void) {
        let collector = Collector(
            collect: collect,
            duration: gauge(MetricCatalogue.metricsCollectorDuration, labels: [name]),
            errors: counter(MetricCatalogue.metricsCollectorErrors, labels: [name])
        )
        state.withLock { $0.collectors.append(collector) }
    }

    /// Everything that is registered, in the format that was negotiated.
    package func render(_ format: ExpositionFormat) -> [UInt8] {
        collect()
        let started = timeSource.uptime()
        let (families, lines) = state.withLock { ($0.table.snapshot(), $0.table.lineCount) }
        series.set(lines)
        let body = ExpositionWriter.render(families, as: format.syntax, lineCount: lines)
        renderDurations[format.syntax.index].observe(timeSource.uptime() - started)
        return body
    }

    package func count(_ conflict: MetricConflict) {
        conflicts[conflict.index].increment()
    }

    private func collect() {
        for collector in state.withLock({ $0.collectors }) {
            let started = timeSource.uptime()
            do { try collector.collect() } catch { collector.errors.increment() }
            collector.duration.set(timeSource.uptime() - started)
        }
    }

    /// The instrument of a label set, or nil where it is refused.
    private func instrument(_ descriptor: MetricDescriptor, _ labels: [String], _ make: () -> Instrument) -> Instrument? {
        let labels = labels.map(Self.readable)
        switch state.withLock({ $0.table.instrument(descriptor, labels: labels, make: make) }) {
        case .found(let instrument):
            return instrument
        case .folded(let instrument, let counter):
            counter.increment()
            return instrument
        case .refused(let conflict):
            count(conflict)
            return nil
        }
    }
}

extension MetricRegistry {
    /// A label value without zeros, at which Prometheus takes a text for ended, and with it drops the whole scrape.
    private static func readable(_ value: String) -> String {
        value.utf8.contains(0) ? value.replacing("\0", with: "\u{FFFD}") : value
    }

    /// Registers a label set, or finds it; `labels` are the values in the order of the descriptor's labels.
    package func counter(_ descriptor: MetricDescriptor, labels: [String] = []) -> Counter {
        let instrument = instrument(descriptor, labels) { .counter(Counter()) }
        if case .counter(let counter) = instrument { return counter }
        return detached(Counter(), instrument)
    }

    package func dollarCounter(_ descriptor: MetricDescriptor, labels: [String] = []) -> DollarCounter {
        let instrument = instrument(descriptor, labels) { .dollars(DollarCounter()) }
        if case .dollars(let counter) = instrument { return counter }
        return detached(DollarCounter(), instrument)
    }

    package func secondsCounter(_ descriptor: MetricDescriptor, labels: [String] = []) -> SecondsCounter {
        let instrument = instrument(descriptor, labels) { .seconds(SecondsCounter()) }
        if case .seconds(let counter) = instrument { return counter }
        return detached(SecondsCounter(), instrument)
    }

    package func floatingCounter(_ descriptor: MetricDescriptor, labels: [String] = []) -> FloatingCounter {
        let instrument = instrument(descriptor, labels) { .floating(FloatingCounter()) }
        if case .floating(let counter) = instrument { return counter }
        return detached(FloatingCounter(), instrument)
    }

    package func gauge(_ descriptor: MetricDescriptor, labels: [String] = []) -> Gauge {
        let instrument = instrument(descriptor, labels) { .gauge(Gauge()) }
        if case .gauge(let gauge) = instrument { return gauge }
        return detached(Gauge(), instrument)
    }

    package func histogram(_ descriptor: MetricDescriptor, labels: [String] = []) -> Histogram {
        let instrument = instrument(descriptor, labels) { .histogram(Histogram(descriptor, isNative: keepsNativeHistograms)) }
        if case .histogram(let histogram) = instrument { return histogram }
        return detached(Histogram(descriptor), instrument)
    }

    /// One instrument per value of a closed label, in the order of `allCases`.
    func perLabel<Label: MetricLabel, Value>(_ type: Label.Type, _ make: (String) -> Value) -> [Value] {
        Label.labelValues.map(make)
    }

    /// What a caller gets whose label set is refused, or registered with another class of instrument.
    private func detached<Value>(_ value: Value, _ registered: Instrument?) -> Value {
        if registered != nil { count(.type) }
        return value
    }
}
