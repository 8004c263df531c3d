import Foundation
import Testing

// One after the other: other tests look at the clock while these run programs.
@Suite("The files of deploy/", .serialized)
struct DeploymentTests {
    @Test("agree with each other, with the settings and with the tools that are here")
    func filesAreWell() async throws {
        let check = try await DeploymentCheck.run(in: SourceFile.packageRoot())
        #expect(check.status == 0, "\(check.output)")
    }

    /// One change to one file that somebody could make without noticing.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var file: String
        var text: String
        var replacement: String
        /// Part of what the check has to say.
        var finding: String
        var testDescription: String { "\(file): \(finding)" }

        init(_ file: String, _ text: String, becomes replacement: String, finding: String) {
            self.file = "deploy/" + file
            self.text = text
            self.replacement = replacement
            self.finding = finding
        }
    }

    static let mistakes = [
        Mistake("compose.yaml", "HEARTH_BEHIND_PROXY:", becomes: "HEARTH_BEHIND_PROXIES:", finding: "is no variable of Hearth"),
        Mistake("compose.yaml", "./redis:", becomes: "./valkey:", finding: "mounts ./valkey, which does not exist"),
        Mistake("compose.yaml", "\"127.0.0.1:3000:", becomes: "\"3000:", finding: "publishes 3000:3000"),
        Mistake("compose.yaml", "  read_only: true\n", becomes: "", finding: "read_only is not True"),
        Mistake("compose.yaml", "stop_grace_period: 40s", becomes: "stop_grace_period: 20s", finding: "is not more than 30 s"),
        Mistake(".env.example", "PASSWORD_REDIS=", becomes: "PASSWORD_REDIS=redis", finding: "gives PASSWORD_REDIS a value"),
        Mistake(".env.example", "PASSWORD_GRAFANA=\n", becomes: "", finding: "does not ask for PASSWORD_GRAFANA"),
        Mistake("compose.yaml", ":/etc/hearth/dashboards", becomes: ":/etc/dashboards", finding: "which compose.yaml does not mount"),
        Mistake("prometheus/prometheus.yml", "scrape_interval: 15s", becomes: "scrape_interval: 20s", finding: "but it does each 20s"),
        Mistake("prometheus/prometheus.yml", "hearth:4328", becomes: "hearth:4327", finding: "the port for metrics is 4328"),
        Mistake("prometheus/prometheus.yml", "*.rules.yml", becomes: "*.rule.yml", finding: "and there are none in alerts"),
        Mistake("prometheus/prometheus.yml", "/etc/hearth/alerts/", becomes: "/etc/hearth/", finding: "does not mount"),
        Mistake("Dockerfile", "libpq-dev ", becomes: "", finding: "does not install libpq-dev"),
        Mistake("kubernetes/service.yaml", "targetPort: http", becomes: "targetPort: web", finding: "has no port web"),
        Mistake("kubernetes/deployment.yaml", "PeriodSeconds: 45", becomes: "PeriodSeconds: 30", finding: "is not more than 35"),
        Mistake("kubernetes/configmap.yaml", "drain: 25s", becomes: "drain: 1m", finding: "says something else than"),
        Mistake("kubernetes/configmap.yaml", "data:\n", becomes: "data:\n  a: a\n  a: b\n", finding: "the key a occurs twice"),
        Mistake("systemd/hearth.service", "TimeoutStopSec=45s", becomes: "TimeoutStopSec=30s", finding: "is not more than 30 s"),
    ]

    @Test("A mistake in one of them is found", arguments: mistakes)
    func mistakeIsFound(mistake: Mistake) async throws {
        let root = try DeploymentCheck.copy(of: SourceFile.packageRoot())
        defer { try? FileManager.default.removeItem(at: root) }
        let path = root.appendingPathComponent(mistake.file)
        let before = try String(contentsOf: path, encoding: .utf8)
        let after = before.replacing(mistake.text, with: mistake.replacement)
        try #require(after != before, "\(mistake.file) does not contain \(mistake.text)")
        try after.write(to: path, atomically: true, encoding: .utf8)
        let check = try await DeploymentCheck.run(in: root)
        #expect(check.status == 1, "\(check.output)")
        #expect(check.output.contains(mistake.finding), "\(check.output)")
    }
}

/// Runs `scripts/deploy-check.sh`, here or in a copy of what it reads.
private struct DeploymentCheck {
    var status: Int32
    var output: String

    /// On a thread of its own: those of the tasks are few, and other tests need them.
    static func run(in root: URL) async throws -> DeploymentCheck {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runAndWait(in: root) })
            }
        }
    }

    private static func runAndWait(in root: URL) throws -> DeploymentCheck {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [root.appendingPathComponent("scripts/deploy-check.sh").path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        // Read before the wait: a full pipe would keep the script from ending.
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return DeploymentCheck(status: process.terminationStatus, output: String(decoding: said, as: UTF8.self))
    }

    /// A folder with what the check reads, in the folder for temporary files.
    static func copy(of root: URL) throws -> URL {
        let files = FileManager.default
        let copy = files.temporaryDirectory.appendingPathComponent("hearth-deploy-\(UUID().uuidString)")
        try files.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["deploy", "grafana", "scripts", "config", "docs", "alerts", ".dockerignore", "Package.swift", "LICENSE"] {
            try files.copyItem(at: root.appendingPathComponent(name), to: copy.appendingPathComponent(name))
        }
        return copy
    }
}
