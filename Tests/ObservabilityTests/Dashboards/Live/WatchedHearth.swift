import Foundation
import HearthTestKit

/// A service with a simulated provider, and a Prometheus that scrapes it each second and records what the rules say.
struct WatchedHearth: Sendable {
    static let prometheusPath = "/usr/bin/prometheus"

    let folder: TemporaryFolder
    let service: RunningProgram
    let server: RunningProgram
    let hearth: HTTPProbe
    let prometheus: HTTPProbe

    static func start() async throws -> WatchedHearth {
        guard FileManager.default.isExecutableFile(atPath: prometheusPath) else {
            throw RunningProgram.Failure("\(prometheusPath) is missing. Install it: apt-get install prometheus")
        }
        let folder = try TemporaryFolder(named: "hearth-dashboards")
        func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(filePath: folder.path + "/" + name)) }
        try write("common-queries.json", #"{"queries": []}"#)
        let service = try RunningProgram(
            HearthBinary.path(), ["serve", "--simulate-provider"], folder: folder.path,
            environment: [
                "PATH": "/usr/bin:/bin", "HEARTH_HOST": "127.0.0.1", "HEARTH_PORT": "0", "HEARTH_DATA_DIR": folder.path + "/data",
                "HEARTH_SHADOW_SHARE": "1",
                "HEARTH_COMMON_QUERIES": folder.path + "/common-queries.json",
            ])
        let url = try await service.firstLine("the service is ready") { line in
            JSONNode(line).flatMap { $0["event"].text == "ready" ? $0["url"].text : nil }
        }
        for file in try AlertRule.files() ?? [] {
            // Groups are evaluated at once and not within the next half minute.
            let rules = try Repository.text("\(AlertRule.folder)/\(file)").replacing(/(?m)^( *(?:- )?)interval: .*$/) {
                "\($0.1)interval: 1s"
            }
            try write(file, rules)
        }
        let port = try await FreePort.find()
        try write(
            "prometheus.yml",
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ["*.rules.yml"]
            scrape_configs:
              - {job_name: hearth, static_configs: [{targets: ["\(url.replacing("http://", with: ""))"]}]}
            """)
        let server = try RunningProgram(
            prometheusPath,
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], folder: folder.path)
        let watched = WatchedHearth(
            folder: folder, service: service, server: server, hearth: try HTTPProbe(baseURL: url),
            prometheus: try HTTPProbe(baseURL: "http://127.0.0.1:\(port)"))
        // Counters have to be seen at 0 before they grow, or their growth is not.
        try await Deadline.until("Prometheus has scraped: \(server.errors.suffix(1000))") {
            try await watched.number("count(hearth_build_info)") == 1
        }
        return watched
    }

    /// Questions that are new, questions that are known, a look at the administration, a run of a job.
    func useIt() async throws {
        for round in 0..<4 {
            for number in 0..<6 {
                let question = #"{"query": "What does parcel number \#(number) cost to return?"}"#
                let reply = try await hearth.post("/api/v1/cache/query", question)
                guard reply.status == 200 else { throw RunningProgram.Failure("Question \(number) in round \(round): \(reply)") }
            }
        }
        for path in ["/api/v1/cache/statistics", "/readyz"] { _ = try await hearth.get(path) }
        let run = try await hearth.post("/api/v1/jobs/aggregate-statistics/run")
        guard run.status < 300 else { throw RunningProgram.Failure("The job was not run: \(run)") }
    }

    /// Nil while nobody answers, or there is none.
    func number(_ query: String) async throws -> Double? {
        guard let reply = try? await prometheus.get("/api/v1/query", ["query": query]) else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }

    func stop() async throws {
        for program in [service, server] {
            program.send(signal: 9)
            try await program.waitForEnd()
        }
    }
}
