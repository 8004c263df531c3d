import Foundation
import HearthDrivers
import HearthTestKit
import Testing

@Suite("A database file that goes away while it is open", .serialized, .timeLimit(.minutes(10)))
struct LostFileTests {
    private static func health(_ hearth: RunningHearth) async throws -> JSONNode {
        try await hearth.client.get("/api/v1/cache/health").json
    }

    private static func entries(_ hearth: RunningHearth) async throws -> Int? {
        try await health(hearth)["cacheMetrics"]["totalEntries"].integer
    }

    private static func runsOfProbe(_ hearth: RunningHearth, outcome: String) async throws -> Int {
        try await hearth.client.get("/api/v1/jobs/probe-stores/runs?outcome=\(outcome)").json["runs"].items.count
    }

    private static func logLines(_ hearth: RunningHearth) -> [Substring] {
        hearth.program.errorLines.filter { $0.contains("the database file was") }
    }

    private static func integrity(of path: String) async throws -> String {
        let check = try RunningProgram("/usr/bin/sqlite3", [path, "PRAGMA integrity_check"], folder: "/")
        try await check.waitForEnd()
        return check.output
    }

    @Test(
        "A file that is deleted or moved away is noticed by the next probe: a new one takes its place and fills",
        arguments: ["deleted with its log", "deleted without its log", "moved away"])
    func gone(how: String) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let path = stage.dataFolder + "/hearth.sqlite"
        for number in 2..<12 { _ = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en") }
        try await Deadline.until("all are stored") { try await Self.entries(hearth) == 10 }
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?category=location").status == 200)
        let files = FileManager.default
        switch how {
        case "moved away": try files.moveItem(atPath: path, toPath: path + ".kept")
        case "deleted without its log": try files.removeItem(atPath: path)
        default: for suffix in ["", "-wal", "-shm"] { try files.removeItem(atPath: path + suffix) }
        }
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)

        // Several at once reopen it once.
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await Self.health(hearth)["status"].text } }
            for try await status in group { #expect(status == "healthy") }
        }
        #expect(files.fileExists(atPath: path))
        #expect(try await Self.entries(hearth) == 0)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_database_reopened_total", ["reason": "deleted"]) == 1)
        #expect(metrics.value("hearth_store_up", ["store": "sqlite"]) == 1)
        #expect(metrics.value("hearth_database_file_bytes", ["file": "main"]) ?? 0 > 0)
        #expect(Self.logLines(hearth).count == 1, "\(hearth.program.errors)")

        // Answers, statistics, jobs and invalidations go on in the new file.
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        for number in 20..<25 { #expect(try await hearth.ask("Do you repair \(number) umbrellas?", language: "en").status == 200) }
        try await Deadline.until("new answers are stored") { try await Self.entries(hearth) == 5 }
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/run").status == 202)
        try await Deadline.until("a job runs and is on record") { try await Self.runsOfProbe(hearth, outcome: "success") == 1 }
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?language=en").status == 200)
        #expect(try await hearth.ask("Do you repair 20 umbrellas?", language: "en").json["cached"].bool == false)
        #expect(try await hearth.terminate() == .init(status: 0))

        #expect(try await Self.integrity(of: path) == "ok\n")
        if how == "moved away" { #expect(try await Self.integrity(of: path + ".kept") == "ok\n", "it is whole without its log") }
        let again = try await stage.start(settings: Stage.quietSettings)
        #expect(try await again.ask("Do you repair 20 umbrellas?", language: "en").json["cached"].bool == true)
        #expect(try await again.statistics()["metrics"]["totalRequests"].integer ?? 0 >= 7)
        #expect(Self.logLines(again).isEmpty)
    }

    @Test("A file that is replaced by a backup is opened, and its answers are found; the old log does not touch it")
    func replaced() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let path = stage.dataFolder + "/hearth.sqlite"
        for number in 2..<12 { _ = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en") }
        try await Deadline.until("all are stored") { try await Self.entries(hearth) == 10 }
        let backup = try RunningProgram("/usr/bin/sqlite3", [path, ".backup '\(path).backup'"], folder: "/")
        #expect(try await backup.waitForEnd() == .init(status: 0))
        for number in 20..<25 { _ = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en") }
        try await Deadline.until("more are stored") { try await Self.entries(hearth) == 15 }
        let move = try RunningProgram("/bin/mv", ["-f", path + ".backup", path], folder: "/")
        #expect(try await move.waitForEnd() == .init(status: 0))
        #expect(try await Self.entries(hearth) == 10)
        #expect(try await hearth.metrics().value("hearth_database_reopened_total", ["reason": "replaced"]) == 1)
        #expect(Self.logLines(hearth).count == 1)
        #expect(try await hearth.ask("Do you repair 30 umbrellas?", language: "en").status == 200)
        try await Deadline.until("the new answer is stored") { try await Self.entries(hearth) == 11 }
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(try await Self.integrity(of: path) == "ok\n")
    }

    @Test("A file that is away for a while, with none that could be opened in its place, comes back with its log: a kill loses nothing")
    func back() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let (path, files) = (stage.dataFolder + "/hearth.sqlite", FileManager.default)
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        try await Deadline.until("it is stored") { try await Self.entries(hearth) == 1 }
        try files.moveItem(atPath: path, toPath: path + ".kept")
        try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        for _ in 0..<2 { #expect(try await Self.health(hearth)["status"].text == "unhealthy") }
        try files.removeItem(atPath: path)
        try files.moveItem(atPath: path + ".kept", toPath: path)
        #expect(try await Self.health(hearth)["status"].text == "healthy")
        for number in 3..<6 { _ = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en") }
        try await Deadline.until("all are stored") { try await Self.entries(hearth) == 4 }
        #expect(try files.contentsOfDirectory(atPath: stage.dataFolder).allSatisfy { !$0.hasSuffix(".aside") })
        try await hearth.killAtOnce()
        let again = try await stage.start(settings: Stage.quietSettings)
        #expect(try await Self.entries(again) == 4)
        #expect(try await again.terminate() == .init(status: 0))
        #expect(try await Self.integrity(of: path) == "ok\n")
    }

    @Test("Without its data folder the service answers from memory and the provider, says so once, and recovers with the folder")
    func folderGone() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        let files = FileManager.default
        try files.moveItem(atPath: stage.dataFolder, toPath: stage.dataFolder + ".away")
        for _ in 0..<3 { #expect(try await Self.health(hearth)["status"].text == "unhealthy") }
        #expect(try await hearth.client.get("/readyz").json["status"].text == "degraded")
        #expect(try await hearth.metrics().value("hearth_store_up", ["store": "sqlite"]) == 0)
        #expect(hearth.program.errorLines.count { $0.contains("none can be opened in its place") } == 1)
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.ask("Do you repair 3 umbrellas?", language: "en").status == 200)
        try files.moveItem(atPath: stage.dataFolder + ".away", toPath: stage.dataFolder)
        #expect(try await Self.health(hearth)["status"].text == "healthy")
        #expect(try await hearth.client.get("/readyz").json["status"].text == "ready")
        #expect(try await hearth.metrics().value("hearth_store_up", ["store": "sqlite"]) == 1)
        #expect(hearth.program.errorLines.count { $0.contains("the database file is back") } == 1)
        #expect(try await hearth.terminate() == .init(status: 0))
    }
}
