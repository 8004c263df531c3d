import Foundation
import HearthTestKit
import Testing

@Suite("A log of the database that cannot be written back", .serialized, .timeLimit(.minutes(10)))
struct GrowingLogTests {
    private static func logBytes(_ hearth: RunningHearth) async throws -> Double {
        try await hearth.metrics().value("hearth_database_file_bytes", ["file": "wal"]) ?? -1
    }

    /// Another program writes and removes 25 MB, which the log keeps all of.
    private static func fillLog(_ stage: Stage) async throws {
        let writer = try RunningProgram(
            "/usr/bin/sqlite3", ["-bail", stage.dataFolder + "/hearth.sqlite"], folder: stage.folder.path,
            input: """
                CREATE TABLE ballast (bytes BLOB);
                INSERT INTO ballast SELECT randomblob(1000000) FROM generate_series(1, 25);
                DROP TABLE ballast;
                """)
        #expect(try await writer.waitForEnd() == .init(status: 0), "\(writer.errors)")
    }

    @Test("While another program reads an old state, the log grows and hits go on; once it is gone, the log is cut")
    func foreignReader() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        _ = try await hearth.ask("Is there parking for 3 cars?", language: "en")
        try await Deadline.until("it is stored") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 1
        }
        // In the middle of its transaction it waits for somebody to open the other end of a pipe, which nobody does.
        try await RunningProgram("/usr/bin/mkfifo", ["never"], folder: stage.folder.path).waitForEnd()
        let reader = try RunningProgram(
            "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite"], folder: stage.folder.path,
            input: "BEGIN;\nSELECT 'reads ' || count(*) FROM cached_answer;\n.read never\n")
        _ = try await reader.firstLine("the other program reads") { $0.hasPrefix("reads") ? true : nil }

        try await Self.fillLog(stage)
        _ = try await hearth.ask("Is there parking for 4 cars?", language: "en")
        try await Deadline.until("answers are stored as before") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 2
        }
        // The probe that would cut the log leaves it alone and holds up nobody.
        let start = ContinuousClock.now
        #expect(try await hearth.client.get("/api/v1/cache/health").json["status"].text == "healthy")
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(try await Self.logBytes(hearth) > 20_000_000)
        for _ in 0..<20 { #expect(try await hearth.ask("Is there parking for 3 cars?", language: "en").json["cached"].bool == true) }

        reader.send(signal: 9)
        try await reader.waitForEnd()
        _ = try await hearth.client.get("/api/v1/cache/health")
        // Cut to nothing, and begun anew by whatever was written since, such as an event.
        let left = try await Self.logBytes(hearth)
        #expect(left < 1_000_000, "\(left)")
        #expect(try await hearth.ask("Is there parking for 3 cars?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.terminate() == .init(status: 0))
    }
}
