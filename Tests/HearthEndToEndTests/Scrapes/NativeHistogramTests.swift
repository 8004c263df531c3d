import Foundation
import HearthTestKit
import Testing

@Suite("A real Prometheus that keeps native histograms", .timeLimit(.minutes(2)))
struct NativeHistogramTests {
    private static let prometheus = "/usr/bin/prometheus"

    @Test("It takes them from a running Hearth, with exemplars, and calculates with them")
    func ingested() async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.prometheus), "Install it: apt-get install prometheus")
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_METRICS_PROTOBUF": "native"])
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for _ in 0..<21 { _ = try await hearth.ask("Do you sell gift cards?", headers: ["traceparent": trace]) }
        let port = try await FreePort.find()
        try stage.write(
            "prometheus.yml",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - {job_name: hearth, static_configs: [{targets: ["127.0.0.1:\(hearth.port)"]}]}
            """)
        let server = try RunningProgram(
            Self.prometheus,
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
                "--enable-feature=native-histograms,exemplar-storage",
            ], folder: stage.folder.path)
        let client = try WebClient(baseURL: "http://127.0.0.1:\(port)")
        try await Deadline.until("Prometheus has scraped: \(server.errors.suffix(1000))", within: .seconds(40)) {
            try await Self.value(client, #"up{job="hearth"}"#) == 1
        }
        #expect(try await Self.value(client, #"histogram_count(hearth_answer_duration_seconds{result="hit"})"#) == 20)
        let median = try #require(try await Self.value(client, #"histogram_quantile(0.5, hearth_answer_duration_seconds{result="hit"})"#))
        let mean = try #require(try await Self.value(client, #"histogram_sum(hearth_answer_duration_seconds{result="hit"})"#)) / 20
        #expect(median > 0 && median < max(1, mean * 20), "\(median) \(mean)")
        #expect(
            try await Self.value(client, #"histogram_count(hearth_answer_duration_seconds{result="stale"})"#) == 0,
            "an empty one is native too")
        #expect(try await Self.value(client, #"hearth_cache_requests_total{result="hit", match="exact"}"#) == 20)
        #expect(try await Self.value(client, #"count(hearth_answer_duration_seconds_bucket)"#) == nil, "2.42 drops the classic buckets")
        let query = "/api/v1/query_exemplars?query=hearth_answer_duration_seconds&start=\(Date().timeIntervalSince1970 - 600)"
        let exemplars = try await client.get(query + "&end=\(Date().timeIntervalSince1970 + 60)").json["data"].items
        let traces = exemplars.flatMap { $0["exemplars"].items }.compactMap { $0["labels"]["trace_id"].text }
        #expect(traces.contains("0af7651916cd43dd8448eb211c80319c"), "\(exemplars)")
        let targets = try await client.get("/api/v1/targets").json["data"]["activeTargets"].items
        #expect(targets.allSatisfy { $0["lastError"].text == "" && $0["health"].text == "up" })
        server.send(signal: 9)
    }

    private static func value(_ client: WebClient, _ query: String) async throws -> Double? {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "+&=")
        let encoded = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        guard let reply = try? await client.get("/api/v1/query?query=\(encoded)"), reply.status == 200 else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }
}
