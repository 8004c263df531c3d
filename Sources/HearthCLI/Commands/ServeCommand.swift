import ArgumentParser
import Foundation
import HearthServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service until SIGTERM or Ctrl-C; SIGHUP reads the jobs of the configuration again.",
        discussion: """
            Examples:
              hearth serve --simulate-provider
              OPENAI_API_KEY_FILE=key.txt hearth serve --port 8080 --data-dir /var/lib/hearth

            See also: hearth config show, hearth help environment.
            """)

    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let loaded = try settings.load(for: .serve)
        let terminal = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment)
        let console = Console(endsWithItsReader: false)
        let settings = settings
        let reload = { @Sendable () throws(ConfigurationError) in try settings.load(for: .serve) }
        try await HearthService.run(loaded, reload: reload, program: Self.program) { announcement in
            console.write(terminal.isInteractive ? Self.text(announcement) : Self.json(announcement))
        }
    }

    /// As the user can type it again: the path as given, or the bare name where it was found by the search path.
    private static var program: String { CommandLine.arguments.first ?? "hearth" }

    private static func text(_ announcement: ServiceAnnouncement) -> String {
        switch announcement {
        case .ready(let report): "\n" + ReadyBanner.text(report)
        case .draining(let requests, let jobs, let limit): "\n" + FarewellLines.draining(requests: requests, jobs: jobs, limit: limit)
        case .stopped(let report): FarewellLines.stopped(report)
        }
    }

    private static func json(_ announcement: ServiceAnnouncement) -> String {
        switch announcement {
        case .ready(let report): ReadyBanner.json(report)
        case .draining(let requests, let jobs, let limit): FarewellLines.drainingJSON(requests: requests, jobs: jobs, limit: limit)
        case .stopped(let report): FarewellLines.stoppedJSON(report)
        }
    }
}
