import HearthDrivers
import ServiceLifecycle
import Synchronization

/// The port that the listener got, once it has it.
final class ListeningPort: Sendable {
    private let port = Mutex<Int?>(nil)
    private let isKnown = Milestone()

    func announce(_ port: Int?) {
        self.port.withLock { $0 = port }
        isKnown.reach()
    }

    /// Nil when the task was cancelled first.
    func value() async -> Int? {
        await isKnown.wait()
        return port.withLock { $0 }
    }
}

/// Ends the client of the provider after everything that uses it.
struct CurlService: Service {
    let curl: CurlClient

    func run() async throws {
        try? await gracefulShutdown()
        await curl.shutdown()
    }
}
