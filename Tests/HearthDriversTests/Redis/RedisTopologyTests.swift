import Foundation
import HearthTestKit
import Testing

@testable import HearthDrivers

@Suite("Clusters and sentinels", .serialized, .timeLimit(.minutes(10)))
struct RedisTopologyTests {
    private func key(_ number: Int) -> String { "{k\(number)}" }

    @Test("Commands find the node of their slot, also after the slot moved, and while it is being moved")
    func cluster() async throws {
        let cluster = try await RedisCluster.start()
        var options = RedisPoolOptions()
        options.minimumConnections = 6
        try await withRedisClient(cluster.url, options: options) { client in
            for number in 0..<200 {
                let set = RedisCommand("SET", key(number), "\(number)")
                let reply = try await client.send([set], slot: RedisSlot.of(key(number)), within: .seconds(2)).first
                #expect(reply == .status("OK"))
            }
            // A slot of the first node with a key in it goes to the second.
            let owned = try await (0..<200).asyncFirst { number in
                try await cluster.command("GET", key(number), node: 0) == "\(number)\n"
            }
            let number = try #require(owned)
            let slot = RedisSlot.of(key(number))
            let ids = try await [cluster.command("CLUSTER", "MYID", node: 0), cluster.command("CLUSTER", "MYID", node: 1)]
                .map { String($0.dropLast()) }
            _ = try await cluster.command("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", ids[0], node: 1)
            _ = try await cluster.command("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", ids[1], node: 0)
            // What is not there any more is asked for at the new node (ASK).
            let other = "{k\(number)}other"
            #expect(try await client.send([RedisCommand("SET", other, "new")], slot: slot, within: .seconds(2)).first == .status("OK"))
            #expect(try await client.send([RedisCommand("GET", key(number))], slot: slot, within: .seconds(2)).first?.text == "\(number)")
            _ = try await cluster.command(
                "MIGRATE", "127.0.0.1", "\(cluster.servers[1].port)", "", "0", "1000", "KEYS", key(number), node: 0)
            for node in [1, 0, 2] { _ = try await cluster.command("CLUSTER", "SETSLOT", "\(slot)", "NODE", ids[1], node: node) }
            // Now for good (MOVED).
            let replies = try await client.send(
                [RedisCommand("GET", key(number)), RedisCommand("GET", other)], slot: slot, within: .seconds(2))
            #expect(replies.map(\.text) == ["\(number)", "new"])
        }
        await cluster.stop()
    }

    @Test("The master is found by the sentinels, also after a fail-over; a replica is never used")
    func sentinel() async throws {
        let sentinel = try await RedisSentinel.start()
        let (master, replica) = (sentinel.master, sentinel.replica)
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.openTime = .milliseconds(300)
        try await withRedisClient(sentinel.url, options: options) { client in
            #expect(try await client.send([RedisCommand("SET", "k", "1")], slot: 0, within: .seconds(2)).first == .status("OK"))
            master.process.freeze()
            try await Deadline.until("the replica is the master, and is used", within: .seconds(30)) {
                guard let reply = try? await client.send([RedisCommand("SET", "k", "2")], slot: 0, within: .milliseconds(100)).first
                else { return false }
                return reply == .status("OK")
            }
            let role = try await client.send([RedisCommand("CONFIG", "GET", "port")], slot: 0, within: .seconds(2)).first?.items?.last?.text
            #expect(role == "\(replica.port)")
            // The old one is back with what it had, and believes to be the master until the sentinels tell it otherwise.
            master.process.thaw()
            try await Deadline.until("the old master is a replica", within: .seconds(60)) {
                guard case .integer? = try? await client.send([RedisCommand("INCR", "n")], slot: 0, within: .seconds(2)).first
                else { return false }
                return try await master.command(["INFO", "replication"]).contains("role:slave")
            }
            let count = try await client.send([RedisCommand("GET", "n")], slot: 0, within: .seconds(2)).first?.text
            #expect(try await replica.command(["GET", "n"]) == "\(count ?? "")\n", "each was written to the new master")
            #expect(try await replica.command(["GET", "k"]) == "2\n")
        }
        await sentinel.stop()
    }
}

extension Sequence where Self: Sendable, Element: Sendable {
    fileprivate func asyncFirst(where condition: (Element) async throws -> Bool) async throws -> Element? {
        for element in self where try await condition(element) { return element }
        return nil
    }
}
