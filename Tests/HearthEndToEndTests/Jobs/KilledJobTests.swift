import Foundation
import HearthTestKit
import Testing

/// The process is killed at the n-th write to its file, by whatever thread, while a job does its work: before, in and after each of its
/// transactions, that of the claim included.
@Suite("kill -9 in the middle of a job", .timeLimit(.minutes(20)))
struct KilledJobTests {
    /// `HEARTH_TEST_LONG=1` tries every early write and many later ones.
    private static var cuts: [Int] {
        ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil
            ? [9] : Array(1...20) + Array(stride(from: 23, through: 60, by: 3)) + Array(stride(from: 70, through: 200, by: 10))
    }

    @Test("A run that ended with the process is taken up after the start, and its work is done once", arguments: JobUnderKill.all)
    func taken(job: JobUnderKill) async throws {
        let stage = try await Self.stage(for: job)
        var kills = 0
        for cut in Self.cuts {
            let callsBefore = try await stage.provider.calls
            let (hearth, schedule, tracer) = try await Self.started(stage, job, cut: cut)
            defer { tracer.send(signal: 9) }
            let wasKilled = try await Deadline.value("\(job) is killed or done") { () -> Bool? in
                if hearth.program.ending != nil { return true }
                // It may be killed while it is asked.
                guard let successes = try? await Self.successes(hearth, job) else { return nil }
                return successes.isEmpty ? nil : false
            }
            if wasKilled {
                kills += 1
            } else {
                try await hearth.killAtOnce()
            }
            let again = try await stage.start(settings: job.settings(schedule: schedule))
            let successes = try await Deadline.value("\(job), killed at write \(cut), succeeds") {
                let successes = try await Self.successes(again, job)
                return successes.isEmpty ? nil : successes
            }
            #expect(successes.count == 1, "\(job), killed at write \(cut): \(successes)")
            let all = try await Self.runs(again, job)
            #expect(all.allSatisfy { $0["finishedAt"].text != nil }, "\(job), killed at write \(cut): \(all)")
            let abandoned = all.count { $0["state"].text == "abandoned" }
            #expect(abandoned == (successes[0]["attempt"].integer ?? 0) - 1, "\(job), killed at write \(cut): \(all)")
            // What was fetched is written within a second.
            #expect(try await again.terminate() == .init(status: 0))
            for query in job.done {
                #expect(try await Self.sql(stage, query) == "1\n", "\(job), killed at write \(cut): \(query)")
            }
            #expect(try await Self.sql(stage, "PRAGMA integrity_check") == "ok\n")
            #expect(try await stage.provider.calls - callsBefore <= job.mostCalls)
        }
        print("\(job): \(kills) of \(Self.cuts.count) runs were killed")
        #expect(kills > 0)
    }

    /// A service that is going to run the job in a few seconds, and that is killed at one of its writes.
    private static func started(
        _ stage: Stage, _ job: JobUnderKill, cut: Int
    ) async throws -> (RunningHearth, schedule: String, tracer: RunningProgram) {
        for lead in [6, 12, 24] {
            try copyData(stage, from: "/model", to: "/data")
            let instant = ContinuousClock.now + .seconds(lead)
            let schedule = Replicas.once(in: Int64(lead))
            let hearth = try await stage.start(settings: job.settings(schedule: schedule))
            let tracer = try await killAtWrite(cut, of: hearth, stage)
            // The schedule counts whole seconds.
            if ContinuousClock.now < instant - .seconds(1) { return (hearth, schedule, tracer) }
            // A machine that is busy with other tests was too slow.
            try await hearth.killAtOnce()
        }
        throw RunningProgram.Failure("The service was not ready within 24 s")
    }

    /// A service that has answered ten questions, and then has work for the job.
    private static func stage(for job: JobUnderKill) async throws -> Stage {
        let stage = try await Stage(latencyMilliseconds: 1)
        let queries = JobUnderKill.questions.map { #"{"query": "\#($0)", "language": "en"}"# }.joined(separator: ",")
        try stage.write("common-queries.json", #"{"queries": [\#(queries)]}"#)
        let hearth = try await stage.start(settings: job.settings(schedule: "@manual"))
        for question in JobUnderKill.questions { _ = try await hearth.ask(question, language: "en") }
        #expect(try await hearth.terminate() == .init(status: 0))
        _ = try await sql(stage, job.work)
        try copyData(stage, from: "/data", to: "/model")
        return stage
    }

    private static func copyData(_ stage: Stage, from: String, to: String) throws {
        try? FileManager.default.removeItem(atPath: stage.folder.path + to)
        try FileManager.default.copyItem(atPath: stage.folder.path + from, toPath: stage.folder.path + to)
    }

    private static func sql(_ stage: Stage, _ text: String) async throws -> String {
        let program = try RunningProgram(
            "/usr/bin/sqlite3", ["-bail", stage.dataFolder + "/hearth.sqlite"], folder: stage.folder.path, input: text + ";\n")
        let ending = try await program.waitForEnd()
        try #require(ending.status == 0 && program.errors.isEmpty, "\(text): \(program.errors)")
        return program.output
    }

    /// Returns when every thread of the service is watched; the program that watches ends with it.
    private static func killAtWrite(_ number: Int, of hearth: RunningHearth, _ stage: Stage) async throws -> RunningProgram {
        let process = hearth.program.processIdentifier
        let tracer = try RunningProgram(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:signal=SIGKILL:when=\(number)",
                "-p", "\(process)",
            ], folder: stage.folder.path, environment: ["PATH": "/usr/bin:/bin"])
        try await Deadline.until("all threads are watched") {
            let tasks = "/proc/\(process)/task"
            let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
            return tracer.ending == nil
                && threads.allSatisfy { thread in
                    let status = (try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)) ?? ""
                    return status.isEmpty || !status.contains("TracerPid:\t0\n")
                }
        }
        return tracer
    }

    private static func runs(_ hearth: RunningHearth, _ job: JobUnderKill) async throws -> [JSONNode] {
        try await hearth.client.get("/api/v1/jobs/\(job)/runs?limit=100").json["runs"].items
            .filter { $0["trigger"].text != "manual" && $0["trigger"].text != "startup" }
    }

    private static func successes(_ hearth: RunningHearth, _ job: JobUnderKill) async throws -> [JSONNode] {
        try await runs(hearth, job).filter { $0["outcome"].text == "success" }
    }
}
