import Foundation
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthDrivers

@Suite("The Redis client on a bad network", .serialized, .timeLimit(.minutes(30)))
struct RedisFaultTests {
    /// What became of many commands whose callers vanished at random.
    private struct Tally: Sendable {
        var answered = 0
        var exchanged = 0
        var gone = 0
    }

    private final class Score: Sendable {
        let tally = Mutex(Tally())

        func add(_ reply: String?, to question: String) {
            tally.withLock { tally in
                guard let reply else { return tally.gone += 1 }
                tally.answered += 1
                if reply != question { tally.exchanged += 1 }
            }
        }
    }

    /// `HEARTH_TEST_LONG=1` sends a million.
    private static let commands = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 20_000 : 1_000_000

    /// Asks the server to repeat numbers, through a proxy that holds replies back for 20 to 80 ms, with deadlines between 0 and 60 ms; a
    /// third of the callers is cancelled as well. Some wait for long, so that there are answers on a machine that adds to every delay.
    private func storm(commands: Int, keepsSlots: Bool) async throws -> Tally {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        var options = RedisPoolOptions()
        options.minimumConnections = 24
        options.connection.keepsSlots = keepsSlots
        options.connection.minimumSilence = .seconds(2)
        options.breaker.failuresToOpen = .max
        let score = Score()
        try await withRedisClient("redis://127.0.0.1:\(proxy.port)", options: options) { client in
            proxy.set(FaultProxy.Faults(latency: .milliseconds(20) ... .milliseconds(80)), [.toClient])
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<200 {
                    group.addTask {
                        for number in 0..<(commands / 200) {
                            let word = "\(worker):\(number)"
                            let isPatient = number % 10 == 7
                            let deadline: Duration = isPatient ? .seconds(5) : .milliseconds(Int64.random(in: 0...60))
                            let call = Task {
                                try await client.send([RedisCommand("ECHO", word)], slot: 0, within: deadline, lane: .bulk)
                            }
                            if number % 3 == 0 {
                                // The caller goes away at a random moment.
                                try? await Task.sleep(for: .milliseconds(Int64.random(in: 0...60)))
                                call.cancel()
                            }
                            score.add(try? await call.value.first?.text, to: word)
                        }
                    }
                }
            }
        }
        await proxy.stop()
        await server.stop()
        return score.tally.withLock { $0 }
    }

    @Test("Callers vanish by the thousand: no reply reaches another's question")
    func crossedReplies() async throws {
        let tally = try await storm(commands: Self.commands, keepsSlots: true)
        print("Redis: \(Self.commands) commands, \(tally.answered) answered, \(tally.gone) callers gone, \(tally.exchanged) exchanged")
        #expect(tally.exchanged == 0)
        #expect(tally.answered > Self.commands / 100 && tally.gone > Self.commands / 2)
    }

    @Test("The same without the slots of vanished callers does exchange replies, so the test can fail")
    func control() async throws {
        #expect(try await storm(commands: 4000, keepsSlots: false).exchanged > 0)
    }

    @Test("A connection that is cut after any number of bytes gives whole values or errors")
    func cuts() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        var options = RedisPoolOptions()
        options.minimumConnections = 1
        options.breaker.failuresToOpen = .max
        let value = "value\r\n$5\r\n:1\r\n"
        let address = try RedisAddress(url: "redis://127.0.0.1:\(proxy.port)")
        let connector = RedisConnector(options: options.connection)
        let commands = [RedisCommand("SET", "k", value), RedisCommand("MGET", "k", "none", "k"), RedisCommand("INCR", "n")]
        var whole = 0
        for cut in 1..<1000 {
            proxy.set(FaultProxy.Faults(cutAfterBytes: cut), [.toClient])
            guard let connection = try? await connector.connect(to: address, on: NIOLoops.next()) else { continue }
            let deadline = options.connection.time.uptime() + .seconds(5)
            guard let replies = try? await connection.send(commands, deadline: deadline) else { continue }
            let bytes = RedisValue.bytes(Array(value.utf8))
            #expect(replies.count == 3 && replies[0].isOK && replies[1] == .array([bytes, .null, bytes]))
            whole += 1
            connection.close()
            if whole > 3 { break }
        }
        #expect(whole > 3, "at last everything came through")
        await proxy.stop()
        await server.stop()
    }

    @Test("Replies in slices of single bytes are the same replies")
    func slices() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        proxy.set(FaultProxy.Faults(sliceBytes: 1))
        let attempts = Attempts()
        let replies = try await withRedisClient("redis://127.0.0.1:\(proxy.port)", observer: attempts) { client in
            try await client.send(
                [RedisCommand("SET", "k", "äöü"), RedisCommand("GET", "k"), RedisCommand("TIME")], slot: 0, within: .seconds(20))
        }
        #expect(replies[0].isOK && replies[1].text == "äöü" && replies[2].items?.count == 2)
        #expect(attempts.violations.load(ordering: .relaxed) == 0)
        await proxy.stop()
        await server.stop()
    }

    @Test("A connection that is accepted and never answered is given up, and so is one that falls silent")
    func silence() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        proxy.set(FaultProxy.Faults(isSilent: true))
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.connection.handshakeTimeout = .milliseconds(200)
        options.breaker.openTime = .milliseconds(300)
        let client = try RedisClient(target: RedisTarget(url: "redis://127.0.0.1:\(proxy.port)"), options: options)
        let run = Task { await client.run() }
        #expect(await client.waitUntilConnected(atMost: .seconds(1)) == false)
        proxy.set(FaultProxy.Faults())
        #expect(await client.waitUntilConnected(atMost: .seconds(20)))
        run.cancel()
        await run.value
        await proxy.stop()
        await server.stop()
    }

    @Test("A server that answers later than anybody waits costs each caller the deadline, and keeps its connections")
    func lateReplies() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.failuresToOpen = .max
        try await withRedisClient("redis://127.0.0.1:\(proxy.port)", options: options) { client in
            try await Deadline.until("both connections are open") { client.connectionCount == 2 }
            let accepted = proxy.connections
            proxy.set(FaultProxy.Faults(latency: .milliseconds(250) ... .milliseconds(250)), [.toClient])
            for _ in 0..<12 {
                let error = await #expect(throws: RedisError.self) {
                    try await client.send([RedisCommand("PING")], slot: 0, within: .milliseconds(25))
                }
                #expect(error?.kind == .timeout)
            }
            // Callers that have the time get their replies meanwhile.
            let reply = try await client.send([RedisCommand("ECHO", "late")], slot: 0, within: .seconds(30)).first
            #expect(reply?.text == "late")
            #expect(client.connectionCount == 2 && proxy.connections == accepted, "\(proxy.connections - accepted) new connections")
            proxy.set(FaultProxy.Faults(isSilent: true))
            try await Deadline.until("one that says nothing any more is closed") {
                _ = try? await client.send([RedisCommand("PING")], slot: 0, within: .milliseconds(25))
                return client.connectionCount == 0
            }
        }
        await proxy.stop()
        await server.stop()
    }

    @Test("A master that becomes a replica is left; when it is a master again it is used again")
    func demotion() async throws {
        let server = try await RedisServer.start()
        let other = try await RedisServer.start()
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.openTime = .milliseconds(300)
        try await withRedisClient(server.url, options: options) { client in
            let write = [RedisCommand("SET", "k", "1")]
            #expect(try await client.send(write, slot: 0, within: .seconds(2)).first == .status("OK"))
            try await Self.command(server, "REPLICAOF", "127.0.0.1", "\(other.port)")
            try await Deadline.until("the replica is not used any more") {
                guard let replies = try? await client.send(write, slot: 0, within: .milliseconds(200)) else { return true }
                guard case .error(let error)? = replies.first else { return false }
                #expect(error.remedy == .reconnect, "\(error)")
                return false
            }
            #expect(client.lastError?.cause.contains("not a master") ?? true)
            try await Self.command(server, "REPLICAOF", "NO", "ONE")
            try await Deadline.until("it is used again") {
                (try? await client.send(write, slot: 0, within: .milliseconds(200)).first) == .status("OK")
            }
        }
        await server.stop()
        await other.stop()
    }

    @Test("A server without room for one more client is asked again with pauses, not in a loop")
    func clientLimit() async throws {
        let server = try await RedisServer.start(arguments: ["--maxclients", "3"])
        var options = RedisPoolOptions()
        options.minimumConnections = 10
        let attempts = Attempts()
        let client = try RedisClient(target: RedisTarget(url: server.url), options: options, observer: attempts)
        let run = Task { await client.run() }
        let began = ContinuousClock.now
        try await Deadline.until("six attempts have failed") { attempts.failed.load(ordering: .relaxed) >= 6 }
        // Pauses of 100 to 1,600 ms, each shortened by half at most.
        let elapsed = ContinuousClock.now - began
        #expect(elapsed > .seconds(1), "six attempts in \(elapsed)")
        #expect((1...3).contains(client.connectionCount), "\(client.connectionCount)")
        #expect(client.refusal == nil, "those that are open are used")
        #expect(try await client.send([RedisCommand("PING")], slot: 0, within: .seconds(10)).first == .status("PONG"))
        run.cancel()
        await run.value
        await server.stop()
    }

    @Test("The breaker opens while connections are being opened, and its probe fails: they are not kept, and the next probe closes it")
    func opensMeanwhile() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        proxy.set(FaultProxy.Faults(latency: .milliseconds(100) ... .milliseconds(100)), [.toClient])
        var options = RedisPoolOptions()
        options.minimumConnections = 10
        options.breaker.failuresToOpen = 3
        options.breaker.openTime = .seconds(1)
        let attempts = Attempts()
        let client = try RedisClient(target: RedisTarget(url: "redis://127.0.0.1:\(proxy.port)"), options: options, observer: attempts)
        let run = Task { await client.run() }
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        try await Deadline.until("the breaker is open") {
            _ = try? await client.send([RedisCommand("PING")], slot: 0, within: .milliseconds(10))
            return client.refusal != nil
        }
        let opening = proxy.connections
        proxy.refuseConnections(true)
        try await Deadline.until("the probe has failed") { attempts.failed.load(ordering: .relaxed) >= 1 }
        #expect(opening < 10 && client.connectionCount == 0, "\(opening) \(client.connectionCount)")
        proxy.refuseConnections(false)
        proxy.set(FaultProxy.Faults())
        try await Deadline.until("it is used again") {
            (try? await client.send([RedisCommand("PING")], slot: 0, within: .seconds(1)).first) == .status("PONG")
        }
        run.cancel()
        await run.value
        await proxy.stop()
        await server.stop()
    }

    @Test("A server that takes connections but serves nothing is left without any: each failed attempt closes its own")
    func refusedPings() async throws {
        let server = try await RedisServer.start()
        try await Self.command(server, "ACL", "SETUSER", "default", "-ping")
        var options = RedisPoolOptions()
        options.minimumConnections = 2
        options.breaker.failuresToOpen = .max
        let attempts = Attempts()
        let client = try RedisClient(target: RedisTarget(url: server.url), options: options, observer: attempts)
        let run = Task { await client.run() }
        try await Deadline.until("four attempts") { attempts.failed.load(ordering: .relaxed) >= 4 }
        try await Deadline.until("only the one that asks is connected, besides an attempt in progress") {
            try await server.command(["CLIENT", "LIST"]).split(separator: "\n").count { $0.contains("id=") } <= 2
        }
        run.cancel()
        await run.value
        await server.stop()
    }

    final class Attempts: RedisObserver {
        let failed = Atomic<Int>(0)
        let refused = Atomic<Int>(0)
        let violations = Atomic<Int>(0)
        /// The errors among the replies.
        let refusals = Mutex<[RedisErrorReply]>([])

        func breakerChanged(to state: CircuitBreaker.State) {}
        func connected(_ outcome: RedisConnectOutcome) {
            if outcome != .ok { failed.wrappingAdd(1, ordering: .relaxed) }
            if outcome == .handshake { refused.wrappingAdd(1, ordering: .relaxed) }
        }
        func failed(with error: RedisError) {
            if case .reply(let reply) = error.kind { refusals.withLock { $0.append(reply) } }
        }
        func protocolFailed() { violations.wrappingAdd(1, ordering: .relaxed) }
        func topologyRefreshed() {}
    }

    static func command(_ server: RedisServer, _ words: String...) async throws {
        let program = try RunningProgram("/usr/bin/redis-cli", ["-p", "\(server.port)"] + words, folder: "/")
        let ending = try await program.waitForEnd()
        #expect(ending.status == 0 && program.output.hasPrefix("OK"), "\(words): \(program.output)")
    }
}
