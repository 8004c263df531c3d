extension MetricCatalogue {
    static let logs: [MetricDescriptor] = [logMessages, logDropped]

    /// 7 lines.
    package static let logMessages = MetricDescriptor(
        "hearth_log_messages_total", .counter, labels: [LabelDescriptor("level", LogInstruments.levels)], help: "Log lines by level."
    )
    /// 1 line.
    package static let logDropped = MetricDescriptor(
        "hearth_log_dropped_total", .counter, help: "Log lines that were dropped because the output was blocked or broken."
    )
}
