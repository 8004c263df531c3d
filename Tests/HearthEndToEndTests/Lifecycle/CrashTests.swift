import Foundation
import HearthTestKit
import Synchronization
import Testing

@Suite("kill -9 and start again", .serialized, .timeLimit(.minutes(60)))
struct CrashTests {
    /// What the clients know about the questions they asked.
    private final class Ledger: Sendable {
        struct Entries {
            /// When each answer arrived.
            var answered: [ContinuousClock.Instant] = []
            var stored: [(question: String, at: ContinuousClock.Instant)] = []
            var sent = 0
        }

        let entries = Mutex(Entries())
    }

    /// What may be lost: a second after a flush the next one begins, and both take their time on a busy machine.
    private static let unsafeTime = Duration.seconds(3)

    /// `HEARTH_TEST_LONG=1` kills it 200 times.
    private static var rounds: Int { ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 4 : 200 }

    @Test("Under load, several times: kept answers are hits, at most the last three seconds of statistics are lost, the database is whole")
    func underLoad() async throws {
        let stage = try await Stage(latencyMilliseconds: 1)
        var certain = 0
        var possible = 0
        var kept: [String] = []
        for round in 0..<Self.rounds {
            let hearth = try await stage.start()
            let total = try #require(try await hearth.statistics()["metrics"]["totalRequests"].integer)
            #expect((certain...possible).contains(total), "round \(round)")
            (certain, possible) = (total, total)
            for question in kept.suffix(50) {
                let answer = try await hearth.ask(question, language: "en")
                #expect(answer.json["cached"].bool == true, "\(question) was kept before the kill")
            }
            certain += min(kept.count, 50)
            possible += min(kept.count, 50)
            let ledger = Ledger()
            let clients = Task { await Self.ask(hearth, round: round, ledger: ledger) }
            // Some seconds of load, so that there is something to lose and something that must not be lost: what is written each second, with
            // the time that two commits take on a busy machine.
            try await Deadline.until("there is enough that must be kept") {
                let safe = ContinuousClock.now - .seconds(3)
                return ledger.entries.withLock { entries in entries.stored.count { $0.at < safe } >= 20 }
            }
            let killedAt = ContinuousClock.now
            try await hearth.killAtOnce()
            await clients.value
            try await checkIntegrity(stage)
            ledger.entries.withLock { entries in
                let safe = killedAt - .seconds(3)
                certain += entries.answered.count { $0 < safe }
                possible += entries.sent
                kept = entries.stored.filter { $0.at < safe }.map(\.question)
            }
        }
        let hearth = try await stage.start()
        let total = try #require(try await hearth.statistics()["metrics"]["totalRequests"].integer)
        #expect((certain...possible).contains(total))
    }

    /// Four clients that ask new and kept questions until the service is gone.
    private static func ask(_ hearth: RunningHearth, round: Int, ledger: Ledger) async {
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask { await ask(hearth, subject: "house \(round + 2) in street \(client + 2)", ledger: ledger) }
            }
        }
    }

    private static func ask(_ hearth: RunningHearth, subject: String, ledger: Ledger) async {
        for number in 0..<100_000 {
            // Each question is asked three times.
            let question = "Is there parking for \(number / 3 + 2) cars at \(subject)?"
            ledger.entries.withLock { $0.sent += 1 }
            guard let answer = try? await hearth.ask(question, language: "en"), answer.status == 200 else { return }
            let now = ContinuousClock.now
            let isStored = answer.header("Cache-Status")?.hasSuffix("stored") == true
            ledger.entries.withLock { entries in
                entries.answered.append(now)
                if isStored { entries.stored.append((question, now)) }
            }
        }
    }

    /// Looks at a copy of what the kill left, so that Hearth itself has to recover the original.
    private func checkIntegrity(_ stage: Stage) async throws {
        let tool = "/usr/bin/sqlite3"
        let copy = try TemporaryFolder(named: "hearth-crash-copy")
        for name in try FileManager.default.contentsOfDirectory(atPath: stage.dataFolder) where name.hasPrefix("hearth.sqlite") {
            try FileManager.default.copyItem(atPath: stage.dataFolder + "/" + name, toPath: copy.path + "/" + name)
        }
        let check = try RunningProgram(tool, [copy.path + "/hearth.sqlite", "PRAGMA integrity_check"], folder: copy.path)
        try await check.waitForEnd()
        #expect(check.output == "ok\n")
    }

    @Test("A run that the kill interrupted is recorded as failed, and the job runs again")
    func interruptedRun() async throws {
        let stage = try await Stage(latencyMilliseconds: 30_000)
        try stage.write("common-queries.json", #"{"queries": [{"query": "Do you repair umbrellas?", "language": "en"}]}"#)
        let hearth = try await stage.start()
        let running = try await Deadline.value("the warming runs") {
            try await hearth.client.get("/api/v1/jobs/warm-cache/runs").json["runs"].items.first { $0["outcome"].text == "running" }
        }
        let id = try #require(running["id"].text)
        try await hearth.killAtOnce()
        try await stage.provider.behave(#""latencyMilliseconds": 5"#)

        let again = try await stage.start()
        // Interrupted runs are looked for when the service is ready already.
        let interrupted = try await Deadline.value("the run is over") { () -> JSONNode? in
            let run = try await again.client.get("/api/v1/jobs/runs/\(id)").json
            return run["outcome"].text == "running" ? nil : run
        }
        #expect(interrupted["outcome"].text == "failure")
        #expect(interrupted["state"].text == "abandoned")
        #expect(interrupted["finishedAt"].text != nil)
        try await Deadline.until("the warming succeeds") {
            try await again.client.get("/api/v1/jobs/warm-cache").json["lastRun"]["outcome"].text == "success"
        }
        #expect(try await again.ask("Do you repair umbrellas?", language: "en").json["cached"].bool == true)
    }
}
