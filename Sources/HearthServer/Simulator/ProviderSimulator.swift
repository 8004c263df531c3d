import HTTPTypes
import HearthTelemetry
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// An OpenAI-compatible provider for development, tests and load tests. Its answers are invented, cost nothing and say so.
///
/// It listens on 127.0.0.1 only. `/v1/chat/completions` (JSON and server-sent events), `/v1/embeddings` and `/v1/models` are the
/// provider's; `/simulator/requests` and `/simulator/behavior` are for tests.
package final class ProviderSimulator: Service {
    package struct Options: Sendable {
        /// 0 takes a free one.
        package var port = 0
        package var behavior = SimulatorBehavior()
        /// Another seed gives other token probabilities and other failures.
        package var seed: UInt64 = 1

        package init() {}
    }

    private let options: Options
    private let logger: Logger
    private let state: SimulatorState
    private let listening = PortAnnouncement()

    package init(options: Options = Options(), logger: Logger) {
        self.options = options
        self.logger = logger
        state = SimulatorState(behavior: options.behavior, seed: options.seed)
    }

    package var counts: SimulatorCounts { state.counts }

    /// Serves until it is asked to shut down, or its task is cancelled.
    package func run() async throws {
        let listening = self.listening
        let routes = SimulatorRoutes(state: state, seed: options.seed)
        let router = Router()
        routes.add(to: router)
        var quiet = logger
        // The server's own start message is not the simulator's.
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router,
            // Whoever measures with it wants to see little of it: each change of threads costs as much as an answer.
            server: HTTPServerBuilder { LoopBoundChannel(inner: HTTP1Channel(responder: $0)) },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: options.port), serverName: "hearth-simulator"),
            onServerRunning: { channel in
                listening.announce(channel.localAddress?.port.map { .success($0) } ?? .failure(SimulatorStopped()))
            },
            logger: quiet)
        defer { listening.announce(.failure(SimulatorStopped())) }
        do {
            try await application.run()
        } catch {
            listening.announce(.failure(error))
            throw error
        }
    }

    /// The port, once the simulator listens; an error when it could not start.
    package func boundPort() async throws -> Int {
        try await listening.port()
    }

    /// The address to configure as `OPENAI_BASE_URL`, once the simulator listens.
    package func baseURL() async throws -> String {
        "http://127.0.0.1:\(try await boundPort())/v1"
    }
}

/// The simulator ended before or while its port was asked for.
package struct SimulatorStopped: Error, CustomStringConvertible {
    package var description: String { "The provider simulator has stopped. Start it again." }
}

/// The port or the reason that there is none; set once, awaited by any number of tasks.
private final class PortAnnouncement: Sendable {
    private struct State {
        var result: Result<Int, any Error>?
        var waiters: [CheckedContinuation<Int, any Error>] = []
    }

    private let state = Mutex(State())

    /// Later announcements change nothing.
    func announce(_ result: Result<Int, any Error>) {
        let waiters = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            guard state.result == nil else { return [] }
            state.result = result
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiters.append(continuation) }
                return state.result
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
