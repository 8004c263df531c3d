extension MetricCatalogue {
    static let overload: [MetricDescriptor] = [overloadShed, overloadLevel, overloadDelay, overloadTarget]

    /// 3 lines.
    package static let overloadShed = MetricDescriptor(
        "hearth_overload_shed_total", .counter, labels: [LabelDescriptor("class", OverloadInstruments.Work.self)],
        help: "Pieces of work that were refused because there was more to do than could be done in time, by class; hits never are."
    )
    /// 1 line.
    package static let overloadLevel = MetricDescriptor(
        "hearth_overload_level", .gauge,
        help: "Classes of work that are refused now, the cheapest first: 0 none, 1 background work, 2 lists too, 3 most misses too."
    )
    /// 1 line.
    package static let overloadDelay = MetricDescriptor(
        "hearth_overload_delay_seconds", .gauge, unit: .seconds,
        help: "Mean time that work waited for the latest event loop, over the last quarter of a second."
    )
    /// 1 line.
    package static let overloadTarget = MetricDescriptor(
        "hearth_overload_target_seconds", .gauge, unit: .seconds,
        help: "Waiting time above which work is refused; 0 where none ever is. See overload.targetDelay."
    )
}
