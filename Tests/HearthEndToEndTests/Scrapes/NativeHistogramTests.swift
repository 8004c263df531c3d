import Foundation
import HearthTestKit
import Testing

@Suite("A real Prometheus that keeps native histograms", .timeLimit(.minutes(10)))
struct NativeHistogramTests {
    @Test("It takes them from a running Hearth, with exemplars, and calculates with them")
    func ingested() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_METRICS_PROTOBUF": "native"])
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for _ in 0..<21 { _ = try await hearth.ask("Do you sell gift cards?", headers: ["traceparent": trace]) }
        let prometheus = try await ScrapingPrometheus(
            ["hearth": hearth.port], on: stage, features: ["native-histograms", "exemplar-storage"])
        try await prometheus.untilScraped("hearth")
        #expect(try await prometheus.value(#"histogram_count(hearth_answer_duration_seconds{result="hit"})"#) == 20)
        let median = try #require(try await prometheus.value(#"histogram_quantile(0.5, hearth_answer_duration_seconds{result="hit"})"#))
        let mean = try #require(try await prometheus.value(#"histogram_sum(hearth_answer_duration_seconds{result="hit"})"#)) / 20
        #expect(median > 0 && median < max(1, mean * 20), "\(median) \(mean)")
        #expect(
            try await prometheus.value(#"histogram_count(hearth_answer_duration_seconds{result="stale"})"#) == 0,
            "an empty one is native too")
        #expect(try await prometheus.value(#"hearth_cache_requests_total{result="hit", match="exact"}"#) == 20)
        #expect(try await prometheus.value(#"count(hearth_answer_duration_seconds_bucket)"#) == nil, "2.42 drops the classic buckets")
        let query = "/api/v1/query_exemplars?query=hearth_answer_duration_seconds&start=\(Date().timeIntervalSince1970 - 600)"
        let exemplars = try await prometheus.client.get(query + "&end=\(Date().timeIntervalSince1970 + 60)").json["data"].items
        let traces = exemplars.flatMap { $0["exemplars"].items }.compactMap { $0["labels"]["trace_id"].text }
        #expect(traces.contains("0af7651916cd43dd8448eb211c80319c"), "\(exemplars)")
        try await prometheus.expectHealthyTargets()
        prometheus.stop()
    }
}
