extension MetricCatalogue {
    static let limits: [MetricDescriptor] = [limitRefusals, limitSharedChecks, limitCallers, limitCallersLimit]

    /// 2 lines.
    package static let limitRefusals = MetricDescriptor(
        "hearth_limits_refusals_total", .counter, labels: [LabelDescriptor("limit", LimitInstruments.Limit.self)],
        help: "Requests that were refused because a limit of their credential was reached, by the limit."
    )
    /// 2 lines.
    package static let limitSharedChecks = MetricDescriptor(
        "hearth_limits_shared_checks_total", .counter, labels: [LabelDescriptor("outcome", LimitInstruments.Outcome.self)],
        help: "Questions to Redis about what replicas have used of a limit together; after an error the replica decides by itself."
    )
    /// 1 line.
    package static let limitCallers = MetricDescriptor(
        "hearth_limits_callers", .gauge, help: "Credentials whose requests are counted against limits now."
    )
    /// 1 line.
    package static let limitCallersLimit = MetricDescriptor(
        "hearth_limits_callers_limit", .gauge, help: "Credentials whose requests can be counted at one time; see limits.trackedCallers."
    )
}
