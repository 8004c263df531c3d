extension MetricCatalogue {
    static let gateway: [MetricDescriptor] = [gatewayRouting, gatewayStreamEnds]

    /// 4 lines.
    package static let gatewayRouting = MetricDescriptor(
        "hearth_gateway_routing_total", .counter, labels: [LabelDescriptor("event", GatewayInstruments.Routing.self)],
        help:
            "Questions and requests below /v1 that went another way than to the first provider: to the next after a failure, to the next beside a silent one, nowhere while the provider wants to be left alone, or through untouched."
    )
    /// 7 lines.
    package static let gatewayStreamEnds = MetricDescriptor(
        "hearth_upstream_stream_aborts_total", .counter, labels: [LabelDescriptor("reason", GatewayInstruments.StreamEnd.self)],
        help: "Streamed answers of the provider that ended before their end mark."
    )
}
