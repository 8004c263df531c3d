/// Every metric family that Hearth can expose, in one place: names, kinds, units, labels, meaning, buckets.
///
/// Exposition, documentation, dashboards, rules and runbooks are held against it. A family in the catalogue is exposed
/// only once something registers a label set of it. Rules: durations in seconds, sizes in bytes, moments in Unix seconds; the prefix
/// `hearth_` but for the standard names (`process_*`, `swift_info`) and those of OpenTelemetry (`http_server_*`, `gen_ai_client_*`).
package enum MetricCatalogue {
    package static let areas: [(name: String, families: [MetricDescriptor])] = [
        ("Cache", cache), ("Money", money), ("Statistics", statistics), ("Upstream AI", upstream), ("Gateway", gateway),
        ("WhatsApp", inbox),
        ("Scheduler and aggregation", scheduler), ("Stores", stores),
        ("HTTP", http), ("Access", access), ("Sessions", sessions), ("Audit", audit), ("Limits", limits), ("Overload", overload),
        ("Process and build", process), ("Registry", registry), ("Logs", logs),
        ("Traces", traces),
    ]

    package static let all: [MetricDescriptor] = areas.flatMap(\.families)
}
