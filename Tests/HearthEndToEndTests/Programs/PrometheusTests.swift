import Foundation
import HearthTestKit
import Testing

@Suite("A real Prometheus", .serialized, .timeLimit(.minutes(10)))
struct PrometheusTests {
    private static let promtool = "/usr/bin/promtool"

    @Test("It scrapes both formats without error and counts what Hearth counts")
    func scrape() async throws {
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
        let prometheus = try await ScrapingPrometheus(["open": hearth.port, "classic": repeater.port], on: stage)
        for job in ["open", "classic"] {
            try await prometheus.untilScraped(job)
            #expect(try await prometheus.value(#"hearth_cache_requests_total{job="\#(job)", result="hit", match="exact"}"#) == 9)
            #expect(try await prometheus.value(#"sum(hearth_cache_requests_total{job="\#(job)"})"#) == 10)
            #expect(try await prometheus.value(#"sum(hearth_saved_usd_total{job="\#(job)"})"#) == 0.018)
        }
        #expect(try await prometheus.value(#"hearth_build_info{job="open"}"#) == 1)
        try await prometheus.expectHealthyTargets()
        #expect(!prometheus.program.errors.contains("level=error"))
        prometheus.stop()
        await repeater.stop()
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
