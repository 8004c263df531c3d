import HearthTestKit
import Testing

/// A Redis that is there and refuses: what the metrics and the log tell of it.
extension RedisReplicaTests {
    /// Every hit is Redis' own.
    private static let withoutMemory = "cache: {lookupDeadline: 5s, memoryBytes: 0}\nredis: {breakerOpenTime: 2s}\n"

    static func redis(_ metric: String, _ labels: [String: String] = [:], of hearth: RunningHearth) async throws -> Double {
        try await hearth.metrics().value("hearth_store_\(metric)", labels.merging(["store": "redis"]) { $1 }) ?? 0
    }

    /// Whether Redis is connected, as health and metrics say with one voice.
    static func isConnected(_ hearth: RunningHearth) async throws -> Bool {
        let isConnected = try await hearth.client.get("/api/v1/cache/health").json["redis"]["connected"].bool == true
        #expect(try await redis("up", of: hearth) == (isConnected ? 1 : 0))
        return isConnected
    }

    static func lines(_ message: String, of hearth: RunningHearth) -> [JSONNode] {
        hearth.program.errorLines.compactMap { JSONNode($0) }.filter { $0["message"].text?.hasPrefix(message) == true }
    }

    @Test("Redis reads its data after a restart and answers LOADING: it is left alone, told once, and used by itself when it has read them")
    func loading() async throws {
        var redis = try await RedisServer.start()
        let stage = try await Stage(latencyMilliseconds: 20)
        let hearth = try await start(stage, 1, redis: redis.url)
        let (load, clients) = try await fourClients(hearth)
        #expect(try await redis.command(["DEBUG", "POPULATE", "100000"]) == "OK\n")
        #expect(try await redis.command(["SAVE"]) == "OK\n")
        await redis.process.killAtOnce()
        redis = try await redis.startLoading(keyDelay: .milliseconds(1))
        try await Deadline.until("the log tells of it") {
            Self.lines("Redis cannot serve now", of: hearth).contains { $0["error"].text?.contains("LOADING") == true }
        }
        try await Deadline.until("it is not connected") { try await !Self.isConnected(hearth) }
        try await Deadline.until("the breaker is open") { try await Self.redis("breaker_state", ["state": "open"], of: hearth) == 1 }
        try await load.untilAnswered(50)
        #expect(try await Self.redis("operations_total", ["outcome": "error"], of: hearth) > 0)
        #expect(try await hearth.client.get("/readyz").status == 200)
        try await redis.finishLoading()
        try await Deadline.until("Redis is used again", within: Self.recovery) { try await redisIsUp(hearth) }
        try await Deadline.until("it is connected") { try await Self.isConnected(hearth) }
        try await load.untilAnswered(50)
        let score = load.take()
        print("Redis loading: \(score.answered) answered, \(score.cached) of them kept, slowest \(score.slowest)")
        #expect(score.failures.isEmpty, "\(score.failures.prefix(3))")
        #expect(score.slowest < Self.slowestAnswer)
        #expect(Self.lines("Redis cannot serve now", of: hearth).count == 1)
        for client in clients { client.cancel() }
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }

    @Test("Redis does not let Hearth into its database: that is counted and told once, and once it does, the answers are in that one")
    func refusedDatabase() async throws {
        let redis = try await RedisServer.start()
        try await redis.command(["ACL", "SETUSER", "default", "-select"])
        let hearth = try await start(try await Stage(), 1, redis: String(redis.url.dropLast()) + "3")
        try await Deadline.until("it has tried twice") {
            try await Self.redis("reconnects_total", ["outcome": "handshake"], of: hearth) >= 2
        }
        #expect(try await Self.redis("reconnects_total", ["outcome": "ok"], of: hearth) == 0)
        #expect(try await !Self.isConnected(hearth))
        #expect(try await hearth.ask("Do you repair bikes?", language: "en").status == 200)
        try await redis.command(["ACL", "SETUSER", "default", "+select"])
        try await Deadline.until("Redis is used") { try await redisIsUp(hearth) }
        try await Deadline.until("the answer is in the database") { try await redis.command(["-n", "3", "DBSIZE"]) != "0\n" }
        #expect(try await redis.command(["DBSIZE"]) == "0\n")
        #expect(try await Self.isConnected(hearth))
        #expect(Self.lines("Redis refuses the login", of: hearth).count == 1)
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }

    @Test("Redis has no room for Hearth: look-ups are counted as errors and answered without; a little room is enough")
    func noRoom() async throws {
        let redis = try await RedisServer.start(arguments: ["--maxclients", "4"])
        var guests: [RawConnection] = []
        for _ in 0..<4 { guests.append(try await RawConnection.open(port: redis.port)) }
        let hearth = try await start(try await Stage(), 1, redis: redis.url, settings: Self.withoutMemory)
        #expect(try await hearth.ask("Do you repair bikes?", language: "en").status == 200)
        try await Deadline.until("it has tried three times") {
            try await Self.redis("reconnects_total", ["outcome": "error"], of: hearth) >= 3
        }
        #expect(try await Self.redis("operations_total", ["outcome": "error"], of: hearth) > 0)
        #expect(try await Self.redis("connections", of: hearth) == 0)
        #expect(try await !Self.isConnected(hearth))
        for guest in guests { await guest.close() }
        try await Deadline.until("answers come from Redis") {
            try await hearth.ask("Do you repair bikes?", language: "en").json["cached"].bool == true
        }
        #expect(try await (1...4).contains(Self.redis("connections", of: hearth)))
        #expect(try await Self.isConnected(hearth))
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }

    @Test("An answer in Redis is larger than any reply may be: the connection is ended, that is counted, and the answer written anew")
    func oversized() async throws {
        let redis = try await RedisServer.start()
        let hearth = try await start(try await Stage(), 1, redis: redis.url, settings: Self.withoutMemory)
        try await Deadline.until("Redis is used") { try await redisIsUp(hearth) }
        _ = try await hearth.ask("Do you repair 7 bikes?", language: "en")
        let key = try await Deadline.value("the answer is in Redis") {
            try await redis.command(["--scan", "--pattern", "*:e:*"]).split(separator: "\n").first.map(String.init)
        }
        let fill = "return redis.call('HSET', KEYS[1], 'a', string.rep('x', 17000000))"
        #expect(try await redis.command(["EVAL", fill, "1", key]) == "0\n")
        #expect(try await Self.redis("protocol_errors_total", of: hearth) == 0)
        let before = try #require(hearth.program.residentBytes)
        let reply = try await hearth.ask("Do you repair 7 bikes?", language: "en")
        #expect(reply.status == 200 && reply.json["cached"].bool == false && reply.json["response"].text?.contains("7") == true)
        try await Deadline.until("it is counted") { try await Self.redis("protocol_errors_total", of: hearth) >= 1 }
        try await Deadline.until("the answer comes from Redis again") {
            try await hearth.ask("Do you repair 7 bikes?", language: "en").json["cached"].bool == true
        }
        #expect(try #require(hearth.program.residentBytes) - before < 64 << 20)
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }

    @Test("Hearth may not read in Redis, and its scripts are forgotten: all is answered, errors are counted, each class is told once")
    func missingRights() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage()
        let settings = Self.withoutMemory + "log: {level: debug}\n"
        let hearth = try await start(stage, 1, redis: redis.url, settings: settings)
        try await Deadline.until("Redis is used") { try await redisIsUp(hearth) }
        _ = try await hearth.ask("Do you repair 2 bikes?", language: "en")
        try await redis.command(["ACL", "SETUSER", "default", "-hmget"])
        let before = try await Self.redis("operations_total", ["outcome": "error"], of: hearth)
        for number in 2..<32 { #expect(try await hearth.ask("Do you repair \(number) bikes?", language: "en").status == 200) }
        #expect(try await Self.redis("operations_total", ["outcome": "error"], of: hearth) >= before + 30)
        #expect(try await Self.redis("breaker_state", ["state": "closed"], of: hearth) == 1, "no request is better off without it")
        let told = Self.lines("Redis refuses what its operator has to change", of: hearth)
        #expect(told.count == 1 && told[0]["level"].text == "warning" && told[0]["error"].text?.contains("NOPERM") == true, "\(told)")
        try await redis.command(["ACL", "SETUSER", "default", "+hmget"])
        try await redis.command(["SCRIPT", "FLUSH"])
        try await Deadline.until("answers are written and read again") {
            try await hearth.ask("Do you repair 40 bikes?", language: "en").json["cached"].bool == true
        }
        #expect(Self.lines("Redis does not know a script", of: hearth).count == 1)
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }
}
