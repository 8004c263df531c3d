import Foundation
import HearthTestKit
import Testing

/// What happens to a process itself: no descriptors, outputs that are broken or blocked, a single processor.
@Suite("A process in need", .serialized, .timeLimit(.minutes(5)))
struct ProcessFaultTests {
    private static let health = Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)

    /// Takes a thread for a while.
    private static let report = Array("GET /api/v1/cache/statistics?period=monthly HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)

    private static func openFiles(_ hearth: RunningHearth) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(hearth.program.processIdentifier)/fd").compactMap { Int($0) }
    }

    private static func allow(descriptors: Int, _ hearth: RunningHearth) async throws {
        let limit = try RunningProgram(
            "/usr/bin/prlimit", ["--pid", "\(hearth.program.processIdentifier)", "--nofile=\(descriptors):4096"], folder: "/")
        #expect(try await limit.waitForEnd() == .init(status: 0), "\(limit.errors)")
    }

    /// Time on processors, in the hundredths of a second that the kernel counts in.
    private static func processorTicks(_ hearth: RunningHearth) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(hearth.program.processIdentifier)/stat", encoding: .utf8)
        // The program's name, in parentheses, may have spaces in it.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }

    @Test("No descriptor is left: who is connected is answered and nothing spins; with the first free ones those who wait are answered")
    func descriptors() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        _ = try await hearth.metrics()
        // They keep threads busy meanwhile that the runtime looks after, which takes descriptors, too.
        var busy: [RawConnection] = []
        for _ in 0..<20 { busy.append(try await RawConnection.open(port: hearth.port)) }
        for connection in busy {
            try await connection.send(Self.report)
            #expect(try await connection.answer().status == 200)
        }
        let open = try Self.openFiles(hearth)
        let limit = (open.max() ?? 0) + 5
        try await Self.allow(descriptors: limit, hearth)
        var waiting: [RawConnection] = []
        // As many as there is room for, and some more.
        for _ in 0..<(limit - open.count + 20) {
            waiting.append(try await RawConnection.open(port: hearth.port))
            // At once: one that says nothing is closed after a while, and this machine may be busy.
            waiting.last?.startSending(Self.health)
        }
        // But those that are kept for whoever is connected, and for the runtime.
        try await Deadline.until("no descriptor is left") { try Self.openFiles(hearth).count >= limit - 16 }
        let (ticks, lines) = (try Self.processorTicks(hearth), hearth.program.errorLines.count)
        // How long nothing is left; a loop that asks again and again would take all of it.
        try await Task.sleep(for: .seconds(3))
        #expect(try Self.processorTicks(hearth) - ticks < 150)
        #expect(waiting.contains { $0.received.isEmpty })
        #expect(try await hearth.client.get("/healthz").status == 200)
        #expect(try await hearth.client.get("/metrics").status == 200)
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        let end = ContinuousClock.now + .seconds(3)
        try await withThrowingTaskGroup { group in
            for connection in busy {
                group.addTask {
                    var count = 1
                    while ContinuousClock.now < end {
                        count += 1
                        try await connection.send(Self.report)
                        #expect(try await connection.answers(count).last?.status == 200)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await Self.allow(descriptors: 4096, hearth)
        for connection in waiting { #expect(try await connection.answer().status == 200) }
        #expect(hearth.program.errorLines.count - lines <= 20)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("Nobody reads its output any more, and SIGPIPE comes as well: it lives, and ends as it is told")
    func brokenOutput() async throws {
        let stage = try await Stage()
        let words = ["/bin/bash", "-c", #"exec "$@" > >(exec head -n 1)"#, "bash"]
        let hearth = try await stage.start(wrapper: words)
        for _ in 0..<3 {
            hearth.program.send(signal: SIGPIPE)
            #expect(try await hearth.ask("Do you repair umbrellas?", language: "en").status == 200)
        }
        // It has something to say of its end.
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(!hearth.program.output.contains("stopped"))
    }

    @Test("A log that nobody reads holds up no request: what does not fit is dropped and counted, and the service ends in time")
    func blockedLog() async throws {
        let stage = try await Stage()
        // Somebody has the other end open and does not read.
        try await RunningProgram("/usr/bin/mkfifo", ["log"], folder: stage.folder.path).waitForEnd()
        let reader = try RunningProgram("/bin/sh", ["-c", "exec sleep 600 < log"], folder: stage.folder.path)
        defer { reader.send(signal: SIGKILL) }
        let words = ["/bin/sh", "-c", #"exec "$@" 2> log"#, "sh"]
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\nlistener: {limits: {queryCharacters: 5000}}\n",
            environment: ["HEARTH_LOG_LEVEL": "debug", "HEARTH_LOG_QUERIES": "true"], wrapper: words)
        // A line has the question in it.
        let question = "Is there parking for 3 cars " + String(repeating: "and bikes ", count: 400) + "?"
        #expect(try await hearth.ask(question, language: "en").status == 200)
        var slowest = Duration.zero
        try await Deadline.until("lines are dropped", within: .seconds(120)) {
            let times = try await withThrowingTaskGroup(of: Duration.self) { group in
                for _ in 0..<8 { group.addTask { try await Self.slowestOfFifty(question, hearth) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            slowest = max(slowest, times.max() ?? .zero)
            return try await hearth.metrics().value("hearth_log_dropped_total") ?? 0 > 0
        }
        // Whoever waited for the reader would wait for minutes.
        #expect(slowest < .seconds(20))
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    private static func slowestOfFifty(_ question: String, _ hearth: RunningHearth) async throws -> Duration {
        var slowest = Duration.zero
        for _ in 0..<50 {
            let began = ContinuousClock.now
            let reply = try await hearth.ask(question, language: "en")
            try #require(reply.status == 200 && reply.json["cached"].bool == true, "\(reply.text)")
            slowest = max(slowest, .now - began)
        }
        return slowest
    }

    /// Control groups of the first version, where this user may make one.
    private static let threadLimits = "/sys/fs/cgroup/pids"

    @Test(
        "No thread can be started any more: new and kept questions, the metrics, a job and the end go on with those there are",
        .enabled(if: FileManager.default.isWritableFile(atPath: threadLimits), "nobody can limit threads here"))
    func threads() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let process = "\(hearth.program.processIdentifier)"
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").count
        let group = try Self.group(named: process, threads: threads)
        try Self.write(process, to: group.appending(path: "cgroup.procs"))
        try await use(hearth, questions: 60)
        #expect(try await hearth.terminate() == .init(status: 0))
        try await Self.remove(group)
    }

    @Test(
        "Too few threads to start with, whichever number it is: a command ends at once and says so, or works",
        .enabled(if: FileManager.default.isWritableFile(atPath: threadLimits), "nobody can limit threads here"))
    func startsWithoutThreads() async throws {
        let stage = try await Stage()
        var (refused, started) = (0, 0)
        // Each number of threads from the first alone to more than a service has.
        for threads in 1...(ProcessInfo.processInfo.activeProcessorCount * 4 + 12) {
            let group = try Self.group(named: "start-\(ProcessInfo.processInfo.processIdentifier)-\(threads)", threads: threads)
            let words = ["/bin/sh", "-c", #"echo $$ > "$1" && shift && exec "$@""#, "sh", group.path + "/cgroup.procs"]
            let program = try stage.launch(settings: Stage.quietSettings, wrapper: words)
            try await Deadline.until("it has begun or ended, with \(threads) threads") {
                program.ending != nil || program.output.contains(#""event":"ready""#)
            }
            if program.ending != nil {
                refused += 1
                let ending = try await program.waitForEnd()
                #expect(ending == .init(status: 75), "\(threads) threads: \(ending) \(program.errors)")
                #expect(program.errors.contains("threads can be started here, and"), "\(threads) threads: \(program.errors)")
            } else {
                started += 1
                program.send(signal: SIGTERM)
                let ending = try await program.waitForEnd()
                #expect(ending == .init(status: 0), "\(threads) threads: \(ending) \(program.errors)")
            }
            try await Self.remove(group)
        }
        #expect(refused > 0 && started > 0)
    }

    private static func group(named name: String, threads: Int) throws -> URL {
        let group = URL(filePath: "\(threadLimits)/hearth-test-\(name)")
        try FileManager.default.createDirectory(at: group, withIntermediateDirectories: false)
        try write("\(threads)", to: group.appending(path: "pids.max"))
        return group
    }

    /// Its files are the kernel's and cannot be removed one by one.
    private static func remove(_ group: URL) async throws {
        try await RunningProgram("/usr/bin/rmdir", [group.path], folder: "/").waitForEnd()
    }

    /// Questions at once, each of them several times; then one that is kept, a job and the metrics.
    private func use(_ hearth: RunningHearth, questions: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<questions {
                group.addTask {
                    let reply = try await hearth.ask("Do you repair \(number % 20 + 2) umbrellas?", language: "en")
                    #expect(reply.status == 200)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await hearth.ask("Do you repair 2 umbrellas?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.client.post("/api/v1/jobs/aggregate-statistics/run").status == 202)
        try await Deadline.until("the job has run") {
            try await hearth.metrics().value("hearth_job_runs_total", ["job_name": "aggregate-statistics", "outcome": "success"]) ?? 0 > 0
        }
    }

    private static func write(_ text: String, to file: URL) throws {
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.write(contentsOf: Data(text.utf8))
    }

    @Test("On one processor: new and kept questions at once, a job, the metrics and the end, as ever")
    func oneProcessor() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(wrapper: ["/usr/bin/taskset", "-c", "0"])
        try await use(hearth, questions: 100)
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 101)
        #expect(try await hearth.terminate() == .init(status: 0))
    }
}
