package import CoreMetrics
import Synchronization

/// Lets libraries that count by swift-metrics count into a ``MetricRegistry``.
///
/// Names: what is not a letter or digit becomes `_`; counters end with `_total`, timers with `_seconds`. A family has the labels of its
/// first instrument: later ones without some of them get empty values, further ones are left out and counted as a conflict. Names that
/// Hearth or Prometheus keep for themselves, and names taken by another kind, are counted as conflicts and not exposed. Nothing traps, and
/// beyond the registry's limits instruments share one label set.
package final class RegistryMetricsFactory: MetricsFactory {
    private struct State {
        /// By exposed name; a family's labels are those of its first instrument.
        var families: [String: MetricDescriptor] = [:]
        /// By a hash of what was asked for; almost always one each.
        var handlers: [Int: [BridgedInstrument]] = [:]
        var handlerCount = 0
    }

    private let registry: MetricRegistry
    private let maximumHandlers: Int
    private let state = Mutex(State())

    /// - Parameter maximumHandlers: instruments that are remembered, so that making one again is a look-up; further ones work all the same.
    package init(registry: MetricRegistry, maximumHandlers: Int = 4096) {
        self.registry = registry
        self.maximumHandlers = maximumHandlers
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(.counter, label, dimensions)
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        instrument(.floatingCounter, label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(.gauge, label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        instrument(aggregate ? .histogram : .gauge, label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        instrument(.timer, label, dimensions)
    }

    // Label sets stay exposed: a counter that disappears and returns would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

extension RegistryMetricsFactory {
    /// Finds or makes an instrument; libraries such as Hummingbird ask for one per request.
    private func instrument(_ shape: Shape, _ label: String, _ dimensions: [(String, String)]) -> BridgedInstrument {
        var hasher = Hasher()
        hasher.combine(shape)
        hasher.combine(label)
        for (name, value) in dimensions {
            hasher.combine(name)
            hasher.combine(value)
        }
        let hash = hasher.finalize()
        let known = state.withLock { $0.handlers[hash]?.first { $0.isFor(shape, label, dimensions) } }
        if let known { return known }
        let made = make(shape, label, dimensions)
        return state.withLock { state in
            if let other = state.handlers[hash]?.first(where: { $0.isFor(shape, label, dimensions) }) { return other }
            if state.handlerCount < maximumHandlers {
                state.handlers[hash, default: []].append(made)
                state.handlerCount += 1
            }
            return made
        }
    }

    private func make(_ shape: Shape, _ label: String, _ dimensions: [(String, String)]) -> BridgedInstrument {
        func bridged(_ instrument: Instrument) -> BridgedInstrument {
            BridgedInstrument(label: label, dimensions: dimensions, shape: shape, instrument: instrument, registry: registry)
        }
        let name = Self.exposedName(label, shape)
        guard !Self.isTaken(name) else {
            registry.count(.name)
            return bridged(shape.detachedInstrument)
        }
        let first = state.withLock { state in
            if let known = state.families[name] { return known }
            var labels: [String] = []
            for (dimension, _) in dimensions where !labels.contains(Self.exposedLabel(dimension)) {
                labels.append(Self.exposedLabel(dimension))
            }
            let descriptor = Self.descriptor(name: name, label: label, shape, labels: labels)
            if state.families.count < maximumHandlers { state.families[name] = descriptor }
            return descriptor
        }
        let own = Self.descriptor(name: name, label: label, shape, labels: first.labels.map(\.name))
        let (values, isComplete) = Self.values(dimensions, for: own)
        if !isComplete { registry.count(.labels) }
        switch shape {
        case .counter: return bridged(.counter(registry.counter(own, labels: values)))
        case .floatingCounter: return bridged(.floating(registry.floatingCounter(own, labels: values)))
        case .gauge: return bridged(.gauge(registry.gauge(own, labels: values)))
        case .histogram, .timer: return bridged(.histogram(registry.histogram(own, labels: values)))
        }
    }
}

extension RegistryMetricsFactory.Shape {
    /// Works and is never exposed.
    fileprivate var detachedInstrument: Instrument {
        switch self {
        case .counter: .counter(Counter())
        case .floatingCounter: .floating(FloatingCounter())
        case .gauge: .gauge(Gauge())
        case .histogram, .timer: .histogram(Histogram(buckets))
        }
    }
}
