import ArgumentParser
import HearthServer
import HearthTelemetry
import Testing

@testable import HearthCLI

@Suite("Commands and their arguments")
struct CommandTests {
    @Test("These are all commands; a name that is once there stays")
    func allCommands() {
        #expect(
            CommandTree.allPaths(root: Hearth.self) == [
                "hearth ask", "hearth audit", "hearth cache delete", "hearth cache explain", "hearth cache get", "hearth cache invalidate",
                "hearth cache key",
                "hearth cache set", "hearth config check", "hearth config list", "hearth config show", "hearth cron explain",
                "hearth cron next", "hearth healthcheck", "hearth jobs cancel", "hearth jobs list", "hearth jobs pause",
                "hearth jobs resume",
                "hearth jobs run", "hearth jobs runs", "hearth jobs show", "hearth jobs upcoming", "hearth keys create", "hearth keys list",
                "hearth keys revoke",
                "hearth keys rotate", "hearth metrics lint",
                "hearth metrics list", "hearth migrate",
                "hearth serve",
                "hearth simulate-provider", "hearth stats",
                "hearth top", "hearth version", "hearth warm",
            ])
    }

    @Test("Every command explains itself with two examples and where to look next", arguments: CommandTree.allPaths(root: Hearth.self))
    func help(path: String) throws {
        let words = path.split(separator: " ").dropFirst().map(String.init)
        let text = try Self.help(of: words)
        let examples = text.split(separator: "\n").filter { $0.contains("hearth \(words.joined(separator: " "))") && $0.hasPrefix("  ") }
        #expect(examples.count >= 2, "\(text)")
        #expect(text.contains("See also:"))
    }

    /// Help is asked for by running the command that the parser returns for it.
    private static func help(of words: [String]) throws -> String {
        var command = try Hearth.parseAsRoot(words + ["--help"])
        let error = #expect(throws: (any Error).self) { try command.run() }
        #expect(error.map { Hearth.exitCode(for: $0) } == .success)
        return Hearth.fullMessage(for: try #require(error), columns: 200)
    }

    @Test("Short flags are the agreed few", arguments: CommandTree.allPaths(root: Hearth.self))
    func shortFlags(path: String) throws {
        let text = try Self.help(of: path.split(separator: " ").dropFirst().map(String.init))
        for match in text.matches(of: /(?:^|[\s,\[])-([a-zA-Z])\b/) {
            #expect("hqvon".contains(match.1), "-\(match.1) in \(path)")
        }
    }

    @Test(
        "Misspelt commands find their neighbour",
        arguments: [
            (["jbos"], "\"jbos\" is not a command of hearth; did you mean hearth jobs?"),
            (["jobs", "lsit"], "\"lsit\" is not a command of hearth jobs; did you mean hearth jobs list?"),
            (["serv"], "\"serv\" is not a command of hearth; did you mean hearth serve?"),
            (["simulate-provder"], "\"simulate-provder\" is not a command of hearth; did you mean hearth simulate-provider?"),
            (["cache", "xyzzy"], "\"xyzzy\" is not a command of hearth cache; it has delete, explain, get, invalidate, key, set"),
        ])
    func misspelt(arguments: [String], message: String) {
        let failure = CommandTree.unknownCommand(in: arguments, root: Hearth.self)
        #expect(failure?.message == message)
        #expect(failure?.status == 2)
    }

    @Test(
        "Words behind a command are its own affair",
        arguments: [["ask", "jbos"], ["cron", "next", "@daily"], [], ["--help"], ["help", "ask"]])
    func ownWords(arguments: [String]) {
        #expect(CommandTree.unknownCommand(in: arguments, root: Hearth.self) == nil)
    }

    @Test(
        "Flags work before and after the argument",
        arguments: [["ask", "hello", "--language", "en"], ["ask", "--language", "en", "hello"], ["ask", "--language=en", "hello"]])
    func order(arguments: [String]) throws {
        let command = try #require(try Hearth.parseAsRoot(arguments) as? AskCommand)
        #expect(command.text == "hello")
        #expect(command.language == "en")
    }

    @Test(
        "Exit statuses are 0, 1, 2, 75 and 130, whatever was wrong",
        arguments: [
            (["ask"], 2), (["ask", "x", "--language", "english"], 2), (["ask", "x", "--nonsense"], 2), (["nonsense"], 2),
            (["stats", "--period", "yearly"], 2),
            (["stats", "--from", "yesterday"], 2), (["cron", "next", "61 * * * *"], 2), (["cron", "next"], 2),
            (["cron", "next", "@daily", "--count", "0"], 2),
            (["cron", "next", "@daily", "--after", "noon"], 2), (["cron", "next", "@daily", "--dialect", "quartz"], 2),
            (["ask", "x", "--url", "ftp://x"], 2), (["keys", "create"], 2), (["keys", "create", "--name", "a b"], 2),
            (["keys", "create", "--name", "a", "--tenant", "A"], 2), (["keys", "create", "--name", "a", "--scopes", "root"], 2),
            (["keys", "create", "--name", "a", "--expires", "soon"], 2), (["keys", "rotate", "a", "--overlap", "1y"], 2),
            (["ask", "x", "--timeout", "10"], 2), (["ask", "x", "--key-file", "/nowhere"], 2), (["warm", "/nowhere.json"], 2),
            (["warm", "--concurrency", "0"], 2),
            (["simulate-provider", "--latency", "fast"], 2), (["simulate-provider", "--error-rate", "2"], 2),
            (["simulate-provider", "--port", "99999"], 2),
            (["migrate", "--to", "statistics-0"], 2), (["migrate", "--config", "/nowhere.yaml"], 2),
            (["cache", "invalidate"], 2), (["cache", "invalidate", "--all", "--confirm", "yes"], 2),
            (["config", "list", "--format", "toml"], 2), (["metrics", "list", "--format", "xml"], 2),
            (["metrics", "lint", "/nowhere.txt"], 2),
            (["metrics", "lint", "http://127.0.0.1:1/metrics"], 1), (["help", "tiem"], 2),
            (["serve", "--config", "/nowhere.yaml"], 2),
            (["ask", "x", "--url", "http://127.0.0.1:1"], 1), (["healthcheck", "--url", "http://127.0.0.1:1"], 1),
            (["help", "time"], 0), (["--version"], 0), (["jobs", "--help"], 0), (["version"], 0),
        ] as [([String], Int32)])
    func statuses(arguments: [String], status: Int32) async {
        let runner = CommandRunner(console: Console(), environment: [:])
        #expect(await runner.run(arguments) == status)
    }

    @Test("A batch of schedules gives one object for each line, faults included")
    func cronBatch() throws {
        let now = try #require(Timestamp(iso8601: "2026-03-28T12:00:00Z"))
        func answer(_ line: String) -> String { CronBatch.answer(line, now: now).line }
        #expect(
            answer(#"{"expression":"0 3 * * *","timezone":"Europe/Madrid","count":2}"#)
                == #"{"next":["2026-03-29T01:00:00Z","2026-03-30T01:00:00Z"]}"#)
        #expect(answer(#"{"expression":"@every 15s","after":"2026-03-29T00:00:07Z"}"#) == #"{"next":["2026-03-29T00:00:15Z"]}"#)
        #expect(answer(#"{"expression":"*/10 * * * * *","seconds":true}"#) == #"{"next":["2026-03-28T12:00:10Z"]}"#)
        for line in [
            "", "{}", #"{"expression":"61 * * * *"}"#, #"{"expression":"@daily","count":0}"#, #"{"expression":"@daily","after":"x"}"#,
            #"{"expression":"@daily","timezone":"Mars/Base"}"#, #"{"expression":"@daily","dialect":"x"}"#,
        ] {
            #expect(answer(line).hasPrefix(#"{"error":""#), "\(line)")
        }
    }

    @Test("Moments may be absolute or a duration before now")
    func moments() throws {
        let now = try #require(Timestamp(iso8601: "2026-11-22T12:00:00Z"))
        #expect(try StatsCommand.moment("2026-11-01", flag: "--from", now: now) == "2026-11-01T00:00:00.000Z")
        #expect(try StatsCommand.moment("36h", flag: "--from", now: now) == "2026-11-21T00:00:00.000Z")
        #expect(throws: CommandFailure.self) { try StatsCommand.moment("noon", flag: "--from", now: now) }
    }
}
