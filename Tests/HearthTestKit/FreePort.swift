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
            // Asked by connecting: a socket that listened for a moment would live on in a process that is started just then.
            guard
                let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
            else { return port }
            try await channel.close()
        }
        throw ServerProcess.Failure(description: "No port of 127.0.0.1 between \(range.lowerBound) and \(range.upperBound) is free.")
    }
}
