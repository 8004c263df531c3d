/// What is told about the files of the embedded database.
package struct DatabaseInstruments: Sendable {
    package enum File: Int, MetricLabel {
        case main
        /// The write-ahead log.
        case wal

        package static let labelValues = ["main", "wal"]
    }

    /// What had become of a file that was open.
    package enum Reopening: Int, MetricLabel {
        case deleted
        case replaced

        package static let labelValues = ["deleted", "replaced"]
    }

    private let fileGauges: [Gauge]
    private let reopenings: [Counter]

    package init(registry: MetricRegistry) {
        fileGauges = registry.perLabel(File.self) { registry.gauge(MetricCatalogue.databaseFileBytes, labels: [$0]) }
        reopenings = registry.perLabel(Reopening.self) { registry.counter(MetricCatalogue.databaseReopenings, labels: [$0]) }
    }

    package func fileBytes(_ file: File) -> Gauge { fileGauges[file.index] }

    package func reopened(_ reason: Reopening) -> Counter { reopenings[reason.index] }
}
