import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Expositions as a real Prometheus reads them", .serialized, .timeLimit(.minutes(10)))
struct ScrapedFormatsTests {
    @Test("A hostile registry has the same series in all formats, with canonical bounds")
    func sameSeries() async throws {
        let folder = try TemporaryFolder(named: "hearth-formats")
        let registry = RandomRegistry.make(seed: 7)
        var targets: [(name: String, server: ScriptedServer)] = []
        for format in [ExpositionFormat.text, .openMetrics, .protobuf] {
            let body = registry.render(format)
            let head = "HTTP/1.1 200 OK\r\nContent-Type: \(format.contentType)\r\nContent-Length: \(body.count)\r\n\r\n"
            let server = try await ScriptedServer.start { _ in [.text(head), .send(body)] }
            targets.append((format.syntax.label, server))
        }
        let jobs = targets.map { "  - {job_name: \($0.name), static_configs: [{targets: [\"127.0.0.1:\($0.server.port)\"]}]}" }
        let prometheus = try await WatchingPrometheus(jobs: jobs, folder: folder, features: ["native-histograms"])
        var read: [String: ParsedSeries] = [:]
        for (name, _) in targets {
            try await prometheus.untilUp(name)
            read[name] = try await prometheus.series(of: name)
        }
        let text = try #require(read["text"])
        #expect(text.values.count > 200)
        for (name, series) in read {
            #expect(series.repeated.isEmpty, "\(name): \(series.repeated)")
            #expect(series == text, "\(name): \(series.differences(from: text).joined(separator: "\n"))")
            #expect(series.bounds.allSatisfy { $0 == "+Inf" || Double($0).map(CanonicalNumber.text) == $0 }, "\(name)")
        }
        await prometheus.stop()
        for (_, server) in targets { await server.stop() }
    }
}
