extension MetricCatalogue {
    static let registry: [MetricDescriptor] = [
        metricsRenderDuration, metricsSeries, metricsSeriesLimit, metricsOverflow, metricsConflicts, metricsCollectorErrors,
        metricsCollectorDuration,
    ]

    private static let collector = LabelDescriptor("collector", from: .collectors)

    /// 45 lines: 3 formats.
    package static let metricsRenderDuration = MetricDescriptor(
        "hearth_metrics_render_duration_seconds", .histogram, unit: .seconds,
        labels: [LabelDescriptor("format", ExpositionFormat.Syntax.self)], buckets: .fast, help: "Time to write the metrics of a scrape."
    )
    /// 1 line.
    package static let metricsSeries = MetricDescriptor("hearth_metrics_series", .gauge, help: "Lines that are exposed.")
    /// 1 line.
    package static let metricsSeriesLimit = MetricDescriptor(
        "hearth_metrics_series_limit", .gauge, help: "Lines that may be exposed; beyond, label sets share one of their family."
    )
    /// 40 lines: one per family whose label values are not known beforehand.
    package static let metricsOverflow = MetricDescriptor(
        "hearth_metrics_overflow_total", .counter, labels: [LabelDescriptor("family", from: .families)],
        help: "Requests for a label set that were answered with the one that stands for all others, for lack of room."
    )
    /// 4 lines.
    package static let metricsConflicts = MetricDescriptor(
        "hearth_metrics_conflicts_total", .counter, labels: [LabelDescriptor("kind", MetricConflict.self)],
        help: "Misuses of the registry that were tolerated."
    )
    /// 4 lines.
    package static let metricsCollectorErrors = MetricDescriptor(
        "hearth_metrics_collector_errors_total", .counter, labels: [collector], help: "Collectors that failed at a scrape."
    )
    /// 4 lines.
    package static let metricsCollectorDuration = MetricDescriptor(
        "hearth_metrics_collector_duration_seconds", .gauge, unit: .seconds, labels: [collector],
        help: "Time that a collector took at the last scrape."
    )
}
