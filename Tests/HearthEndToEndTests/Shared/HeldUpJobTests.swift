import Foundation
import HearthDrivers
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("A run that is held up beyond its lease", .serialized, .timeLimit(.minutes(10)))
    struct HeldUpJobTests {
        /// `HEARTH_TEST_LONG=1` holds it up for longer than the minute from which on a later answer would seem to come from the future.
        private static let holdUp: Duration =
            ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? .zero : .seconds(70)

        @Test("The holder of the pruning is frozen in the middle; another one does it; when the first wakes up it removes nothing")
        func frozenPruning() async throws {
            let redis = try await RedisServer.start()
            let replicas = try await Replicas(2)
            var proxies: [FaultProxy] = []
            for _ in 0..<2 { proxies.append(try await FaultProxy.start(to: redis.port)) }
            let jobs = [#"prune-cache: {schedule: "\#(Replicas.once(in: 20))", seconds: true, jitter: 0s, retries: 3}"#]
            var running: [RunningHearth] = []
            for number in 0..<2 {
                running.append(
                    try await replicas.start(
                        number, jobs: jobs,
                        environment: [
                            "REDIS_URL": "redis://127.0.0.1:\(proxies[number].port)",
                            "OPENAI_BASE_URL": replicas.stages[0].provider.baseURL,
                        ]))
            }
            for replica in running {
                try await Deadline.until("Redis is used") { try await replica.metrics().value("hearth_cache_coherence_live") == 1 }
            }
            for number in 2..<42 { _ = try await running[0].ask(AskingLoad.question(number), language: "en") }
            try await Deadline.until("the answers are in Redis") { try await Self.entries(running[1]) == 40 }
            // Slow enough to be met in the middle: 64 buckets, one after the other.
            for proxy in proxies { proxy.set(.init(latency: .milliseconds(150) ... .milliseconds(150)), [.toClient]) }
            let victim = try await Deadline.value("a replica prunes") { () -> Int? in
                for (number, replica) in running.enumerated() {
                    if !(try await replica.client.get("/api/v1/jobs/prune-cache").json["running"].items.isEmpty) { return number }
                }
                return nil
            }
            let begun = try await Self.scripts(redis)
            try await Deadline.until("it is in the middle") { try await Self.scripts(redis) >= begun + 8 }
            running[victim].program.send(signal: SIGSTOP)
            let frozen = ContinuousClock.now
            let survivor = running[1 - victim]
            proxies[1 - victim].set(.init())
            for number in 42..<52 { _ = try await survivor.ask(AskingLoad.question(number), language: "en") }
            let runs = try await Deadline.value("another replica does it") { () -> [JSONNode]? in
                let runs = try await survivor.client.get("/api/v1/jobs/prune-cache/runs?limit=10").json["runs"].items
                return runs.contains { $0["attempt"].integer == 2 && $0["outcome"].text == "success" } ? runs : nil
            }
            #expect(runs.count == 2 && runs.contains { $0["state"].text == "abandoned" }, "\(runs)")
            try await Task.sleep(until: frozen + Self.holdUp, clock: .continuous)
            for number in 52..<62 { _ = try await survivor.ask(AskingLoad.question(number), language: "en") }
            try await Deadline.until("the answers are in Redis") { try await Self.entries(survivor) == 60 }

            proxies[victim].set(.init())
            running[victim].program.send(signal: SIGCONT)
            try await Deadline.until("it has noticed") { running[victim].program.errors.contains("A job run ended") }
            let ended = running[victim].program.errorLines.filter { $0.contains("A job run ended") }
            #expect(ended.allSatisfy { $0.contains("fence_rejected") || $0.contains("lost_lease") }, "\(ended)")
            #expect(try await Self.entries(survivor) == 60, "nothing was removed")
            let successes = try await replicas.database.query("SELECT 1 FROM job_run WHERE state = 'succeeded' AND job = 'prune-cache'")
            #expect(successes.count == 1)
            for replica in running {
                for number in [2, 41, 42, 61] {
                    #expect(try await replica.ask(AskingLoad.question(number), language: "en").json["cached"].bool == true)
                }
                #expect(try await replica.terminate() == .init(status: 0))
            }
            for proxy in proxies { await proxy.stop() }
            await redis.stop()
        }

        /// How many scripts the server has run; pruning takes one for each bucket.
        private static func scripts(_ redis: RedisServer) async throws -> Int {
            let statistics = try await redis.command(["INFO", "commandstats"])
            return statistics.firstMatch(of: /cmdstat_evalsha:calls=(\d+)/).flatMap { Int($0.1) } ?? 0
        }

        private static func entries(_ replica: RunningHearth) async throws -> Int? {
            try await replica.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer
        }
    }
}
