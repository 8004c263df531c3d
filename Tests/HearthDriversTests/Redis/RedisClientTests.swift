import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthDrivers

@Suite("The Redis client and a real server", .timeLimit(.minutes(10)))
struct RedisClientTests {
    private func few() -> RedisPoolOptions {
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        return options
    }

    @Test("Every kind of reply comes back, in the order of the commands")
    func replies() async throws {
        let server = try await RedisServer.start(password: "p ss/wörd")
        let replies = try await withRedisClient("redis://:p%20ss%2Fw%C3%B6rd@127.0.0.1:\(server.port)/3") { client in
            try await client.send(
                [
                    RedisCommand("SET", "a", "\u{0}\r\nä"), RedisCommand("GET", "a"), RedisCommand("INCR", "n"),
                    RedisCommand("GET", "none"),
                    RedisCommand("MGET", "a", "none"), RedisCommand("INCR", "a"), RedisCommand("EVAL", "return {1,{'x',false},{}}", "0"),
                ], slot: 0, within: .seconds(20))
        }
        #expect(
            Array(replies.prefix(5)) == [
                .status("OK"), .bytes(Array("\u{0}\r\nä".utf8)), .integer(1), .null, .array([.bytes(Array("\u{0}\r\nä".utf8)), .null]),
            ])
        guard case .error(let error) = replies[5] else { return #expect(Bool(false), "\(replies[5])") }
        #expect(error.remedy == .command)
        #expect(replies[6] == .array([.integer(1), .array([.bytes(Array("x".utf8)), .null]), .array([])]))
        await server.stop()
    }

    @Test("Thousands of commands at once, each gets its own reply")
    func pipelining() async throws {
        let server = try await RedisServer.start()
        let wrong = try await withRedisClient(server.url) { client in
            // A single connection would refuse the last of them: no more than 4096 may wait on it.
            try await Deadline.until("both connections are open") { client.connectionCount == 2 }
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<5000 {
                    group.addTask {
                        let reply = try await client.send([RedisCommand("ECHO", "\(number)")], slot: 0, within: .seconds(60))
                        return reply.first?.text != "\(number)"
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(wrong == 0)
        await server.stop()
    }

    @Test("A script is sent in full once, and again after the server forgot it")
    func scripts() async throws {
        let server = try await RedisServer.start()
        let script = RedisScript("return redis.call('incrby', KEYS[1], ARGV[1])")
        #expect(script.digest.count == 40)
        let (values, evals) = try await withRedisClient(server.url) { client in
            let call = RedisScript.Call(script, keys: ["n"], texts: ["2"])
            var values = try await client.evaluate([call, call], slot: 0, within: .seconds(20))
            values += try await client.evaluate([call], slot: 0, within: .seconds(20))
            _ = try await client.broadcast(RedisCommand("SCRIPT", "FLUSH"), within: .seconds(20))
            values += try await client.evaluate([call], slot: 0, within: .seconds(20))
            let statistics = try await client.send([RedisCommand("INFO", "commandstats")], slot: 0, within: .seconds(20))
            return (values, statistics.first?.text ?? "")
        }
        #expect(values == [.integer(2), .integer(4), .integer(6), .integer(8)])
        #expect(evals.contains("cmdstat_eval:calls=3"), "\(evals)")
        await server.stop()
    }

    @Test("A wrong password, and a server that is no Redis, are told apart; the password is in no message")
    func handshake() async throws {
        let server = try await RedisServer.start(password: "right")
        let client = try RedisClient(target: RedisTarget(url: "redis://:wrong-password@127.0.0.1:\(server.port)"), options: few())
        let run = Task { await client.run() }
        let error = try await Deadline.value("it is refused") { client.lastError }
        #expect(!client.isConnected)
        #expect(error.kind == .handshake && !"\(error)".contains("wrong-password"), "\(error)")
        run.cancel()
        await server.stop()
        await run.value
    }

    @Test("TLS with a trusted certificate works, with an unknown one it does not")
    func tls() async throws {
        let files = try await TestCertificate(name: "127.0.0.1")
        let port = try await FreePort.find()
        let server = try await RedisServer.start(arguments: [
            "--tls-port", "\(port)", "--tls-cert-file", files.certificate, "--tls-key-file", files.key, "--tls-ca-cert-file",
            files.certificate, "--tls-auth-clients", "no",
        ])
        var options = few()
        options.connection.trustedCertificates = files.certificate
        let reply = try await withRedisClient("rediss://127.0.0.1:\(port)", options: options) { client in
            try await client.send([RedisCommand("PING")], slot: 0, within: .seconds(20))
        }
        #expect(reply == [.status("PONG")])
        let stranger = try RedisClient(target: RedisTarget(url: "rediss://127.0.0.1:\(port)"), options: few())
        let run = Task { await stranger.run() }
        try await Deadline.until("it is not trusted") { stranger.lastError != nil }
        #expect(!stranger.isConnected)
        run.cancel()
        await server.stop()
        await run.value
    }

    @Test("A silent server costs the deadline until the breaker opens, and then nothing; afterwards it is used again by itself")
    func silence() async throws {
        let server = try await RedisServer.start()
        var options = few()
        options.breaker.openTime = .milliseconds(500)
        let time = SystemTimeSource()
        try await withRedisClient(server.url, options: options) { client in
            server.process.freeze()
            var (refusals, waits): ([Duration], [Duration]) = ([], [])
            for _ in 0..<20 {
                let begin = time.uptime()
                let error = await #expect(throws: RedisError.self) {
                    try await client.send([RedisCommand("PING")], slot: 0, within: .milliseconds(50))
                }
                let took = time.uptime() - begin
                if error?.kind == .breakerOpen { refusals.append(took) } else { waits.append(took) }
            }
            try #require(refusals.count >= 10 && !waits.isEmpty)
            #expect(waits.sorted()[waits.count / 2] < .milliseconds(500), "\(waits)")
            // A single command may be held up by a busy machine.
            if ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil {
                #expect((waits + refusals).allSatisfy { $0 < .milliseconds(500) }, "\(waits) \(refusals)")
            }
            #expect(refusals.sorted()[refusals.count / 2] < .milliseconds(20))
            server.process.thaw()
            #expect(await client.waitUntilConnected(atMost: .seconds(20)))
            let replies = try await client.send([RedisCommand("PING")], slot: 0, within: .seconds(5))
            #expect(replies == [.status("PONG")])
        }
        await server.stop()
    }

    @Test("A command that no server would accept is refused before it is sent")
    func tooLarge() async throws {
        let server = try await RedisServer.start()
        var options = few()
        options.maximumWordBytes = 1 << 20
        try await withRedisClient(server.url, options: options) { client in
            let word = [UInt8](repeating: 0, count: (1 << 20) + 1)
            let error = await #expect(throws: RedisError.self) {
                try await client.send([RedisCommand([Array("ECHO".utf8), word])], slot: 0, within: .seconds(20))
            }
            #expect(error?.kind == .tooLarge)
        }
        await server.stop()
    }

    @Test("Connections are added where many requests wait, up to the limit, and closed again when they are of no use")
    func growth() async throws {
        let server = try await RedisServer.start()
        var options = few()
        options.maximumConnections = 4
        options.spillLimit = 4
        options.idleTime = .milliseconds(300)
        try await withRedisClient(server.url, options: options) { client in
            try await Deadline.until("the pool has grown") {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<200 {
                        group.addTask { _ = try? await client.send([RedisCommand("PING")], slot: 0, within: .seconds(20)) }
                    }
                }
                return client.connectionCount == 4
            }
            try await Deadline.until("the pool has shrunk") { client.connectionCount == 2 }
        }
        await server.stop()
    }
}
