import ArgumentParser
import HearthServer
import HearthTelemetry

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "See, run and pause the jobs of the running service.",
        subcommands: [List.self, Show.self, Runs.self, Run.self, Pause.self, Resume.self])

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

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let job = try await JobsCommand.get("/api/v1/jobs/" + JobsCommand.pathPart(name), service, output)
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

        @Option(name: .long, help: ArgumentHelp("Only runs with this outcome, such as failed.", valueName: "outcome"))
        var outcome: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let path = "/api/v1/jobs/\(JobsCommand.pathPart(name))/runs"
            let answer = try await JobsCommand.get(path, service, output, query: [("limit", "\(limit)"), ("outcome", outcome)])
            let runs = answer["runs"]?.items ?? []
            guard !output.json else { return runs.forEach { Console().write($0.line) } }
            Console().write(JobsText.runs(runs, job: name, width: output.terminal.width))
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Run a job now.",
            discussion: "Examples:\n  hearth jobs run prune-cache\n  hearth jobs run warm-cache --json\n\nSee also: hearth jobs runs.")

        @Argument(help: "The job's name.")
        var name: String

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try service.client()
            let answer = try await client.post("/api/v1/jobs/\(JobsCommand.pathPart(name))/run")
            let identifier = answer.body["runId"]?.text ?? ""
            Console().write(
                output.json ? answer.body.line : "Started \(name) as run \(identifier). Watch it: hearth jobs runs \(name) --limit 1")
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pause", abstract: "Skip a job's occurrences until it is resumed.",
            discussion:
                "Examples:\n  hearth jobs pause refresh-popular\n  hearth jobs pause prune-cache --json\n\nSee also: hearth jobs resume.")

        @Argument(help: "The job's name.")
        var name: String

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await service.client().post("/api/v1/jobs/\(JobsCommand.pathPart(name))/pause")
            Console().write(
                output.json
                    ? answer.body.line : "Paused \(name). Its occurrences are recorded as skipped. Go on: hearth jobs resume \(name)")
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
