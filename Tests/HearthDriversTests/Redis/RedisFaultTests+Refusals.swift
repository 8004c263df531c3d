import Foundation
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

    @Test("A server that does not know the login repeats the password in its refusal: nothing that is said of it has the password")
    func repeatedPassword() async throws {
        let server = try await RedisServer.start(arguments: ["--rename-command", "AUTH", ""])
        #expect(try await server.command(["AUTH", "a-secret-word"]).contains("a-secret-word"))
        let attempts = Attempts()
        let target = try RedisTarget(url: "redis://:a-secret-word@127.0.0.1:\(server.port)")
        let client = RedisClient(target: target, options: RedisPoolOptions(), observer: attempts)
        let run = Task { await client.run() }
        try await Deadline.until("it is refused") { attempts.refused.load(ordering: .relaxed) >= 1 }
        let said = "\(client.lastError.debugDescription) \(client.lastError.map { "\($0)" } ?? "")"
        #expect(said.contains("unknown command 'AUTH'") && !said.contains("a-secret-word"), "\(said)")
        run.cancel()
        await run.value
        await server.stop()
    }

    @Test("A server that reads its data answers LOADING: it is left alone by the breaker, and used when it has read them")
    func loading() async throws {
        var server = try await RedisServer.start()
        #expect(try await server.command(["DEBUG", "POPULATE", "100000"]) == "OK\n")
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.openTime = .milliseconds(300)
        let attempts = Attempts()
        let client = try RedisClient(target: RedisTarget(url: server.url), options: options, observer: attempts)
        let run = Task { await client.run() }
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        #expect(try await server.command(["SAVE"]) == "OK\n")
        await server.process.killAtOnce()
        server = try await server.startLoading(keyDelay: .milliseconds(1))
        try await Deadline.until("the breaker knows of it") {
            attempts.refusals.withLock { $0 }.contains(.init("LOADING Redis is loading the dataset in memory")) && client.refusal != nil
        }
        #expect(RedisErrorReply("LOADING Redis is loading the dataset in memory").remedy == .unavailable)
        let error = await #expect(throws: RedisError.self) { try await client.send([RedisCommand("PING")], slot: 0, within: .seconds(1)) }
        #expect(error?.kind == .breakerOpen, "\(error.debugDescription)")
        try await server.finishLoading()
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        #expect(try await client.send([RedisCommand("DBSIZE")], slot: 0, within: .seconds(5)).first == .integer(100_000))
        run.cancel()
        await run.value
        await server.stop()
    }

    /// A real server that refuses, and how it is made to.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var code: String
        var remedy: RedisErrorReply.Remedy
        var arguments: [String] = []
        var commands: [[String]] = []
        var losesFolder = false
        var question = RedisCommand("SET", "k", "1")

        var testDescription: String { code }
    }

    private static let refusals = [
        Refusal(code: "OOM", remedy: .configuration, commands: [["CONFIG", "SET", "maxmemory", "1"]]),
        Refusal(code: "NOPERM", remedy: .configuration, commands: [["ACL", "SETUSER", "default", "-set"]]),
        Refusal(code: "WRONGTYPE", remedy: .configuration, commands: [["LPUSH", "k", "x"]], question: RedisCommand("GET", "k")),
        Refusal(
            code: "MISCONF", remedy: .configuration, commands: [["CONFIG", "SET", "save", "3600 1"], ["BGSAVE"]], losesFolder: true),
        Refusal(code: "CLUSTERDOWN", remedy: .tryAgain, arguments: ["--cluster-enabled", "yes"]),
        Refusal(code: "NOREPLICAS", remedy: .unavailable, commands: [["CONFIG", "SET", "min-replicas-to-write", "1"]]),
    ]

    @Test(
        "What a real server refuses comes back as its reply; only one that cannot serve at all opens the breaker", arguments: refusals)
    func refusal(_ refusal: Refusal) async throws {
        let server = try await RedisServer.start(arguments: refusal.arguments, busPort: !refusal.arguments.isEmpty)
        if refusal.losesFolder { try FileManager.default.removeItem(atPath: server.folder.path) }
        for command in refusal.commands { _ = try await server.command(command) }
        if refusal.losesFolder {
            // From then on it refuses even PING, and is connected to all the same.
            try await Deadline.until("nothing can be saved") { try await server.command(["PING"]).contains(refusal.code) }
        }
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.openTime = .seconds(60)
        let attempts = Attempts()
        try await withRedisClient(server.url, options: options, observer: attempts) { client in
            var reply: RedisValue?
            try await Deadline.until("it refuses") {
                reply = try await client.send([refusal.question], slot: 0, within: .seconds(5)).first
                if case .error? = reply { return true }
                return false
            }
            guard case .error(let error)? = reply else { return }
            #expect(error.code == refusal.code && error.remedy == refusal.remedy, "\(error)")
            #expect(attempts.refusals.withLock { $0 }.contains(error), "whoever logs it is told")
            var opened = false
            for _ in 0..<10 where !opened {
                do {
                    _ = try await client.send([refusal.question], slot: 0, within: .seconds(5))
                } catch {
                    opened = true
                }
            }
            #expect(opened == (refusal.remedy == .unavailable))
            #expect(client.isConnected == !opened)
        }
        // It would not end before it has saved.
        _ = try await server.command(["CONFIG", "SET", "save", ""])
        await server.stop()
    }
}
