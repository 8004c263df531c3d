import Foundation
import HearthTestKit
import Testing
import Yams

@Suite("The configurations of Alertmanager")
struct AlertmanagerTests {
    static let example = "alerts/alertmanager.example.yml"
    static let deployed = "deploy/alertmanager/alertmanager.yml"

    @Test("amtool finds no fault with them", arguments: [example, deployed])
    func areValid(file: String) async throws {
        let answer = try await InstalledTool.amtool.run(["check-config", file])
        #expect(answer.status == 0, "\(answer.text)")
    }

    @Test("They differ in their receivers only")
    func agree() throws {
        let (example, deployed) = (try compose(Self.example), try compose(Self.deployed))
        #expect(example["route"] == deployed["route"])
        #expect(example["inhibit_rules"] == deployed["inhibit_rules"])
    }

    private func compose(_ file: String) throws -> Node {
        try #require(try Yams.compose(yaml: Repository.text(file)))
    }

    struct Route: Sendable, CustomTestStringConvertible {
        var alert: String
        var severity: String
        var receiver: String
        var testDescription: String { "\(alert), \(severity): \(receiver)" }
    }

    static let routes = [
        Route(alert: "HearthStoreDown", severity: "critical", receiver: "hearth-page"),
        Route(alert: "HearthCacheHitRateLow", severity: "warning", receiver: "hearth-ticket"),
        Route(alert: "HearthWatchdog", severity: "none", receiver: "hearth-watchdog"),
        Route(alert: "HearthUnheardOf", severity: "none", receiver: "hearth-ticket"),
    ]

    @Test("Critical alerts page, warnings become tickets, the watchdog goes to who notices its silence", arguments: routes)
    func severityDecides(route: Route) async throws {
        for file in [Self.example, Self.deployed] {
            let answer = try await InstalledTool.amtool.run([
                "config", "routes", "test", "--config.file=\(file)", "--verify.receivers=\(route.receiver)", "alertname=\(route.alert)",
                "service=hearth", "severity=\(route.severity)",
            ])
            #expect(answer.status == 0, "\(file): \(answer.text)")
        }
    }

    @Test("Every alert has a route for its severity")
    func alertsAreRouted() async throws {
        let receivers = ["critical": "hearth-page", "warning": "hearth-ticket", "none": "hearth-watchdog"]
        for alert in try RuleDocument.alerts() {
            #expect(receivers[alert.labels?["severity"] ?? ""] != nil, "\(alert.title)")
            #expect((alert.labels?["severity"] == "none") == (alert.alert == "HearthWatchdog"))
        }
    }
}

@Suite("Alertmanager, running")
struct AlertInhibitionTests {
    /// An alert with the labels of its rule and those of its series.
    private static func labels(_ title: String, _ more: [String: String] = [:]) throws -> [String] {
        let rule = try #require(try RuleDocument.alerts().first { $0.title == title }, "\(title)")
        let own = (rule.labels ?? [:]).merging(["job": "hearth"].merging(more) { $1 }) { own, _ in own }
        return ["alertname=\(rule.alert ?? "")"] + own.map { "\($0)=\($1)" }.sorted()
    }

    @Test(
        """
        What is critical silences warnings of its family, but not those of another store or job; without targets only that is told, and what
        another deployment has to tell
        """)
    func inhibits() async throws {
        let folder = try TemporaryFolder()
        let address = "127.0.0.1:\(try await FreePort.find())"
        let server = try InstalledTool.alertmanager.start([
            "--config.file=\(AlertmanagerTests.deployed)", "--storage.path=\(folder.path)", "--web.listen-address=\(address)",
            "--cluster.listen-address=",
        ])
        defer { server.send(signal: SIGTERM) }
        func ask(_ arguments: [String]) async throws -> InstalledTool.Answer {
            try await InstalledTool.amtool.run(["alert"] + arguments + ["--alertmanager.url=http://\(address)"])
        }
        try await Deadline.until("Alertmanager answers") { try await ask(["query"]).status == 0 }
        let alerts = [
            try Self.labels("HearthStoreDown", ["store": "redis"]), try Self.labels("HearthStoreErrors", ["store": "redis"]),
            try Self.labels("HearthStoreErrors", ["store": "postgres"]),
            try Self.labels("HearthJobNotSucceeding", ["job_name": "warm-cache"]),
            try Self.labels("HearthJobFailing", ["job_name": "warm-cache"]), try Self.labels("HearthJobStuck", ["job_name": "prune-cache"]),
            try Self.labels("HearthLatencyBudgetBurn (1h)"), try Self.labels("HearthLatencyBudgetBurn (3d)"),
            try Self.labels("HearthResponseTimeHigh"), try Self.labels("HearthCacheSizeHigh", ["store": "sqlite"]),
            try Self.labels("HearthWatchdog"),
        ]
        for alert in alerts { #expect(try await ask(["add"] + alert).status == 0) }
        func count(_ arguments: [String]) async throws -> [String] {
            let text = try await ask(["query", "--output=extended"] + arguments).text
            return text.split(separator: "\n").compactMap { $0.firstMatch(of: /alertname="(\w+)"/).map { String($0.1) } }.sorted()
        }
        #expect(
            try await count(["--inhibited"]) == [
                "HearthJobFailing", "HearthLatencyBudgetBurn", "HearthResponseTimeHigh", "HearthStoreErrors",
            ])
        #expect(try await ask(["add"] + Self.labels("HearthTargetMissing")).status == 0)
        #expect(try await count(["--inhibited"]).count == alerts.count - 1)
        #expect(try await count(["--active"]) == ["HearthTargetMissing", "HearthWatchdog"])
        #expect(try await ask(["add"] + Self.labels("HearthScrapeSlow", ["job": "hearth-of-others"])).status == 0)
        #expect(try await count(["--active"]) == ["HearthScrapeSlow", "HearthTargetMissing", "HearthWatchdog"])
    }
}
