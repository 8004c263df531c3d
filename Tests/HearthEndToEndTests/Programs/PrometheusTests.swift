import Foundation
import HearthTestKit
import Testing

@Suite("A real Prometheus", .serialized, .timeLimit(.minutes(2)))
struct PrometheusTests {
    private static let prometheus = "/usr/bin/prometheus"
    private static let promtool = "/usr/bin/promtool"

    @Test("It scrapes both formats without error and counts what Hearth counts")
    func scrape() async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.prometheus), "Install it: apt-get install prometheus")
        let stage = try await Stage()
        let hearth = try await stage.start()
        for _ in 0..<10 { _ = try await hearth.ask("Do you sell gift cards?") }
        // Prometheus 2.42 asks for OpenMetrics by itself; the classic text comes from a server that repeats what Hearth gave.
        let classic = try await hearth.client.get("/metrics", headers: ["Accept": "text/plain;version=0.0.4"])
        #expect(classic.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
        let open = try await hearth.client.get("/metrics", headers: ["Accept": "application/openmetrics-text;version=1.0.0"])
        #expect(open.header("Content-Type")?.hasPrefix("application/openmetrics-text; version=1.0.0") == true)
        #expect(open.text.hasSuffix("# EOF\n"))
        let text = classic.text
        let repeater = try await ScriptedServer.start { _ in [.answer(type: "text/plain; version=0.0.4", text)] }
        let port = try await FreePort.find()
        try stage.write(
            "prometheus.yml",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - {job_name: open, static_configs: [{targets: ["127.0.0.1:\(hearth.port)"]}]}
              - {job_name: classic, static_configs: [{targets: ["127.0.0.1:\(repeater.port)"]}]}
            """)
        let server = try RunningProgram(
            Self.prometheus,
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], folder: stage.folder.path)
        let client = try WebClient(baseURL: "http://127.0.0.1:\(port)")
        for job in ["open", "classic"] {
            try await Deadline.until("Prometheus has scraped \(job): \(server.errors.suffix(1000))", within: .seconds(40)) {
                try await Self.value(client, #"up{job="\#(job)"}"#) == 1
            }
            #expect(try await Self.value(client, #"hearth_cache_requests_total{job="\#(job)", result="hit", match="exact"}"#) == 9)
            #expect(try await Self.value(client, #"sum(hearth_cache_requests_total{job="\#(job)"})"#) == 10)
            #expect(try await Self.value(client, #"sum(hearth_saved_usd_total{job="\#(job)"})"#) == 0.018)
        }
        #expect(try await Self.value(client, #"hearth_build_info{job="open"}"#) == 1)
        let targets = try await client.get("/api/v1/targets").json["data"]["activeTargets"].items
        #expect(targets.allSatisfy { $0["lastError"].text == "" && $0["health"].text == "up" })
        #expect(!server.errors.contains("level=error"))
        server.send(signal: 9)
        await repeater.stop()
    }

    /// One number from the query API; nil while there is none, or nobody answers yet.
    private static func value(_ client: WebClient, _ query: String) async throws -> Double? {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "+&=")
        let encoded = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        guard let reply = try? await client.get("/api/v1/query?query=\(encoded)"), reply.status == 200 else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }

    @Test("promtool finds nothing to complain about")
    func lint() async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.promtool), "Install it: apt-get install prometheus")
        let stage = try await Stage()
        let hearth = try await stage.start()
        for _ in 0..<2 { _ = try await hearth.ask("Do you sell gift cards?") }
        let text = try await hearth.client.get("/metrics", headers: ["Accept": "text/plain"]).text
        let check = try RunningProgram(Self.promtool, ["check", "metrics"], folder: stage.folder.path, input: text)
        let ending = try await check.waitForEnd()
        #expect(ending.status == 0)
        #expect(check.errors.isEmpty, "\(check.errors)")
        #expect(check.output.isEmpty, "\(check.output)")
    }
}
