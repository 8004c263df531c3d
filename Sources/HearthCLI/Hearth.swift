import ArgumentParser
import HearthServer

/// The command line of Hearth.
struct Hearth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hearth",
        abstract: "Keeps AI answers warm: a cache between an application and an OpenAI-compatible provider.",
        discussion: """
            Examples:
              hearth serve --simulate-provider
              hearth ask "Do you sell gift cards?"

            See also: hearth help environment, exit-codes, formatting, time.
            """,
        version: BuildIdentity.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Service:",
                subcommands: [
                    ServeCommand.self, SimulateProviderCommand.self, ConfigCommand.self, MigrateCommand.self, KeysCommand.self,
                    AuditCommand.self, HealthcheckCommand.self,
                ]),
            CommandGroup(
                name: "Answers:",
                subcommands: [AskCommand.self, WarmCommand.self, StatsCommand.self, TopCommand.self, CacheCommand.self]),
            CommandGroup(name: "Jobs:", subcommands: [JobsCommand.self, CronCommand.self]),
            CommandGroup(name: "About:", subcommands: [MetricsCommand.self, VersionCommand.self]),
        ]
    )
}
