import ArgumentParser
import Foundation
import HearthServer
import Logging
import ServiceLifecycle
import UnixSignals

struct SimulateProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-provider",
        abstract: "Run an OpenAI-compatible provider for development and load tests; its answers name themselves as simulated.",
        discussion: """
            Examples:
              hearth simulate-provider --port 9090 --latency 200ms
              hearth simulate-provider --error-rate 0.1 --seed 7

            See also: hearth serve --simulate-provider, which starts one of its own.
            """)

    @Option(name: .long, help: ArgumentHelp("Port on 127.0.0.1; 0 takes a free one.", valueName: "port"))
    var port = 0

    @Option(name: .long, help: ArgumentHelp("Time before each answer.", valueName: "duration"))
    var latency = "200ms"

    @Option(name: .long, help: ArgumentHelp("Speed of streamed answers; 0 is as fast as they can be read.", valueName: "n"))
    var tokensPerSecond = 0.0

    @Option(name: .long, help: ArgumentHelp("Share of requests that fail with status 500, 0 to 1.", valueName: "share"))
    var errorRate = 0.0

    @Option(name: .long, help: ArgumentHelp("Status of every answer; 0 is the usual one.", valueName: "code"))
    var status = 0

    @Flag(name: .long, help: "Give token probabilities even where they are not asked for.")
    var logprobs = false

    @Option(name: .long, help: ArgumentHelp("Another seed gives other probabilities and other failures.", valueName: "n"))
    var seed: UInt64 = 1

    func run() async throws {
        let simulator = ProviderSimulator(options: try options(), logger: Logger(label: "hearth.simulator"))
        let group = ServiceGroup(
            services: [simulator], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "hearth.simulator"))
        let console = Console(endsWithItsReader: false)
        let isInteractive = Terminal.standardOutput(environment: ProcessInfo.processInfo.environment).isInteractive
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let url = try await simulator.baseURL()
                console.write(isInteractive ? Self.text(url) : Self.json(url))
            }
            do {
                try await group.run()
            } catch {
                throw CommandFailure(
                    "the simulator cannot listen on 127.0.0.1 port \(port): \(error). Use another: --port 0 takes a free one",
                    status: ExitStatus.tryAgainLater)
            }
        }
    }

    private func options() throws -> ProviderSimulator.Options {
        guard (0...65535).contains(port) else { throw CommandFailure("--port must be from 0 to 65535", status: ExitStatus.usage) }
        guard let latency = SettingText.duration(latency) else {
            throw CommandFailure("--latency \"\(latency)\" must be a duration such as 200ms or 2s", status: ExitStatus.usage)
        }
        var options = ProviderSimulator.Options()
        options.port = port
        options.seed = seed
        options.behavior = SimulatorBehavior(
            latencyMilliseconds: Int(clamping: latency.components.seconds * 1000 + latency.components.attoseconds / 1_000_000_000_000_000),
            tokensPerSecond: tokensPerSecond, errorRate: errorRate, status: status, alwaysLogprobs: logprobs)
        if let fault = options.behavior.fault { throw CommandFailure("the simulator cannot do that: \(fault)", status: ExitStatus.usage) }
        return options
    }

    private static func text(_ url: String) -> String {
        "SIMULATED provider at \(url)      use it with: OPENAI_BASE_URL=\(url) hearth serve\nStop with Ctrl-C."
    }

    private static func json(_ url: String) -> String {
        JSONValue.object([.init("event", .string("ready")), .init("url", .string(url)), .init("provider", .string("simulated"))]).line
    }
}
