/// What is told about the disk that the data folder is on.
package struct DiskInstruments: Sendable {
    package let free: Gauge
    package let size: Gauge

    package init(registry: MetricRegistry) {
        free = registry.gauge(MetricCatalogue.dataDiskFree)
        size = registry.gauge(MetricCatalogue.dataDiskSize)
    }
}
