import Foundation
import Synchronization

/// Three masters of a Redis Cluster on loopback ports, without replicas; more may be added.
package final class RedisCluster: Sendable {
    private let nodes: Mutex<[RedisServer]>

    private init(servers: [RedisServer]) {
        nodes = Mutex(servers)
    }

    package var servers: [RedisServer] { nodes.withLock { $0 } }

    /// `redis+cluster://…` by the first node alone, so that the others have to be found.
    package var url: String { "redis+cluster://127.0.0.1:\(servers[0].port)" }

    package static func start() async throws -> RedisCluster {
        var servers: [RedisServer] = []
        for _ in 0..<3 { servers.append(try await startNode()) }
        let cluster = RedisCluster(servers: servers)
        try await cluster.manage(["create"] + servers.map { "127.0.0.1:\($0.port)" } + ["--cluster-replicas", "0"])
        try await cluster.waitUntilServing()
        return cluster
    }

    private static func startNode() async throws -> RedisServer {
        try await RedisServer.start(
            arguments: ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--enable-debug-command", "local"], busPort: true)
    }

    /// A node refuses commands until it knows that all slots are served.
    package func waitUntilServing() async throws {
        for node in servers.indices {
            try await Deadline.until("node \(node) serves", within: .seconds(20)) {
                try await command("CLUSTER", "INFO", node: node).contains("cluster_state:ok")
            }
        }
    }

    /// What `redis-cli` prints for a command to one node.
    package func command(_ words: String..., node: Int) async throws -> String {
        try await servers[node].command(words)
    }

    /// Whether a node lets messages of channels pass that come from other nodes.
    package func setNews(arrive: Bool, atNode node: Int) async throws {
        // The number of the cluster bus' message type for channels.
        _ = try await command("DEBUG", "DROP-CLUSTER-PACKET-FILTER", arrive ? "-1" : "4", node: node)
    }

    package func identifier(ofNode node: Int) async throws -> String {
        try await command("CLUSTER", "MYID", node: node).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Adds a master without slots; its number is the last.
    package func addNode() async throws {
        let server = try await Self.startNode()
        let address = "127.0.0.1:\(servers[0].port)"
        nodes.withLock { $0.append(server) }
        try await manage(["add-node", "127.0.0.1:\(server.port)", address])
        try await waitUntilServing()
        try await waitUntilAgreed()
    }

    /// Gives slots of one node to another, with what is in them, while both serve.
    package func move(slots: Int, from source: Int, to target: Int) async throws {
        let (from, to) = (try await identifier(ofNode: source), try await identifier(ofNode: target))
        try await waitUntilAgreed()
        try await manage([
            "reshard", "127.0.0.1:\(servers[0].port)", "--cluster-from", from, "--cluster-to", to, "--cluster-slots", "\(slots)",
        ])
    }

    /// Takes the last node, which must have no slots, out of the cluster and ends it.
    package func removeLastNode() async throws {
        let identifier = try await identifier(ofNode: servers.count - 1)
        try await waitUntilAgreed()
        try await manage(["del-node", "127.0.0.1:\(servers[0].port)", identifier])
        await nodes.withLock { $0.removeLast() }.stop()
    }

    /// `redis-cli` changes a cluster only while all nodes tell the same of it.
    private func waitUntilAgreed() async throws {
        try await Deadline.until("all nodes know the same", within: .seconds(20)) {
            let check = try RunningProgram("/usr/bin/redis-cli", ["--cluster", "check", "127.0.0.1:\(servers[0].port)"], folder: "/")
            return try await check.waitForEnd().status == 0
        }
    }

    private func manage(_ words: [String]) async throws {
        let program = try RunningProgram("/usr/bin/redis-cli", ["--cluster"] + words + ["--cluster-yes"], folder: "/")
        let ending = try await program.waitForEnd(within: .seconds(60))
        guard ending.status == 0 else { throw RunningProgram.Failure("\(words): \(program.output.suffix(2000)) \(program.errors)") }
    }

    /// Ends all nodes as a power cut would; their files stay.
    package func crash() async {
        for server in servers { await server.process.killAtOnce() }
    }

    package func startAgain() async throws {
        var started: [RedisServer] = []
        for server in servers { started.append(try await server.startAgain()) }
        nodes.withLock { $0 = started }
        try await waitUntilServing()
    }

    package func stop() async {
        for server in servers { await server.stop() }
    }
}
