import NIOCore
import NIOPosix
import Synchronization

package enum FreePort {
    /// Below the range from which the system takes ports by itself, so that no other test's socket gets the same one meanwhile.
    private static let range = 20_000..<32_000
    private static let next = Mutex(Int.random(in: range))

    /// A port of 127.0.0.1 that nobody listens on; each call in a process gives another one.
    package static func find() async throws -> Int {
        for _ in range {
            let port = next.withLock { next in
                next = next + 1 < range.upperBound ? next + 1 : range.lowerBound
                return next
            }
            if let channel = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: port)
                .get()
            {
                try await channel.close()
                return port
            }
        }
        throw ServerProcess.Failure(description: "No port of 127.0.0.1 between \(range.lowerBound) and \(range.upperBound) is free.")
    }
}
