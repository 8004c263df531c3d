import ArgumentParser
import HearthServer
import HearthTelemetry

struct WarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "warm",
        abstract: "Warm the running service with the questions of a file.",
        discussion: """
            Examples:
              hearth warm config/common-queries.json
              hearth warm --dry-run
              HEARTH_DATA_DIR=/var/lib/hearth hearth warm --offline

            See also: hearth jobs run warm-cache, which does the same inside the service.
            """)

    /// A batch of new questions takes as long as the provider takes for them.
    private static let timeout = Duration.seconds(120)

    @Argument(help: "File with the questions; - reads standard input (default HEARTH_COMMON_QUERIES or config/common-queries.json).")
    var file: String?

    @Option(name: .long, help: ArgumentHelp("Batches of \(WarmingPlan.batchSize) questions at a time, 1 to 16.", valueName: "n"))
    var concurrency = 2

    @Flag(name: .long, help: "Warm the store in the data folder directly; no service may be using it.")
    var offline = false

    @Flag(name: .long, help: "Read the file and count, but change nothing.")
    var dryRun = false

    @Flag(name: [.long, .short], help: "Show no progress.")
    var quiet = false

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard (1...16).contains(concurrency) else { throw CommandFailure("--concurrency must be from 1 to 16", status: ExitStatus.usage) }
        if offline, !dryRun { return try await warmOffline() }
        let path = try listPath()
        let plan = try WarmingPlan(text: try InputText.file(path, limit: 8 << 20), name: path)
        if dryRun {
            return Console().write(
                output.json ? plan.json.line : "\(path): \(plan.summary). Nothing was changed; warm with: hearth warm \(path)")
        }
        let client = try service.client(defaultTimeout: Self.timeout)
        let clock = SystemTimeSource()
        let begin = clock.uptime()
        let progress = WarmingProgress(total: plan.count, terminal: output.errorTerminal, isQuiet: quiet || output.json)
        let work = WarmingWork(batches: plan.batches, client: client, progress: progress)
        let total = try await work.run(workers: concurrency)
        let duration = clock.uptime() - begin
        Console().write(output.json ? total.json(duration: duration).line : total.text(duration: duration))
        if total.failed > 0, total.cached + total.skipped == 0 {
            throw CommandFailure("none of the questions got an answer worth keeping; look at the provider: \(client.baseURL)/readyz")
        }
    }

    /// Asks the configured provider and writes to the configured data folder.
    private func warmOffline() async throws {
        let configuration = try SettingsOptions.parse([]).load(for: .serve).configuration
        let report: WarmingReport
        do {
            report = try await HearthService.warmOffline(configuration: configuration, listPath: file)
        } catch let error as WarmingList.FileError {
            throw CommandFailure(error.description, status: ExitStatus.usage)
        }
        let total = WarmingTotal(report)
        Console().write(output.json ? total.json(duration: report.duration).line : total.text(duration: report.duration))
        if total.failed > 0, total.cached + total.skipped == 0 {
            throw CommandFailure("none of the questions got an answer worth keeping; check OPENAI_BASE_URL and OPENAI_API_KEY")
        }
    }

    /// In a function of its own: with it inside the asynchronous one the optimiser of Swift 6.3.1 crashes ("while splitting coroutine").
    private func listPath() throws -> String {
        if let file { return file }
        return try SettingsOptions.parse([]).load(for: .show).configuration.commonQueriesPath
    }
}
