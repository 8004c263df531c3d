import Foundation
import HearthTestKit
import Testing

/// The checks of Tests/Page in a real browser: short for every change, whole by `make test-page`.
@Suite("The page in a browser", .serialized, .timeLimit(.minutes(30)))
struct PageCheckTests {
    @Test("Accessible, the same without its script, by keyboard, on a small screen, in five languages and on paper")
    func checks() async throws {
        let python = try await PageChecks.python()
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start(settings: Stage.quietSettings, environment: ["HEARTH_PRICES_DATE": "2026-11-01"])
        let environment = PageChecks.environment.merging(["HOME": stage.folder.path]) { $1 }
        // A list that cannot be read makes the job that warms fail.
        try stage.write("common-queries.json", "{")
        let seed = try RunningProgram(
            python, [PageChecks.script("seed.py"), hearth.url, stage.dataFolder], folder: stage.folder.path, environment: environment)
        let seeded = try await seed.waitForEnd(within: .seconds(120))
        try #require(seeded.status == 0, "\(seed.errors.suffix(2000))")
        // Pictures are kept, to be looked at.
        let run = try RunningProgram(
            python, [PageChecks.script("page_checks.py"), hearth.url, PageChecks.extent, PageChecks.artefacts],
            folder: stage.folder.path, environment: environment)
        let ending = try await run.waitForEnd(within: .seconds(1500))
        print(run.output)
        #expect(ending.status == 0, "\(run.output.suffix(8000))\n\(run.errors.suffix(2000))")
    }

    @Test("Whoever has to sign in is told how, and a key that may only read has no buttons")
    func access() async throws {
        let python = try await PageChecks.python()
        let stage = try await Stage(latencyMilliseconds: 0)
        let key = try await AccessKeys.create(stage, name: "owner", scopes: "stats")
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let run = try RunningProgram(
            python, [PageChecks.script("page_access.py"), hearth.url, key, PageChecks.artefacts], folder: stage.folder.path,
            environment: PageChecks.environment.merging(["HOME": stage.folder.path]) { $1 })
        let ending = try await run.waitForEnd(within: .seconds(200))
        print(run.output)
        #expect(ending.status == 0, "\(run.output.suffix(8000))\n\(run.errors.suffix(2000))")
    }

    @Test("Says what is away, and recovers by itself", .enabled(if: PageChecks.extent == "whole", "minutes of waiting: make test-page"))
    func faults() async throws {
        let python = try await PageChecks.python()
        let stage = try await Stage(latencyMilliseconds: 0)
        var redis = try await RedisServer.start()
        let postgres = try await PostgresServer.start()
        let settings = """
            cache:
              lookupDeadline: 5s
            jobs:
              warm-cache: {schedule: "@manual"}
              probe-stores: {schedule: "*/2 * * * * *", seconds: true, retries: 0}
            """
        let environment = ["REDIS_URL": redis.url, "DATABASE_URL": postgres.url, "HEARTH_PORT": "\(try await FreePort.find())"]
        var hearth = try await stage.start(settings: settings, environment: environment)
        let run = try RunningProgram(
            python, [PageChecks.script("page_faults.py"), hearth.url, PageChecks.artefacts, stage.folder.path],
            folder: stage.folder.path, environment: PageChecks.environment.merging(["HOME": stage.folder.path]) { $1 })
        var step = 0
        while true {
            step += 1
            let wish = try await Deadline.value("step \(step)", within: .seconds(300)) { () -> String? in
                if run.ending != nil { return "" }
                let mark = "step \(step): "
                return run.outputLines.first { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
            }
            switch wish {
            case "kill redis": await redis.stop()
            case "start redis": redis = try await redis.startAgain()
            case "freeze postgres": postgres.freeze()
            case "thaw postgres": postgres.thaw()
            case "kill postgres": await postgres.crash()
            case "start postgres": try await postgres.startAgain()
            case "kill provider": try await stage.provider.die()
            case "kill hearth": try await hearth.killAtOnce()
            case "start hearth": hearth = try await stage.start(settings: settings, environment: environment)
            default: break
            }
            if wish.isEmpty { break }
            try stage.write("step-\(step)", "done")
        }
        let ending = try await run.waitForEnd(within: .seconds(60))
        #expect(ending.status == 0, "\(run.output.suffix(8000))\n\(run.errors.suffix(2000))")
        _ = try await hearth.terminate()
        await redis.stop()
        await postgres.stop()
    }
}
