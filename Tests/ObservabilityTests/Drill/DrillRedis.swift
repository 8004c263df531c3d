import HearthTestKit
import Synchronization

/// The Redis of a drill, behind a proxy that makes it slow, and started again after it was killed.
final class DrillRedis: Sendable {
    let proxy: FaultProxy
    private let server: Mutex<RedisServer>

    init() async throws {
        let started = try await RedisServer.start()
        server = Mutex(started)
        proxy = try await FaultProxy.start(to: started.port)
    }

    var url: String { "redis://127.0.0.1:\(proxy.port)/0" }

    @discardableResult
    func command(_ words: String...) async throws -> String { try await server.withLock { $0 }.command(words) }

    func kill() async { await server.withLock { $0 }.process.killAtOnce() }

    func startAgain() async throws {
        let started = try await server.withLock { $0 }.startAgain()
        server.withLock { $0 = started }
    }

    func stop() async {
        await proxy.stop()
        await server.withLock { $0 }.stop()
    }
}
