/// What is counted of the agreement between replicas.
package struct CoherenceInstruments: Sendable {
    /// 1 while this replica hears what others change.
    package let isLive: Gauge
    package let resyncs: Counter

    package init(registry: MetricRegistry) {
        isLive = registry.gauge(MetricCatalogue.cacheCoherenceLive)
        resyncs = registry.counter(MetricCatalogue.cacheCoherenceResyncs)
    }
}
