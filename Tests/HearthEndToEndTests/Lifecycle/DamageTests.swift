import Foundation
import HearthTestKit
import Testing

@Suite("Damaged files and ill disks", .serialized, .timeLimit(.minutes(10)))
struct DamageTests {
    private func startedAndFilled(_ stage: Stage, count: Int = 30) async throws {
        let hearth = try await stage.start()
        for number in 0..<count { _ = try await hearth.ask("Do you repair \(number + 2) umbrellas?", language: "en") }
        try await Deadline.until("all are stored") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == count
        }
        #expect(try await hearth.terminate() == .init(status: 0))
        // What stands in the write-ahead log would hide what is done to the file.
        try await Self.command("/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite", "PRAGMA wal_checkpoint(TRUNCATE)"])
    }

    /// Asks 120 new questions and an old one; all are answered, and the failure is counted and logged.
    private static func askWhileNothingIsWritten(_ hearth: RunningHearth, logged line: String) async throws {
        for number in 3..<123 {
            #expect(try await hearth.ask("Do you repair \(number) umbrellas?", language: "en").status == 200)
        }
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        try await Deadline.until("the failure is counted and its cause logged") { try await showsFailure(hearth, logged: line) }
    }

    private static func showsFailure(_ hearth: RunningHearth, logged line: String) async throws -> Bool {
        let metrics = try await hearth.metrics()
        return metrics.value("hearth_store_operations_total", ["outcome": "error"]) ?? 0 > 0 && hearth.program.errors.contains(line)
    }

    private static func waitUntilWritten(_ hearth: RunningHearth, answers: Int) async throws {
        try await Deadline.until("what waited is written") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == answers
        }
    }

    private static func overwrite(_ path: String, at offset: UInt64, with byte: UInt8, count: Int) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(repeating: byte, count: count))
    }

    @Test(
        "A damaged database is set aside, the service starts with empty memory and says so loudly", arguments: ["header", "pages", "cut"])
    func damage(kind: String) async throws {
        let stage = try await Stage()
        try await startedAndFilled(stage)
        let path = stage.dataFolder + "/hearth.sqlite"
        switch kind {
        case "header": try Self.overwrite(path, at: 0, with: 0x41, count: 64)
        case "pages":
            let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64)
            for page in stride(from: UInt64(8192), to: size - 4096, by: 16_384) {
                try Self.overwrite(path, at: page, with: 0xA5, count: 4096)
            }
        default: try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 20_000)
        }
        let hearth = try await stage.start()
        #expect(try await hearth.client.get("/readyz").status == 200)
        let files = try FileManager.default.contentsOfDirectory(atPath: stage.dataFolder)
        #expect(files.contains { $0.hasPrefix("hearth.sqlite.damaged-") }, "\(files)")
        #expect(hearth.program.errors.contains("the database was damaged and has been set aside"))
        #expect(try await hearth.metrics().value("hearth_cache_integrity_failures_total") == 1)
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == false)
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.terminate() == .init(status: 0))
        // The next start finds a whole file and what was kept since.
        let again = try await stage.start()
        #expect(!again.program.errors.contains("was damaged"))
        #expect(try await again.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
    }

    @Test("Statistics that can still be read are taken over from a damaged file")
    func salvage() async throws {
        let stage = try await Stage()
        try await startedAndFilled(stage, count: 200)
        let path = stage.dataFolder + "/hearth.sqlite"
        // The last pages hold the answers that came last; the statistics' few rows are older.
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64)
        try Self.overwrite(path, at: size - 4096, with: 0xA5, count: 4096)
        let hearth = try await stage.start()
        #expect(hearth.program.errors.contains("set aside"))
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 200)
        #expect(try await hearth.client.get("/api/v1/jobs/warm-cache/runs?limit=10").json["runs"].items.isEmpty == false)
    }

    @Test("A log that is torn anywhere, as by a power cut: what was written before is there, the rest is not, and the service starts")
    func tornLog() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        for number in 2..<42 { _ = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en") }
        try await Self.waitUntilWritten(hearth, answers: 40)
        try await hearth.killAtOnce()
        let path = stage.dataFolder + "/hearth.sqlite"
        let (main, log) = (try Data(contentsOf: URL(filePath: path)), try Data(contentsOf: URL(filePath: path + "-wal")))
        #expect(log.count > 40_000)
        var entries: [Int] = []
        for part in 1...5 {
            // In the middle of a page; of every second one the rest is noise instead of nothing.
            let tear = log.count * part / 6 + 13
            let noise = part % 2 == 0 ? Data((tear..<log.count).map { UInt8(truncatingIfNeeded: $0 &* 31) }) : Data()
            try main.write(to: URL(filePath: path))
            try (log.prefix(tear) + noise).write(to: URL(filePath: path + "-wal"))
            try? FileManager.default.removeItem(atPath: path + "-shm")
            let again = try await stage.start(settings: Stage.quietSettings)
            #expect(!again.program.errors.contains("was damaged"), "torn at \(tear): \(again.program.errors)")
            entries.append(
                try #require(try await again.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer))
            #expect(try await again.ask("Do you repair 2 umbrellas?", language: "en").status == 200)
            #expect(try await again.terminate() == .init(status: 0))
            let check = try RunningProgram("/usr/bin/sqlite3", [path, "PRAGMA integrity_check"], folder: stage.folder.path)
            try await check.waitForEnd()
            #expect(check.output == "ok\n", "torn at \(tear)")
        }
        #expect(entries == entries.sorted() && entries.allSatisfy { (0...40).contains($0) } && entries.last ?? 0 > 0, "\(entries)")
    }

    @Test("A database that another program locks does not stop answers; the failed operations are counted and named")
    func locked() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 200ms\n")
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        let locker = try RunningProgram(
            "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite"], folder: stage.folder.path,
            input: "BEGIN EXCLUSIVE;\nSELECT 'locked';\n.shell sleep 8\nROLLBACK;\n")
        _ = try await locker.firstLine("the database is locked") { $0 == "locked" ? true : nil }
        for number in 3..<8 {
            let reply = try await hearth.ask("Do you repair \(number) umbrellas?", language: "en")
            #expect(reply.status == 200)
        }
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        try await locker.waitForEnd()
        try await Self.waitUntilWritten(hearth, answers: 6)
    }

    @Test("A file that may not grow, as on a full disk: answers go on, the cause is logged and counted, and it recovers by itself")
    func fullDisk() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        let process = "\(hearth.program.processIdentifier)"
        // The log of the database is larger than this already; the service's own output is not.
        try await Self.command("/usr/bin/prlimit", ["--pid", process, "--fsize=65536:"])
        try await Self.askWhileNothingIsWritten(hearth, logged: "answers not written yet")
        #expect(hearth.program.errors.contains("disk I/O error") || hearth.program.errors.contains("disk is full"))
        try await Self.command("/usr/bin/prlimit", ["--pid", process, "--fsize=unlimited:"])
        try await Self.waitUntilWritten(hearth, answers: 121)
        #expect(try await hearth.terminate() == .init(status: 0))
        let check = try RunningProgram(
            "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite", "PRAGMA integrity_check"], folder: stage.folder.path)
        try await check.waitForEnd()
        #expect(check.output == "ok\n")
    }

    @Test("A full disk: answers go on, the cause is logged and counted, and what waited is written once there is space")
    func noSpace() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(wrapper: try Self.ownDisk(stage, options: "size=4m"))
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        let file = try Self.fill(hearth, stage)
        try await Self.askWhileNothingIsWritten(hearth, logged: "database or disk is full")
        try file.truncate(atOffset: 0)
        try await Self.waitUntilWritten(hearth, answers: 121)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("On a full disk what has expired is pruned first: new answers take its place while the disk stays full")
    func prunesFirst() async throws {
        let stage = try await Stage()
        let settings = """
            cache:
              lookupDeadline: 5s
              lifetime: {pricing: 1s}
              staleWhileRevalidateShare: {pricing: 0}
              staleIfError: {pricing: 0s}
            jobs:
              warm-cache: {schedule: "@manual"}
              prune-cache: {schedule: "@manual"}
              probe-stores: {schedule: "@manual"}
            """
        let hearth = try await stage.start(settings: settings, wrapper: try Self.ownDisk(stage, options: "size=20m"))
        for number in 2..<302 {
            let reply = try await hearth.ask("What is the price of \(number) umbrellas?", language: "en")
            try #require(reply.json["category"].text == "pricing", "\(reply.text)")
        }
        try await Self.waitUntilWritten(hearth, answers: 300)
        let reserve = Self.ownPath("hearth.reserve", hearth, stage)
        #expect(FileManager.default.fileExists(atPath: reserve))
        try await Deadline.until("the last of them has expired") {
            let reply = try await hearth.ask(
                "What is the price of 301 umbrellas?", language: "en", headers: ["Cache-Control": "only-if-cached"])
            return reply.status == 504
        }
        let file = try Self.fill(hearth, stage)
        for number in 2..<122 { #expect(try await hearth.ask("Do you repair \(number) umbrellas?", language: "en").status == 200) }
        try await Self.waitUntilWritten(hearth, answers: 120)
        #expect(throws: (any Error).self) { try file.write(contentsOf: Data(count: 8 << 20)) }
        #expect(try await hearth.metrics().value("hearth_cache_pruned_entries_total", ["rule": "expired"]) == 300)
        #expect(hearth.program.errors.contains("pruned before writing on"))
        #expect(!FileManager.default.fileExists(atPath: reserve))
        // There is room to keep again.
        try file.truncate(atOffset: 0)
        #expect(try await hearth.client.post("/api/v1/jobs/probe-stores/run").status == 202)
        try await Deadline.until("room is kept again") { FileManager.default.fileExists(atPath: reserve) }
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("A disk that turns read-only: answers go on, the cause is logged and counted")
    func turnsReadOnly() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        let tracer = try RunningProgram(
            "/usr/bin/strace",
            [
                "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync,fsync,ftruncate", "-e",
                "inject=pwrite64,fdatasync,fsync,ftruncate:error=EROFS", "-p", "\(hearth.program.processIdentifier)",
            ], folder: stage.folder.path, environment: ["PATH": "/usr/bin:/bin"])
        try await Deadline.until("the failure is counted and its cause logged") {
            #expect(try await hearth.ask("Do you repair \(Int.random(in: 3..<Int.max)) umbrellas?", language: "en").status == 200)
            return try await Self.showsFailure(hearth, logged: "answers not written yet")
        }
        #expect(hearth.program.errors.contains("disk I/O error") || hearth.program.errors.contains("readonly database"))
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        // It was started with the gentle signals blocked; the kernel lets go of whom it traced.
        tracer.send(signal: 9)
        try await tracer.waitForEnd()
        try await Deadline.until("what waited is written") {
            let health = try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]
            return health["totalEntries"].integer ?? 0 >= 2
        }
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("A database file or a data folder that nobody may change: the service refuses and names it", arguments: ["/hearth.sqlite", ""])
    func immutable(file: String) async throws {
        let stage = try await Stage()
        try await startedAndFilled(stage, count: 3)
        let path = stage.dataFolder + file
        let lock = try RunningProgram("/usr/bin/chattr", ["+i", path], folder: "/")
        // Only some file systems know it, and only root may.
        guard try await lock.waitForEnd() == .init(status: 0) else { return }
        let refusal = try await stage.refusal()
        try await Self.command("/usr/bin/chattr", ["-i", path])
        #expect(refusal.status == 2 && refusal.errors.contains(path), "\(refusal)")
        #expect(refusal.errors.contains(file.isEmpty ? "cannot be written" : "Look at the file's rights"), "\(refusal)")
        let hearth = try await stage.start()
        #expect(!hearth.program.errors.contains("was damaged"))
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("A disk that is read-only from the start: the service refuses and says what to do")
    func startsReadOnly() async throws {
        let stage = try await Stage()
        let refusal = try await stage.refusal(wrapper: try Self.ownDisk(stage, options: "ro"))
        #expect(refusal.status == 2)
        #expect(refusal.errors.contains("mounted read-only") && refusal.errors.contains("--data-dir"))
    }

    /// Where a file of the data folder is seen from here: the disk is the service's own, and so are its paths.
    private static func ownPath(_ name: String, _ hearth: RunningHearth, _ stage: Stage) -> String {
        "/proc/\(hearth.program.processIdentifier)/root\(stage.dataFolder)/\(name)"
    }

    /// Leaves no byte on the service's own disk; what it is full of is in the file that is returned.
    private static func fill(_ hearth: RunningHearth, _ stage: Stage) throws -> FileHandle {
        let path = ownPath("ballast", hearth, stage)
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        #expect(throws: (any Error).self) { for _ in 0..<10_000 { try file.write(contentsOf: Data(count: 4096)) } }
        return file
    }

    /// The words that give a service a file system of its own in memory for its data folder.
    private static func ownDisk(_ stage: Stage, options: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: stage.dataFolder, withIntermediateDirectories: true)
        // Only root may mount; others become root in a user namespace of their own.
        return ["/usr/bin/unshare", getuid() == 0 ? "-m" : "-Urm", "/bin/sh", "-c"]
            + [#"mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@""#, "sh", options, stage.dataFolder]
    }

    private static func command(_ path: String, _ arguments: [String]) async throws {
        let program = try RunningProgram(path, arguments, folder: "/", environment: ["PATH": "/usr/bin:/bin"])
        let ending = try await program.waitForEnd()
        #expect(ending.status == 0, "\(path) \(arguments): \(program.errors)")
    }
}
