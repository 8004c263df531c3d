import HearthTelemetry
import Testing

@Suite("What asks for metrics, held against the catalogue")
struct ReferenceLintTests {
    private let lint = ReferenceLint()

    @Test(
        "Families, the series of histograms, their labels and those that Prometheus adds are known",
        arguments: [
            #"sum(rate(hearth_cache_requests_total{job="hearth", result=~"hit|stale"}[5m]))"#,
            #""expr": "histogram_quantile(0.95, rate(hearth_answer_duration_seconds_bucket{le=\\"0.2\\"}[5m]))""#,
            "http_server_request_duration_seconds_count and gen_ai_client_operation_duration_seconds_sum",
            "job:hearth_anything:rate5m, dashboards/hearth_anything.json, my-hearth_anything, hearth_AnyThing, a hearth_",
            "hearth_restart() { systemctl restart hearth; }\nhearth_restart",
        ])
    func known(text: String) {
        #expect(lint.check(text) == [])
    }

    @Test(
        "What the catalogue does not have is found with its line",
        arguments: [
            (
                "a\nhearth_cache_request_total > 0", 2,
                "hearth_cache_request_total is not in the catalogue; it has hearth_cache_requests_total"
            ),
            (#"hearth_cache_requests_total{outcome="hit"}"#, 1, "hearth_cache_requests_total has no label outcome"),
            ("rate(hearth_cache_requests_total_bucket[5m])", 1, "hearth_cache_requests_total_bucket is not in the catalogue"),
            ("http_server_requests_seconds_count", 1, "http_server_requests_seconds_count is not in the catalogue"),
        ])
    func unknown(text: String, line: Int, detail: String) {
        let findings = lint.check(text)
        #expect(findings.count == 1 && findings.first?.line == line && findings.first?.detail.hasPrefix(detail) == true, "\(findings)")
    }
}
