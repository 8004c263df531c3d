import Foundation
import HearthTestKit

/// A Prometheus that scrapes given targets each second.
struct WatchingPrometheus: Sendable {
    let program: RunningProgram
    let probe: HTTPProbe

    /// - Parameters:
    ///   - jobs: entries of `scrape_configs`.
    ///   - features: switched on by `--enable-feature`.
    init(jobs: [String], folder: TemporaryFolder, features: [String] = []) async throws {
        guard FileManager.default.isExecutableFile(atPath: WatchedHearth.prometheusPath) else {
            throw RunningProgram.Failure("\(WatchedHearth.prometheusPath) is missing. Install it: apt-get install prometheus")
        }
        let configuration = "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n" + jobs.joined(separator: "\n") + "\n"
        try Data(configuration.utf8).write(to: URL(filePath: folder.path + "/prometheus.yml"))
        let port = try await FreePort.find()
        let enabled = features.isEmpty ? [] : ["--enable-feature=\(features.joined(separator: ","))"]
        program = try RunningProgram(
            WatchedHearth.prometheusPath,
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ] + enabled, folder: folder.path)
        probe = try HTTPProbe(baseURL: "http://127.0.0.1:\(port)")
    }

    func untilUp(_ job: String) async throws {
        do {
            try await Deadline.until("Prometheus has scraped \(job)") { try await number("up{job=\"\(job)\"}") == 1 }
        } catch let passed as Deadline.Passed {
            throw RunningProgram.Failure("\(passed): \(try await lastError(of: job))\n\(program.errors.suffix(1000))")
        }
    }

    private func lastError(of job: String) async throws -> String {
        let targets = try? await probe.get("/api/v1/targets")
        return targets?.json["data"]["activeTargets"].items.first { $0["labels"]["job"].text == job }?["lastError"].text ?? ""
    }

    /// Nil while nobody answers, or there is none.
    func number(_ query: String) async throws -> Double? {
        guard let reply = try? await probe.get("/api/v1/query", ["query": query]) else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }

    /// Everything that a job's target has now, but for what a registry says about itself.
    func series(of job: String) async throws -> ParsedSeries {
        let reply = try await probe.get("/api/v1/query", ["query": "{job=\"\(job)\", __name__=~\"test_.*\"}"])
        var series = ParsedSeries()
        for item in reply.json["data"]["result"].items {
            guard case .object(var labels) = item["metric"] else { continue }
            let name = labels.removeValue(forKey: "__name__")?.text ?? ""
            labels["job"] = nil
            labels["instance"] = nil
            series.add(name, labels, item["value"][1].text ?? "")
        }
        return series
    }

    func stop() async {
        program.send(signal: 9)
        _ = try? await program.waitForEnd()
    }
}
