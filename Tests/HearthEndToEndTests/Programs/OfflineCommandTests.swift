import Foundation
import HearthTestKit
import Testing

@Suite("The commands that need no service", .serialized, .timeLimit(.minutes(10)))
struct OfflineCommandTests {
    @Test("cron next lists the firings from a moment on")
    func cronNext() async throws {
        let stage = try await Stage()
        let next = try await stage.run(["cron", "next", "30 2 * * *", "--after", "2026-11-22T17:40:00Z", "--count", "2", "--json"])
        #expect(next.status == 0)
        #expect(JSONNode(next.output)?["next"] == .list([.text("2026-11-23T02:30:00Z"), .text("2026-11-24T02:30:00Z")]))
        let zone = try await stage.run(
            ["cron", "next", "30 2 * * *", "--after", "2026-03-28T12:00:00Z", "--timezone", "Europe/Madrid", "--count", "1"])
        #expect(zone.status == 0)
        #expect(zone.output.contains("2026-03-29"))
        let faulty = try await stage.run(["cron", "next", "61 2 * * *"])
        #expect(faulty.status == 2)
        #expect(faulty.errors.split(separator: "\n").count == 1)
        let explained = try await stage.run(["cron", "explain", "0 9 * * MON-FRI"])
        #expect(explained.status == 0)
        #expect(explained.output.contains("Monday"))
    }

    @Test("warm --offline fills the store of a service that is not running, and refuses one that is")
    func warmOffline() async throws {
        let stage = try await Stage()
        try stage.write(
            "list.json",
            #"{"queries": [{"query": "Do you sell gift cards?", "language": "en"}, {"query": "Oi!", "language": "pt", "response": "Olá!"}]}"#
        )
        let warmed = try await stage.run(["warm", "list.json", "--offline", "--json"])
        #expect(warmed.status == 0)
        #expect(JSONNode(warmed.output)?["cached"].integer == 2)
        #expect(try await stage.provider.calls == 1)
        let hearth = try await stage.start()
        #expect(try await hearth.ask("do you sell GIFT cards").json["cached"].bool == true)
        #expect(try await hearth.ask("Oi!", language: "pt").json["response"].text == "Olá!")
        let busy = try await stage.run(["warm", "list.json", "--offline"])
        #expect(busy.status == 75)
        #expect(busy.errors.contains("is in use by Hearth pid"))
        #expect(try await stage.run(["warm", "nowhere.json", "--offline"]).status == 2)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("config show names the origin of each value and masks secrets")
    func configShow() async throws {
        let stage = try await Stage()
        try stage.write("hearth.yaml", "cache:\n  minimumConfidence: 0.8\n")
        let variables = ["REDIS_URL": "redis://user:hidden-word@127.0.0.1:6379/0", "HEARTH_MODEL": "gpt-4o"]
        let show = try await stage.run(["config", "show", "--json"], environment: variables)
        #expect(show.status == 0)
        let settings = show.output.split(separator: "\n").compactMap { JSONNode($0) }
        func setting(_ key: String) -> JSONNode { settings.first { $0["key"].text == key } ?? .null }
        #expect(setting("cache.minimumConfidence")["value"].text == "0.8")
        #expect(setting("cache.minimumConfidence")["origin"].text == "hearth.yaml:2")
        #expect(setting("provider.model")["origin"].text == "HEARTH_MODEL")
        #expect(setting("provider.timeout")["origin"].text == "default")
        #expect(setting("redis.url")["value"].text?.contains("127.0.0.1:6379") == true)
        for output in [show.output, try await stage.run(["config", "show"], environment: variables).output] {
            #expect(!output.contains("hidden-word"))
            #expect(!output.contains("sk-end-to-end-tests"))
        }
        let check = try await stage.run(["config", "check", "--json"], environment: variables)
        #expect(check.status == 0)
        #expect(JSONNode(check.output)?["valid"].bool == true)
        #expect(try await stage.run(["config", "check", "--config", "nowhere.yaml"]).status == 2)
        #expect(try await stage.run(["config", "check"], environment: ["HEARTH_PROT": "1"]).errors.contains("HEARTH_PORT"))
    }

    @Test("Variables win over the file, flags win over variables")
    func precedence() async throws {
        let stage = try await Stage()
        try stage.write("other.yaml", "provider:\n  model: from-file\ncosts:\n  perRequest: 0.5\n")
        let show = try await stage.run(
            ["config", "show", "--json", "--config", "other.yaml", "--data-dir", "from-flag"],
            environment: ["HEARTH_MODEL": "from-variable", "HEARTH_DATA_DIR": "from-variable"])
        let settings = show.output.split(separator: "\n").compactMap { JSONNode($0) }
        func value(_ key: String) -> String? { settings.first { $0["key"].text == key }?["value"].text }
        #expect(value("provider.model") == "from-variable")
        #expect(value("costs.perRequest") == "0.5")
        #expect(value("dataDirectory") == "from-flag")
    }

    @Test("metrics lint holds dashboards, rules and runbooks against the catalogue: those that are shipped, and others")
    func metricsLint() async throws {
        let stage = try await Stage()
        let shipped = try await stage.run(["metrics", "lint", HearthBinary.packageRoot])
        #expect(shipped.status == 0, "\(shipped.output)")
        #expect(shipped.output.firstMatch(of: /no faults in (\d+) files/).flatMap { Int($0.1) }.map { $0 > 50 } == true)
        for folder in ["alerts", "monitoring/grafana"] {
            try FileManager.default.createDirectory(atPath: stage.folder.path + "/" + folder, withIntermediateDirectories: true)
        }
        try stage.write("alerts/mine.yml", "- alert: Mine\n  expr: hearth_cache_request_total{result=\"hit\"} > 0\n")
        try stage.write("monitoring/grafana/mine.json", #"{"expr": "hearth_cache_requests_total{outcome=\"hit\"}"}"#)
        // Without a source the working folder, where it has such files.
        let own = try await stage.run(["metrics", "lint"])
        #expect(own.status == 1 && own.errors.contains("there is 1 fault"))
        #expect(own.output.hasPrefix("alerts/mine.yml line 2: catalogue: hearth_cache_request_total is not in the catalogue"))
        let other = try await stage.run(["metrics", "lint", "monitoring", "--json"])
        #expect(other.status == 1 && JSONNode(other.output)?["file"].text == "monitoring/grafana/mine.json")
        #expect(try await stage.run(["metrics", "lint", "monitoring/grafana"]).status == 2)
        // An address means what is exposed there.
        #expect(try await stage.run(["metrics", "lint", "--url", "http://127.0.0.1:1"]).errors.contains("does not answer"))
    }

    @Test("version, help and misspelt commands")
    func helpAndVersion() async throws {
        let stage = try await Stage()
        let version = try await stage.run(["version"])
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("hearth 0."))
        #expect(JSONNode(try await stage.run(["version", "--json"]).output)?["compiler"].text?.hasPrefix("Swift 6") == true)
        for arguments in [["--help"], ["serve", "--help"], ["help", "environment"], ["help", "exit-codes"], ["jobs", "-h"]] {
            let help = try await stage.run(arguments)
            #expect(help.status == 0, "\(arguments)")
            #expect(!help.output.isEmpty && help.errors.isEmpty, "\(arguments)")
        }
        for (arguments, hint) in [(["serv"], "serve"), (["jobs", "lst"], "list"), (["serve", "--prot", "1"], "--port")] {
            let fault = try await stage.run(arguments)
            #expect(fault.status == 2, "\(arguments)")
            #expect(fault.output.isEmpty, "\(arguments)")
            #expect(fault.errors.contains(hint), "\(arguments)")
        }
    }
}
