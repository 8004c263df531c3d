extension MetricCatalogue {
    static let statistics: [MetricDescriptor] = [
        statisticsPendingRows, statisticsDroppedRequests, queryPatterns, queryPatternsLimit, queryPatternsFolded,
    ]

    /// 1 line.
    package static let statisticsPendingRows = MetricDescriptor(
        "hearth_statistics_pending_rows", .gauge, help: "Rows of statistics that are not known to be stored."
    )
    /// 1 line.
    package static let statisticsDroppedRequests = MetricDescriptor(
        "hearth_statistics_dropped_requests_total", .counter,
        help: "Requests whose statistics were lost because the database was away for longer than the memory for them lasts."
    )
    private static let place = LabelDescriptor("place", StatisticsInstruments.Place.self)
    /// 2 lines.
    package static let queryPatterns = MetricDescriptor(
        "hearth_query_patterns", .gauge, labels: [place], help: "Different questions that are counted one by one."
    )
    /// 2 lines.
    package static let queryPatternsLimit = MetricDescriptor(
        "hearth_query_patterns_limit", .gauge, labels: [place], help: "Different questions that may be counted one by one."
    )
    /// 1 line.
    package static let queryPatternsFolded = MetricDescriptor(
        "hearth_query_patterns_folded_total", .counter,
        help: "Requests whose question was counted together with other rare ones, because there were too many different questions."
    )
}
