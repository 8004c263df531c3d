import CoreMetrics

/// One instrument of a library: every kind of swift-metrics handler in front of one of the registry's instruments.
///
/// What does not fit the instrument behind it, such as a negative amount for a counter, is counted as a conflict.
final class BridgedInstrument: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    let label: String
    let dimensions: [(String, String)]
    let shape: RegistryMetricsFactory.Shape

    private let instrument: Instrument
    private let registry: MetricRegistry

    init(
        label: String, dimensions: [(String, String)], shape: RegistryMetricsFactory.Shape, instrument: Instrument, registry: MetricRegistry
    ) {
        self.label = label
        self.dimensions = dimensions
        self.shape = shape
        self.instrument = instrument
        self.registry = registry
    }

    func isFor(_ shape: RegistryMetricsFactory.Shape, _ label: String, _ dimensions: [(String, String)]) -> Bool {
        self.shape == shape && self.label == label && self.dimensions.elementsEqual(dimensions, by: ==)
    }

    func increment(by amount: Int64) {
        guard amount >= 0, case .counter(let counter) = instrument else { return refuse(amount < 0 ? .negative : .type) }
        counter.increment(by: UInt64(amount))
    }

    /// Adds to a counter of fractional amounts or to a gauge, which share this requirement in swift-metrics.
    func increment(by amount: Double) {
        switch instrument {
        case .floating(let counter): if !counter.add(amount) { refuse(.negative) }
        case .gauge(let gauge): gauge.add(amount)
        case .counter, .dollars, .seconds, .histogram: refuse(.type)
        }
    }

    func decrement(by amount: Double) {
        guard case .gauge(let gauge) = instrument else { return refuse(.type) }
        gauge.add(-amount)
    }

    func reset() {
        switch instrument {
        case .counter(let counter): counter.reset()
        case .floating(let counter): counter.set(total: 0)
        case .gauge, .dollars, .seconds, .histogram: refuse(.type)
        }
    }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        guard case .gauge(let gauge) = instrument else { return refuse(.type) }
        gauge.set(value)
    }

    func record(_ value: Int64) { record(Double(value)) }

    /// A recorder that does not aggregate keeps the last value, as a gauge does.
    func record(_ value: Double) {
        switch instrument {
        case .histogram(let histogram): histogram.observe(value)
        case .gauge(let gauge): gauge.set(value)
        case .counter, .floating, .dollars, .seconds: refuse(.type)
        }
    }

    func recordNanoseconds(_ duration: Int64) {
        guard case .histogram(let histogram) = instrument else { return refuse(.type) }
        histogram.observe(Double(duration) / 1e9)
    }

    private func refuse(_ conflict: MetricConflict) {
        registry.count(conflict)
    }
}
