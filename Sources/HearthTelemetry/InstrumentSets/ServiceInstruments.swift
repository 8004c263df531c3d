/// What is counted about the service as a whole: its event loops and its configuration.
package struct ServiceInstruments: Sendable {
    package let eventLoopLag: Histogram

    private let reloadSuccessful: Gauge
    private let reloadTime: Gauge

    package init(registry: MetricRegistry) {
        eventLoopLag = registry.histogram(MetricCatalogue.eventLoopLag)
        reloadSuccessful = registry.gauge(MetricCatalogue.configurationReloadSuccessful)
        reloadTime = registry.gauge(MetricCatalogue.configurationReloadTime)
    }

    /// The configuration was read, without a fault or with one; the start counts as the first reading.
    package func recordConfigurationReload(isSuccessful: Bool, at moment: Timestamp) {
        reloadSuccessful.set(isSuccessful)
        if isSuccessful { reloadTime.set(moment) }
    }
}
