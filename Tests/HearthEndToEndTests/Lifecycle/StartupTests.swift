import Foundation
import HearthTestKit
import Testing

@Suite("A start that cannot succeed ends with one clear line", .serialized, .timeLimit(.minutes(10)))
struct StartupTests {
    @Test("A taken port: 75, with the port, who holds it and what to do")
    func portTaken() async throws {
        let stage = try await Stage()
        let holder = try await ScriptedServer.start { _ in [.close] }
        let refusal = try await stage.refusal(arguments: ["--port", "\(holder.port)"])
        #expect(refusal.status == 75)
        let line = try #require(refusal.errors.split(separator: "\n").first)
        #expect(line.hasPrefix("Port \(holder.port) on 127.0.0.1 is in use by "))
        #expect(line.contains("(pid \(ProcessInfo.processInfo.processIdentifier))"))
        #expect(line.contains("--port"))
        #expect(refusal.output.isEmpty)
        await holder.stop()
    }

    @Test("A data folder that is a file: 2, with the path and what to do")
    func dataFolder() async throws {
        let stage = try await Stage()
        try stage.write("data", "not a folder")
        let refusal = try await stage.refusal()
        #expect(refusal.status == 2)
        #expect(refusal.errors.contains(stage.dataFolder))
        #expect(refusal.errors.contains("--data-dir"))
        let below = try await stage.refusal(arguments: ["--data-dir", stage.dataFolder + "/below"])
        #expect(below.status == 2)
        #expect(below.errors.contains(stage.dataFolder + "/below"))
        #expect(refusal.errors.split(separator: "\n").count == 1)
    }

    @Test("A second instance on the same data: 75, with the first one's process id; after its end the folder is free")
    func secondInstance() async throws {
        let stage = try await Stage()
        let first = try await stage.start()
        let refusal = try await stage.refusal()
        #expect(refusal.status == 75)
        #expect(refusal.errors.contains("\(stage.dataFolder) is in use by Hearth pid \(first.program.processIdentifier) (started "))
        #expect(refusal.errors.contains("--data-dir"))
        #expect(try await first.ask("Do you sell gift cards?").status == 200)
        try await first.killAtOnce()
        _ = try await stage.start()
    }

    @Test("A faulty hearth.yaml: 2, with all faults, their lines and the nearest names")
    func faultyConfiguration() async throws {
        let stage = try await Stage()
        let settings = """
            listener:
              prot: 8080
              limits:
                idleTimeout: soon
            cache:
              minimumConfidence: 1.5
            jobs:
              prune-cache:
                schedule: "61 3 * * *"
            """
        let refusal = try await stage.refusal(settings: settings)
        #expect(refusal.status == 2)
        let lines = refusal.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("hearth.yaml has 4 faults:") == true)
        #expect(lines.contains { $0.contains("hearth.yaml:2") && $0.contains("prot") && $0.contains("did you mean listener.port") })
        #expect(lines.contains { $0.contains("hearth.yaml:4") && $0.contains("idleTimeout") && $0.contains("soon") })
        #expect(lines.contains { $0.contains("hearth.yaml:6") && $0.contains("minimumConfidence") && $0.contains("1.5") })
        #expect(lines.contains { $0.contains("hearth.yaml:9") && $0.contains("prune-cache") })
        let check = try await stage.run(["config", "check"])
        #expect(check.status == 2)
        #expect(check.errors == refusal.errors)
    }

    @Test("YAML that cannot be read at all: 2, with the place")
    func brokenYAML() async throws {
        let stage = try await Stage()
        let refusal = try await stage.refusal(settings: "listener: [unclosed\nport: 1\n")
        #expect(refusal.status == 2)
        #expect(refusal.errors.contains("hearth.yaml"))
    }

    @Test("Production without keys for the callers: 2; with the simulated provider: 2")
    func productionRules() async throws {
        let stage = try await Stage()
        let open = try await stage.refusal(environment: ["HEARTH_PROFILE": "production"])
        #expect(open.status == 2)
        #expect(open.errors.contains("HEARTH_API_KEYS"))
        #expect(open.errors.split(separator: "\n").count == 1)
        #expect(try await stage.refusal(environment: ["HEARTH_HOST": "0.0.0.0"]).status == 2)
        #expect(try await stage.refusal(environment: ["HEARTH_PROFILE": "staging"]).status == 2)
        let simulated = try await stage.refusal(
            environment: ["HEARTH_PROFILE": "production", "HEARTH_API_KEYS": "0123456789abcdef", "HEARTH_HOST": "0.0.0.0"],
            arguments: ["--simulate-provider"])
        #expect(simulated.status == 2)
        #expect(simulated.errors.contains("provider.simulate"))
        #expect(simulated.errors.contains("listener.host"))
        #expect(!simulated.errors.contains("0123456789abcdef"))
    }

    @Test("Production with a Redis and a PostgreSQL that do not answer: 75, one line each, without passwords")
    func productionServers() async throws {
        let stage = try await Stage()
        let port = try await FreePort.find()
        let refusal = try await stage.refusal(environment: [
            "HEARTH_PROFILE": "production", "HEARTH_API_KEYS": "0123456789abcdef",
            "REDIS_URL": "redis://:hidden-word@127.0.0.1:\(port)/0",
            "DATABASE_URL": "postgres://hearth:hidden-word@127.0.0.1:\(port)/hearth",
        ])
        #expect(refusal.status == 75)
        let lines = refusal.errors.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("Redis at ") && $0.contains("127.0.0.1:\(port)") })
        #expect(lines.contains { $0.hasPrefix("PostgreSQL at ") && $0.contains("127.0.0.1:\(port)") })
        #expect(!refusal.errors.contains("hidden-word"))
    }

    @Test("Development with a Redis that does not answer goes on with a warning, and says degraded")
    func developmentDegraded() async throws {
        let stage = try await Stage()
        let port = try await FreePort.find()
        let hearth = try await stage.start(environment: ["REDIS_URL": "redis://:hidden-word@127.0.0.1:\(port)/0"])
        #expect(hearth.ready["warnings"][0].text?.contains("Redis") == true)
        let ready = try await hearth.client.get("/readyz")
        #expect(ready.status == 200)
        #expect(ready.json["status"].text == "degraded")
        #expect(ready.json["degraded"][0]["component"].text == "Redis")
        let health = try await hearth.client.get("/api/v1/cache/health").json
        #expect(health["status"].text == "degraded")
        #expect(health["redis"]["connected"].bool == false)
        let warnings = hearth.program.errorLines.compactMap { JSONNode($0) }.filter { $0["level"].text == "warning" }
        #expect(warnings.contains { $0["server"].text == "Redis" })
        #expect(!hearth.program.errors.contains("hidden-word"))
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
    }

    @Test("Development with a Redis that takes connections and never says a word starts and answers without waiting for it")
    func silentRedis() async throws {
        let stage = try await Stage()
        let silent = try await ScriptedServer.start { _ in [.stall] }
        let began = ContinuousClock.now
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 200ms}\n", environment: ["REDIS_URL": "redis://127.0.0.1:\(silent.port)/0"])
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(silent.connections > 0)
        let asked = ContinuousClock.now
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        #expect(ContinuousClock.now - asked < .seconds(2))
        let ready = try await hearth.client.get("/readyz")
        #expect(ready.status == 200 && ready.json["status"].text == "degraded")
        let health = try await hearth.client.get("/api/v1/cache/health").json
        #expect(health["redis"]["configured"].bool == true && health["redis"]["connected"].bool == false)
        #expect(try await hearth.metrics().value("hearth_store_up", ["store": "redis"]) == 0)
        #expect(try await hearth.terminate() == .init(status: 0))
        await silent.stop()
    }

    @Test("No key for the provider: 2, with what to do")
    func missingProviderKey() async throws {
        let stage = try await Stage()
        let refusal = try await stage.refusal(environment: ["OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""])
        #expect(refusal.status == 2)
        #expect(refusal.errors.contains("OPENAI_API_KEY"))
        #expect(refusal.errors.contains("--simulate-provider"))
    }

    @Test("The built-in simulator is named as simulated everywhere")
    func simulated() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""], arguments: ["--simulate-provider"])
        #expect(hearth.ready["provider"].text == "simulated")
        #expect(try await hearth.client.get("/readyz").json["provider"].text == "simulated")
        #expect(try await hearth.ask("Do you sell gift cards?").json["metadata"]["simulated"].bool == true)
        #expect(try await hearth.ask("Do you sell gift cards?").json["metadata"]["simulated"].bool == true)
        #expect(hearth.program.errorLines.contains { $0.contains("SIMULATED") })
    }
}
