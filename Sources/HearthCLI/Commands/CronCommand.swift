import ArgumentParser
import HearthScheduling
import HearthServer
import HearthTelemetry

struct CronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron",
        abstract: "Understand schedules, without a running service.",
        subcommands: [Next.self, Explain.self])

    /// How an expression is to be read.
    struct Reading: ParsableArguments {
        @Option(name: .long, help: ArgumentHelp("IANA zone, such as Europe/Madrid (default UTC).", valueName: "zone"))
        var timezone: String?

        @Option(name: .long, help: ArgumentHelp("Moment to start from: ISO 8601 (default now).", valueName: "time"))
        var after: String?

        @Option(name: .long, help: ArgumentHelp("standard, vixie or ocps.", valueName: "dialect"))
        var dialect: String?

        @Flag(name: .long, help: "Read the first of six fields as seconds.")
        var seconds = false

        func schedule(_ expression: String) throws -> Schedule {
            let dialect = try dialect.map { try Words.value($0, of: CronDialect.self, name: "dialect") } ?? .standard
            do throws(ScheduleError) {
                return try Schedule.parse(expression, dialect: dialect, timezone: timezone, seconds: seconds)
            } catch {
                throw CommandFailure(error.message, status: ExitStatus.usage)
            }
        }

        func start() throws -> Timestamp {
            guard let after else { return SystemTimeSource().now() }
            guard let moment = Timestamp(iso8601: after) else {
                throw CommandFailure("--after \"\(after)\" must be ISO 8601, such as 2026-11-22T17:40:00Z", status: ExitStatus.usage)
            }
            return moment
        }
    }

    struct Next: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "next", abstract: "List when an expression fires next.",
            discussion: """
                Examples:
                  hearth cron next "30 2 * * *" --timezone Europe/Madrid
                  echo '{"expression": "@every 15s", "count": 2}' | hearth cron next --batch

                See also: hearth cron explain.
                """)

        @Argument(help: "The expression.")
        var expression: String?

        @Option(name: .long, help: ArgumentHelp("Firings to list, 1 to 1000.", valueName: "n"))
        var count = 5

        @Flag(name: .long, help: "Read JSON lines from standard input and write one JSON line for each.")
        var batch = false

        @OptionGroup var reading: Reading
        @OptionGroup var output: OutputOptions

        func run() throws {
            if batch {
                let console = Console()
                let now = SystemTimeSource().now()
                return try InputText.eachLine { console.write(CronBatch.answer($0, now: now).line) }
            }
            guard let expression else {
                throw CommandFailure("an expression is missing, such as: hearth cron next \"30 2 * * *\"", status: ExitStatus.usage)
            }
            guard (1...1000).contains(count) else { throw CommandFailure("--count must be from 1 to 1000", status: ExitStatus.usage) }
            let schedule = try reading.schedule(expression)
            let firings = schedule.firings(after: try reading.start(), count: count)
            if output.json {
                return Console().write(CronBatch.json(firings).line)
            }
            guard !firings.isEmpty else {
                return Console().write(
                    schedule.isTimed ? "\(expression) never fires after that moment." : "\(expression) does not fire by the clock.")
            }
            let now = SystemTimeSource().now()
            Console().write(firings.map { CronText.line($0, now: now) }.joined(separator: "\n"))
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Say in words what an expression means, when it fires and what daylight saving does to it.",
            discussion: """
                Examples:
                  hearth cron explain "30 2 * * *" --timezone Europe/Madrid
                  hearth cron explain "0 9 * * MON-FRI" --json

                See also: hearth cron next.
                """)

        @Argument(help: "The expression.")
        var expression: String

        @Option(name: .long, help: ArgumentHelp("Firings to list, 1 to 1000.", valueName: "n"))
        var count = 10

        @OptionGroup var reading: Reading
        @OptionGroup var output: OutputOptions

        func run() throws {
            guard (1...1000).contains(count) else { throw CommandFailure("--count must be from 1 to 1000", status: ExitStatus.usage) }
            let explanation = CronExplanation(try reading.schedule(expression), after: try reading.start(), count: count)
            let now = SystemTimeSource().now()
            Console().write(output.json ? CronText.json(explanation).line : CronText.page(explanation, now: now))
        }
    }
}
