extension MetricCatalogue {
    static let http: [MetricDescriptor] = [
        httpRequestDuration, httpActiveRequests, httpRejections, httpConnections, httpConnectionsLimit,
    ]

    private static let method = LabelDescriptor("http_request_method", HTTPInstruments.Method.self)

    /// 800 lines: 40 label sets; routes are templates of the router, `unmatched` where there is none, and `other` beyond the limit.
    package static let httpRequestDuration = MetricDescriptor(
        "http_server_request_duration_seconds", .histogram, unit: .seconds,
        labels: [
            method, LabelDescriptor("http_route", from: .routes),
            LabelDescriptor("http_response_status_code", HTTPInstruments.statusLabels),
        ],
        buckets: .http, expectedChildren: 40, help: "Time of every HTTP request, of those that failed too."
    )
    /// 10 lines.
    package static let httpActiveRequests = MetricDescriptor(
        "http_server_active_requests", .gauge, labels: [method], help: "HTTP requests in progress."
    )
    /// 15 lines.
    package static let httpRejections = MetricDescriptor(
        "hearth_http_rejections_total", .counter, labels: [LabelDescriptor("reason", HTTPInstruments.Rejection.self)],
        help: "Requests and connections that were refused or abandoned."
    )
    /// 1 line.
    package static let httpConnections = MetricDescriptor("hearth_http_connections", .gauge, help: "Open connections of callers.")
    /// 1 line.
    package static let httpConnectionsLimit = MetricDescriptor(
        "hearth_http_connections_limit", .gauge, help: "Open connections of callers that are allowed."
    )
}
