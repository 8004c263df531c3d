import Foundation

/// Three masters of a Redis Cluster on loopback ports, without replicas.
package final class RedisCluster: Sendable {
    package let servers: [RedisServer]

    private init(servers: [RedisServer]) {
        self.servers = servers
    }

    /// `redis+cluster://…` by the first node alone, so that the others have to be found.
    package var url: String { "redis+cluster://127.0.0.1:\(servers[0].port)" }

    package static func start() async throws -> RedisCluster {
        var servers: [RedisServer] = []
        for _ in 0..<3 {
            servers.append(
                try await RedisServer.start(arguments: ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"], busPort: true))
        }
        let create = try RunningProgram(
            "/usr/bin/redis-cli",
            ["--cluster", "create"] + servers.map { "127.0.0.1:\($0.port)" } + ["--cluster-replicas", "0", "--cluster-yes"], folder: "/")
        let ending = try await create.waitForEnd()
        guard ending.status == 0 else { throw RunningProgram.Failure("The cluster was not made: \(create.output) \(create.errors)") }
        return RedisCluster(servers: servers)
    }

    /// What `redis-cli` prints for a command to one node.
    package func command(_ words: String..., node: Int) async throws -> String {
        let program = try RunningProgram("/usr/bin/redis-cli", ["-p", "\(servers[node].port)"] + words, folder: "/")
        try await program.waitForEnd()
        return program.output
    }

    package func stop() async {
        for server in servers { await server.stop() }
    }
}
