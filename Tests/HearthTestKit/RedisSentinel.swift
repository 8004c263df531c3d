import Foundation

/// A master, its replica and a sentinel that watches both and promotes the replica when the master is silent for half a second.
package final class RedisSentinel: Sendable {
    package let master: RedisServer
    package let replica: RedisServer
    private let port: Int
    private let process: ServerProcess
    private let folder: TemporaryFolder

    private init(master: RedisServer, replica: RedisServer, port: Int, folder: TemporaryFolder) throws {
        self.master = master
        self.replica = replica
        self.port = port
        self.folder = folder
        process = try ServerProcess(
            "redis-sentinel", program: "/usr/bin/redis-server", arguments: [folder.path + "/sentinel.conf", "--sentinel"],
            folder: folder.path)
    }

    /// `redis+sentinel://…`
    package var url: String { "redis+sentinel://127.0.0.1:\(port)/salon" }

    /// Returns when the sentinel could promote the replica.
    package static func start() async throws -> RedisSentinel {
        let master = try await RedisServer.start()
        let replica = try await RedisServer.start(arguments: ["--replicaof", "127.0.0.1", "\(master.port)"])
        let folder = try TemporaryFolder(named: "hearth-sentinel")
        let port = try await FreePort.find()
        try """
        port \(port)
        bind 127.0.0.1
        dir \(folder.path)
        sentinel monitor salon 127.0.0.1 \(master.port) 1
        sentinel down-after-milliseconds salon 500
        sentinel failover-timeout salon 2000
        """.write(toFile: folder.path + "/sentinel.conf", atomically: true, encoding: .utf8)
        let sentinel = try RedisSentinel(master: master, replica: replica, port: port, folder: folder)
        try await sentinel.process.waitUntilPrinted("+monitor")
        // It asks the master for its replicas every ten seconds.
        try await sentinel.process.waitUntilPrinted("+slave ")
        return sentinel
    }

    package func stop() async {
        await process.stop()
        await master.stop()
        await replica.stop()
    }
}
