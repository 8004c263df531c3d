import ArgumentParser
import HearthServer
import HearthTelemetry

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "See, run and pause the jobs of the running service.",
        subcommands: [List.self, Show.self, Runs.self, Upcoming.self, Run.self, Cancel.self, Pause.self, Resume.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the jobs with their schedules and their last runs.",
            discussion: "Examples:\n  hearth jobs list\n  hearth jobs list --json\n\nSee also: hearth jobs runs, hearth cron explain.")

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await JobsCommand.get("/api/v1/jobs", service, output)
            let jobs = answer["jobs"]?.items ?? []
            guard !output.json else { return jobs.forEach { Console().write($0.line) } }
            Console().write(JobsText.list(jobs, now: SystemTimeSource().now(), width: output.terminal.width))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one job.",
            discussion: "Examples:\n  hearth jobs show prune-cache\n  hearth jobs show warm-cache --json\n\nSee also: hearth jobs list.")

        @Argument(help: "The job's name.")
        var name: String

        @Option(name: .long, help: ArgumentHelp("Next firings to list, 0 to 100.", valueName: "n"))
        var count = 5

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let path = "/api/v1/jobs/" + JobsCommand.pathPart(name)
            let job = try await JobsCommand.get(path, service, output, query: [("next", "\(count)")])
            Console().write(output.json ? job.line : JobsText.details(job))
        }
    }

    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "runs", abstract: "List what a job did, the latest run first.",
            discussion:
                "Examples:\n  hearth jobs runs aggregate-statistics\n  hearth jobs runs warm-cache --limit 5 --json\n\nSee also: hearth jobs run."
        )

        @Argument(help: "The job's name.")
        var name: String

        @Option(name: .long, help: ArgumentHelp("Runs to list.", valueName: "n"))
        var limit = 20

        @Option(name: .long, help: ArgumentHelp("Only runs with this outcome, such as failure.", valueName: "outcome"))
        var outcome: String?

        @Option(name: .long, help: ArgumentHelp("Only runs made so, such as manual.", valueName: "trigger"))
        var trigger: String?

        @Option(name: .long, help: ArgumentHelp("Only runs scheduled at this moment or later: ISO 8601.", valueName: "time"))
        var from: String?

        @Option(name: .long, help: ArgumentHelp("Only runs scheduled at this moment or earlier: ISO 8601.", valueName: "time"))
        var to: String?

        @Option(name: .long, help: ArgumentHelp("Only runs made before this one: the last id of the page before.", valueName: "id"))
        var before: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let path = "/api/v1/jobs/\(JobsCommand.pathPart(name))/runs"
            let answer = try await JobsCommand.get(
                path, service, output,
                query: [
                    ("limit", "\(limit)"), ("outcome", outcome), ("trigger", trigger), ("from", from), ("to", to), ("before", before),
                ])
            let runs = answer["runs"]?.items ?? []
            let isFiltered = [outcome, trigger, from, to, before].contains { $0 != nil }
            guard !output.json else { return runs.forEach { Console().write($0.line) } }
            Console().write(JobsText.runs(runs, job: name, isFiltered: isFiltered, width: output.terminal.width))
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run a job now.",
            discussion: "Examples:\n  hearth jobs run prune-cache\n  hearth jobs run warm-cache --json\n\nSee also: hearth jobs runs.")

        @Argument(help: "The job's name.")
        var name: String

        @Option(
            name: .long,
            help: ArgumentHelp("A second command with the same key is answered with the first one's run.", valueName: "key"))
        var idempotencyKey: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try service.client()
            let headers = idempotencyKey.map { [(name: "Idempotency-Key", value: $0)] } ?? []
            let answer = try await client.post("/api/v1/jobs/\(JobsCommand.pathPart(name))/run", headers: headers)
            let identifier = answer.body["runId"]?.text ?? ""
            Console().write(
                output.json ? answer.body.line : "Started \(name) as run \(identifier). Watch it: hearth jobs runs \(name) --limit 1")
        }
    }

    struct Upcoming: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "upcoming", abstract: "List what runs next.",
            discussion: "Examples:\n  hearth jobs upcoming\n  hearth jobs upcoming --hours 2 --json\n\nSee also: hearth jobs list.")

        @Option(name: .long, help: ArgumentHelp("How far to look ahead, 1 to 168.", valueName: "n"))
        var hours = 24

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await JobsCommand.get("/api/v1/jobs/upcoming", service, output, query: [("hours", "\(hours)")])
            let jobs = answer["jobs"]?.items ?? []
            guard !output.json else { return jobs.forEach { Console().write($0.line) } }
            Console().write(JobsText.upcoming(jobs, hours: hours, now: SystemTimeSource().now(), width: output.terminal.width))
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Ask a run to end.",
            discussion: """
                Examples:
                  hearth jobs cancel 019a9c2e-7f00-7abc-8def-0123456789ab
                  hearth jobs cancel 019a9c2e-7f00-7abc-8def-0123456789ab --json

                See also: hearth jobs runs.
                """)

        @Argument(help: "The run's id.")
        var id: String

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await service.client().post("/api/v1/jobs/runs/\(JobsCommand.pathPart(id))/cancel")
            Console().write(output.json ? answer.body.line : "Asked run \(id) to end. What is done stays done.")
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Skip a job's occurrences until it is resumed.",
            discussion:
                "Examples:\n  hearth jobs pause refresh-popular\n  hearth jobs pause prune-cache --for 2h\n\nSee also: hearth jobs resume.")

        @Argument(help: "The job's name.")
        var name: String

        @Option(name: .long, help: ArgumentHelp("How long the pause lasts, such as 2h; without it, until resumed.", valueName: "duration"))
        var `for`: String?

        @Option(name: .long, help: ArgumentHelp("When the pause ends: ISO 8601.", valueName: "time"))
        var until: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await service.client().post(
                "/api/v1/jobs/\(JobsCommand.pathPart(name))/pause", query: [("for", `for`), ("until", until)])
            guard !output.json else { return Console().write(answer.body.line) }
            let end = `for` == nil && until == nil ? "" : answer.body["pausedUntil"]?.text.map { " until \($0)" } ?? ""
            Console().write("Paused \(name)\(end). Its occurrences are recorded as skipped. Go on: hearth jobs resume \(name)")
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "Let a paused job run again.",
            discussion:
                "Examples:\n  hearth jobs resume refresh-popular\n  hearth jobs resume prune-cache --json\n\nSee also: hearth jobs pause.")

        @Argument(help: "The job's name.")
        var name: String

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await service.client().post("/api/v1/jobs/\(JobsCommand.pathPart(name))/resume")
            let next = answer.body["nextRunAt"]?.text.map { " It runs next at \($0)." } ?? ""
            Console().write(output.json ? answer.body.line : "Resumed \(name).\(next)")
        }
    }

    private static func get(
        _ path: String, _ service: ServiceOptions, _ output: OutputOptions, query: [(name: String, value: String?)] = []
    ) async throws -> JSONValue {
        let client = try service.client()
        return try await Waiting.show("Waiting for \(client.baseURL)", on: output.errorTerminal) {
            try await client.get(path, query: query).body
        }
    }

    /// A job's name inside a path; misspelt names fail before the service is asked.
    private static func pathPart(_ name: String) -> String { ServiceClient.percentEncoded(name) }
}
