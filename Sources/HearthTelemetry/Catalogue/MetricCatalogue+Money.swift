extension MetricCatalogue {
    static let money: [MetricDescriptor] = [cost, saved]

    /// 4 lines.
    package static let cost = MetricDescriptor(
        "hearth_cost_usd_total", .counter, unit: .usd, labels: [LabelDescriptor("purpose", CallPurpose.self)],
        help: "Money paid to the provider, in US dollars."
    )
    /// 8 lines.
    package static let saved = MetricDescriptor(
        "hearth_saved_usd_total", .counter, unit: .usd, labels: [LabelDescriptor("category", ResponseCategory.self)],
        help: "Money not paid to the provider because an answer was kept, in US dollars; what warming and refresh cost is not subtracted."
    )
}
