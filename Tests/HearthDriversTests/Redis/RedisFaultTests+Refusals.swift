import HearthTestKit
import Synchronization
import Testing

@testable import HearthDrivers

/// What a client does not take: a connection that is not where it should be, and replies beyond all measure.
extension RedisFaultTests {
    @Test("A connection that did not get into its database is never used; once it may, it is, and in that database")
    func refusedSelect() async throws {
        let server = try await RedisServer.start()
        try await Self.command(server, "ACL", "SETUSER", "default", "-select")
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.failuresToOpen = .max
        let attempts = Attempts()
        let client = try RedisClient(target: RedisTarget(url: String(server.url.dropLast()) + "3"), options: options, observer: attempts)
        let run = Task { await client.run() }
        try await Deadline.until("two attempts are refused") { attempts.refused.load(ordering: .relaxed) >= 2 }
        #expect(!client.isConnected && client.connectionCount == 0 && client.lastError?.kind == .handshake)
        #expect(attempts.failed.load(ordering: .relaxed) == attempts.refused.load(ordering: .relaxed))
        try await Self.command(server, "ACL", "SETUSER", "default", "+select")
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        #expect(try await client.send([RedisCommand("SET", "k", "3")], slot: 0, within: .seconds(5)).first == .status("OK"))
        #expect(try await server.command(["-n", "3", "GET", "k"]) == "3\n")
        #expect(try await server.command(["GET", "k"]) == "\n")
        run.cancel()
        await run.value
        await server.stop()
    }

    @Test("A value of ten megabytes and a list of thousands, where less is allowed, end the connection and are counted; the next is used")
    func oversized() async throws {
        let server = try await RedisServer.start()
        let fill = "redis.call('SET', 'big', string.rep('x', 10000000)) for i = 1, 5000 do redis.call('RPUSH', 'long', i) end return 1"
        #expect(try await server.command(["EVAL", fill, "0"]).hasSuffix("1\n"))
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.connection.replyLimits = .init(bytes: 1 << 20, elements: 1000)
        let attempts = Attempts()
        try await withRedisClient(server.url, options: options, observer: attempts) { client in
            for question in [RedisCommand("GET", "big"), RedisCommand("LRANGE", "long", "0", "-1")] {
                let error = await #expect(throws: RedisError.self) { try await client.send([question], slot: 0, within: .seconds(20)) }
                #expect(error?.kind == .protocolViolation, "\(error.debugDescription)")
                try await Deadline.until("another connection is used") {
                    (try? await client.send([RedisCommand("PING")], slot: 0, within: .seconds(20)).first) == .status("PONG")
                }
            }
            try await Deadline.until("both are counted") { attempts.violations.load(ordering: .relaxed) == 2 }
            try await Deadline.until("the pool is whole again") { client.connectionCount == 2 }
        }
        await server.stop()
    }
}
