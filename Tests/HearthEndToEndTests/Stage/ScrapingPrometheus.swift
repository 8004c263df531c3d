import Foundation
import HearthTestKit
import Testing

/// A real Prometheus that scrapes ports of this machine.
struct ScrapingPrometheus: Sendable {
    private static let path = "/usr/bin/prometheus"

    let program: RunningProgram
    let client: WebClient

    /// - Parameters:
    ///   - ports: what to scrape, by the name of the job.
    ///   - features: switched on by `--enable-feature`.
    init(_ ports: [String: Int], on stage: Stage, features: [String] = []) async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.path), "Install it: apt-get install prometheus")
        let jobs = ports.map { "  - {job_name: \($0), static_configs: [{targets: [\"127.0.0.1:\($1)\"]}]}\n" }.joined()
        // A scrape that takes too long is a fault here, and a busy machine takes its time.
        try stage.write("prometheus.yml", "global: {scrape_interval: 4s, scrape_timeout: 4s}\nscrape_configs:\n\(jobs)")
        let port = try await FreePort.find()
        let enabled = features.isEmpty ? [] : ["--enable-feature=\(features.joined(separator: ","))"]
        program = try RunningProgram(
            Self.path,
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ] + enabled, folder: stage.folder.path)
        client = try WebClient(baseURL: "http://127.0.0.1:\(port)")
    }

    func untilScraped(_ job: String) async throws {
        try await Deadline.until("Prometheus has scraped \(job): \(program.errors.suffix(1000))") {
            try await value(#"up{job="\#(job)"}"#) == 1
        }
    }

    /// One number from the query API; nil while there is none, or nobody answers yet.
    func value(_ query: String) async throws -> Double? {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "+&=")
        let encoded = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        guard let reply = try? await client.get("/api/v1/query?query=\(encoded)"), reply.status == 200 else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }

    /// No scrape has failed.
    func expectHealthyTargets() async throws {
        let targets = try await client.get("/api/v1/targets").json["data"]["activeTargets"].items
        #expect(!targets.isEmpty && targets.allSatisfy { $0["lastError"].text == "" && $0["health"].text == "up" }, "\(targets)")
    }

    func stop() { program.send(signal: 9) }
}
