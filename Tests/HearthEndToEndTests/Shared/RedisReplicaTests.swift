import Foundation
import HearthDrivers
import HearthTestKit
import Testing

/// Replicas of the built program on one Redis, and what happens when that fails.
@Suite("Replicas that share Redis", .serialized, .timeLimit(.minutes(12)))
struct RedisReplicaTests {
    private static let settings = "cache:\n  lookupDeadline: 200ms\nredis:\n  breakerOpenTime: 2s\n"
    /// For tests of what is shared: a moment in which Redis stands still does not open the breaker.
    static let patient = settings.replacing("200ms", with: "5s")

    /// The provider's 20 ms, the look-up's 200 ms, and what a busy machine takes; who waits for Redis itself waits longer.
    static let slowestAnswer = Duration.seconds(2)
    /// For a fault that lasts clearly longer: who waited for its end would take longer still.
    static let slowestOfLongFault = Duration.seconds(8)
    /// The time for which the breaker is open, two seconds until its probe, and what a busy machine takes.
    static let recovery = Duration.seconds(12)

    func start(_ stage: Stage, _ number: Int, redis: String, settings: String = Self.settings) async throws -> RunningHearth {
        try await stage.start(
            settings: settings,
            environment: ["REDIS_URL": redis, "HEARTH_DATA_DIR": stage.folder.path + "/data\(number)"])
    }

    func redisIsUp(_ hearth: RunningHearth) async throws -> Bool {
        let metrics = try await hearth.metrics()
        return metrics.value("hearth_cache_coherence_live") == 1 && metrics.value("hearth_store_breaker_state", ["state": "closed"]) == 1
    }

    /// Keeps fifty answers and then asks them and new ones all the time.
    func fourClients(_ hearth: RunningHearth) async throws -> (AskingLoad, [Task<Void, Never>]) {
        try await Deadline.until("Redis is used") { try await redisIsUp(hearth) }
        for number in 2..<52 { _ = try await hearth.ask(AskingLoad.question(number), language: "en") }
        let load = AskingLoad()
        return (load, (0..<4).map { _ in Task { await load.run(hearth, kept: 50) } })
    }

    @Test("An answer written through one replica is a hit on the others, and a question that all get at once costs one call")
    func sharing() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage(latencyMilliseconds: 200)
        let replicas = [
            try await start(stage, 1, redis: redis.url, settings: Self.patient),
            try await start(stage, 2, redis: redis.url, settings: Self.patient),
            try await start(stage, 3, redis: redis.url, settings: Self.patient),
        ]
        for replica in replicas { try await Deadline.until("Redis is used") { try await redisIsUp(replica) } }
        #expect(try await replicas[0].ask("Do you repair bikes?", language: "en").json["cached"].bool == false)
        try await Deadline.until("the answer is shared") {
            try await replicas[1].ask("Do you repair bikes?", language: "en").json["source"].text == "store"
        }
        #expect(try await replicas[2].ask("do you repair bikes", language: "en").json["cached"].bool == true)

        let before = try await stage.provider.calls
        let answers = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<30 {
                group.addTask { try await replicas[number % 3].ask("Do you sell tents?", language: "en").json["response"].text }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(try await stage.provider.calls == before + 1)
        #expect(answers.count == 1 && answers.first != .some(nil))

        _ = try await replicas[0].client.send(.delete, "/api/v1/cache/invalidate?language=en")
        try await Deadline.until("no replica serves it any more", within: .seconds(3)) {
            for replica in replicas {
                let explained = try await replica.client.post(
                    "/api/v1/cache/explain", RunningHearth.body("Do you repair bikes?", language: "en")
                ).json
                if explained["verdict"].text == "hit" { return false }
            }
            return true
        }
        for replica in replicas { #expect(try await replica.terminate() == .init(status: 0)) }
        await redis.stop()
    }

    @Test("Warming without a service puts answers into Redis, and refuses to pay for what it cannot keep")
    func offlineWarming() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage()
        try stage.write("list.json", #"{"queries": [{"query": "Do you repair bikes?", "language": "en"}]}"#)
        let warm = ["warm", "--offline", "list.json"]
        let run = try await stage.run(warm, environment: ["REDIS_URL": redis.url])
        #expect(run.status == 0, "\(run.output) \(run.errors)")
        let hearth = try await start(stage, 1, redis: redis.url, settings: Self.patient)
        #expect(hearth.ready["stores"].items.map(\.text) == ["memory", "redis://127.0.0.1:\(redis.port)/0"])
        try await Deadline.until("Redis is used") { try await redisIsUp(hearth) }
        #expect(try await hearth.ask("Do you repair bikes?", language: "en").json["cached"].bool == true)
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
        let calls = try await stage.provider.calls
        let refused = try await stage.run(warm, environment: ["REDIS_URL": redis.url])
        #expect(refused.status == 75 && refused.errors.contains("Redis at"), "\(refused.errors)")
        #expect(try await stage.provider.calls == calls)
    }

    @Test("Redis is killed and comes back empty; is frozen for 10 s; forgets everything: every request is answered, and nobody has to help")
    func faults() async throws {
        let port = try await FreePort.find()
        var redis = try await RedisServer.start(port: port)
        let stage = try await Stage(latencyMilliseconds: 20)
        let hearth = try await start(stage, 1, redis: redis.url)
        let (load, clients) = try await fourClients(hearth)
        func check(_ phase: String, within limit: Duration = Self.slowestAnswer) {
            let score = load.take()
            print("Redis \(phase): \(score.answered) answered, slowest \(score.slowest)")
            #expect(score.failures.isEmpty, "\(phase): \(score.failures.prefix(3))")
            #expect(score.answered > 20, "\(phase)")
            #expect(score.slowest < limit, "\(phase)")
        }

        try await load.untilAnswered(500)
        check("well")
        await redis.process.killAtOnce()
        try await Deadline.until("the health report tells") {
            try await hearth.client.get("/api/v1/cache/health").json["redis"]["connected"].bool == false
        }
        #expect(try await hearth.client.get("/readyz").status == 200)
        #expect(try await hearth.metrics().value("hearth_store_up", ["store": "redis"]) == 0)
        try await Deadline.until("the breaker is open") {
            try await hearth.metrics().value("hearth_store_breaker_state", ["store": "redis", "state": "open"]) == 1
        }
        try await load.untilAnswered(50)
        check("killed")
        redis = try await RedisServer.start(port: port)
        try await Deadline.until("Redis is used again", within: Self.recovery) { try await redisIsUp(hearth) }
        try await load.untilAnswered(50)
        check("back")
        try await Deadline.until("what is remembered is written again") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer ?? 0 >= 50
        }
        let back = try await hearth.metrics()
        #expect(back.value("hearth_store_up", ["store": "redis"]) == 1)
        #expect(back.value("hearth_store_reconnects_total", ["store": "redis", "outcome": "ok"]) ?? 0 >= 2)
        try await RunningProgram("/usr/bin/redis-cli", ["-p", "\(port)", "FLUSHALL"], folder: "/").waitForEnd()
        try await load.untilAnswered(500)
        check("flushed")
        // A server without its keys is well.
        let flushed = try await hearth.metrics()
        let labels = ["store": "redis", "outcome": "ok"]
        let worked = flushed.value("hearth_store_operations_total", labels) ?? 0
        #expect(worked > back.value("hearth_store_operations_total", labels) ?? .infinity)
        redis.process.freeze()
        // Longer than the breaker stays open several times over, where there is time for it.
        try await Task.sleep(for: ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? .seconds(10) : .seconds(300))
        check("frozen", within: Self.slowestOfLongFault)
        // What failed because of the store is no miss of the cache: new questions count as errors while it is away.
        #expect(try await hearth.metrics().value("hearth_cache_requests_total", ["result": "error"]) ?? 0 > 0)
        #expect(try await hearth.metrics().value("hearth_store_operations_total", ["store": "redis", "outcome": "timeout"]) ?? 0 > 0)
        redis.process.thaw()
        try await Deadline.until("Redis is used again", within: Self.recovery) { try await redisIsUp(hearth) }
        try await load.untilAnswered(50)
        // Who waited all the time is counted only now.
        check("thawed", within: Self.slowestOfLongFault)
        for client in clients { client.cancel() }
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(!hearth.program.errors.contains("Fatal"))
        await redis.stop()
    }
}
