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

            See also: hearth jobs run warm-cache, which does the same inside the service.
            """)

    /// A batch of new questions takes as long as the provider takes for them.
    private static let timeout = Duration.seconds(120)

    @Argument(help: "File with the questions; - reads standard input (default HEARTH_COMMON_QUERIES or config/common-queries.json).")
    var file: String?

    @Option(name: .long, help: ArgumentHelp("Batches of \(WarmingPlan.batchSize) questions at a time, 1 to 16.", valueName: "n"))
    var concurrency = 2

    @Flag(name: .long, help: "Read the file and count, but change nothing.")
    var dryRun = false

    @Flag(name: [.long, .short], help: "Show no progress.")
    var quiet = false

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard (1...16).contains(concurrency) else { throw CommandFailure("--concurrency must be from 1 to 16", status: ExitStatus.usage) }
        let path = try file ?? SettingsOptions.parse([]).load(for: .show).configuration.commonQueriesPath
        let plan = try WarmingPlan(text: try InputText.file(path, limit: 8 << 20), name: path)
        if dryRun {
            return Console().write(output.json ? plan.json.line : "\(path): \(plan.summary). Nothing was changed; warm with: hearth warm \(path)")
        }
        let client = try service.client(defaultTimeout: Self.timeout)
        let clock = SystemTimeSource()
        let begin = clock.uptime()
        let total = try await warm(plan, client: client)
        let duration = clock.uptime() - begin
        Console().write(output.json ? total.json(duration: duration).line : total.text(duration: duration))
        if total.failed > 0, total.cached + total.skipped == 0 {
            throw CommandFailure("none of the questions got an answer worth keeping; look at the provider: \(client.baseURL)/readyz")
        }
    }

    private func warm(_ plan: WarmingPlan, client: ServiceClient) async throws -> WarmingTotal {
        let progress = WarmingProgress(total: plan.count, terminal: output.errorTerminal, isQuiet: quiet || output.json)
        defer { progress.end() }
        return try await withThrowingTaskGroup(of: (Int, WarmingTotal).self) { group in
            var batches = plan.batches.makeIterator()
            func startNext() {
                guard let batch = batches.next() else { return }
                group.addTask {
                    let body = JSONValue.object([.init("queries", .array(batch))])
                    return (batch.count, WarmingTotal(try await client.post("/api/v1/cache/warm", body: body).body))
                }
            }
            for _ in 0..<concurrency { startNext() }
            var total = WarmingTotal()
            while let (count, part) = try await group.next() {
                total.add(part)
                progress.advance(by: count)
                startNext()
            }
            return total
        }
    }
}
