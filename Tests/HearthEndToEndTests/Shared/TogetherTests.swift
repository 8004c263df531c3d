import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("Replicas on one Redis and one PostgreSQL", .serialized, .timeLimit(.minutes(10)))
    struct TogetherTests {
        private static let settings = "cache:\n  lookupDeadline: 1s\nredis:\n  breakerOpenTime: 1s\n"

        @Test("Three replicas under load: every firing once, every request counted once, every answer a hit everywhere")
        func together() async throws {
            let redis = try await RedisServer.start(password: "a-secret-of-redis")
            let replicas = try await Replicas(3)
            let settings = Self.settings + #"jobs: {prune-cache: {schedule: "*/2 * * * * *", seconds: true, jitter: 0s}}"# + "\n"
            let running = try await withThrowingTaskGroup(of: RunningHearth.self) { group in
                for stage in replicas.stages {
                    group.addTask {
                        try await stage.start(
                            settings: settings,
                            environment: [
                                "DATABASE_URL": replicas.url, "REDIS_URL": redis.url,
                                "OPENAI_BASE_URL": replicas.stages[0].provider.baseURL,
                            ])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for replica in running {
                try await Deadline.until("Redis is used") { try await replica.metrics().value("hearth_cache_coherence_live") == 1 }
            }
            let from = Timestamp(seconds: SystemTimeSource().now().seconds / 2 * 2 + 2)
            let statuses = await Replicas.load(running, questions: 300)
            #expect(statuses.allSatisfy { $0 == [200: 300] }, "\(statuses)")
            // Seven questions, and each of them cost one call over all replicas, or two where their claims did not meet.
            let calls = try await replicas.stages[0].provider.calls
            #expect((7...10).contains(calls), "\(calls) calls")
            for replica in running {
                #expect(try await replica.ask("is there parking for 3 cars", language: "en").json["cached"].bool == true)
            }
            let path = "/api/v1/jobs/prune-cache/runs?limit=1000&from=\(from)&to=\(from + .seconds(4))"
            let runs = try await Deadline.value("all firings are on record") { () -> [JSONNode]? in
                let runs = try await running[0].client.get(path).json["runs"].items
                return runs.count { $0["finishedAt"].text != nil } >= 3 ? runs : nil
            }
            #expect(runs.compactMap { $0["scheduledAt"].text }.sorted() == (0...2).map { (from + .seconds($0 * 2)).description })
            #expect(runs.allSatisfy { $0["outcome"].text == "success" }, "\(runs)")
            for replica in running {
                try await Deadline.until("the statistics are complete") { try await Replicas.totalRequests(replica) == 903 }
            }

            // What must not be told is told nowhere.
            let configuration = try await replicas.stages[0].run(
                ["config", "show"], environment: ["DATABASE_URL": replicas.url, "REDIS_URL": redis.url])
            let password = try #require(ServicePassword.of(replicas.url))
            for replica in running {
                var told = configuration.output + configuration.errors + replica.program.output + replica.program.errors
                for route in ["/api/v1/cache/health", "/readyz", "/metrics"] { told += try await replica.client.get(route).text }
                #expect(!told.contains("a-secret-of-redis") && !told.contains(password))
                #expect(try await replica.terminate() == .init(status: 0))
            }
            await redis.stop()
        }

        /// Operations of Redis and of PostgreSQL that came too late.
        private static func late(_ hearth: RunningHearth) async throws -> [Double] {
            let metrics = try await hearth.metrics()
            return ["redis", "postgres"].map { metrics.value("hearth_store_operations_total", ["store": $0, "outcome": "timeout"]) ?? 0 }
        }

        /// Firings of the aggregation since then that were carried out.
        private static func succeeded(since from: Timestamp, _ hearth: RunningHearth) async throws -> [JSONNode] {
            let path = "/api/v1/jobs/aggregate-statistics/runs?limit=1000&from=\(from)&to=\(SystemTimeSource().now())"
            return try await hearth.client.get(path).json["runs"].items.filter { $0["state"].text == "succeeded" }
        }

        /// `HEARTH_TEST_LONG=1` cuts the replica off for half a minute.
        private static let partition: Duration =
            ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? .seconds(5) : .seconds(30)

        @Test("A replica that is cut off from both servers goes on answering; afterwards nothing is missing and nothing was done twice")
        func partition() async throws {
            let redis = try await RedisServer.start()
            let replicas = try await Replicas(2)
            let redisProxy = try await FaultProxy.start(to: redis.port)
            let postgresProxy = try await FaultProxy.start(to: try await PostgresScratch.sharedServer().port)
            let settings =
                Self.settings + #"jobs: {aggregate-statistics: {schedule: "*/2 * * * * *", seconds: true, jitter: 0s}}"# + "\n"
            let provider = ["OPENAI_BASE_URL": replicas.stages[0].provider.baseURL, "DATABASE_JOB_LEASE": "3s"]
            let whole = try await replicas.stages[0].start(
                settings: settings, environment: provider.merging(["DATABASE_URL": replicas.url, "REDIS_URL": redis.url]) { $1 })
            let port = try await PostgresScratch.sharedServer().port
            let cut = try await replicas.stages[1].start(
                settings: settings,
                environment: provider.merging([
                    "DATABASE_URL": replicas.url.replacing(":\(port)/", with: ":\(postgresProxy.port)/"),
                    "REDIS_URL": "redis://127.0.0.1:\(redisProxy.port)",
                ]) { $1 })
            for replica in [whole, cut] {
                try await Deadline.until("Redis is used") { try await replica.metrics().value("hearth_cache_coherence_live") == 1 }
            }
            _ = await Replicas.load([whole, cut], questions: 50)
            let from = Timestamp(seconds: SystemTimeSource().now().seconds / 2 * 2 + 2)
            let lateBefore = try await Self.late(cut)
            for proxy in [redisProxy, postgresProxy] { proxy.set(FaultProxy.Faults(isSilent: true)) }
            let load = Task { await Replicas.load([whole, cut]) }
            // What is not in memory is looked for, and given up.
            #expect(try await cut.ask("Do you repair 7 kites?", language: "en").status == 200)
            try await Deadline.until("what each store was asked is counted as too late") {
                zip(try await Self.late(cut), lateBefore).allSatisfy { $0 > $1 }
            }
            try await Deadline.until("no connection to Redis is believed in") {
                try await cut.metrics().value("hearth_store_connections", ["store": "redis"]) == 0
            }
            try await Task.sleep(for: Self.partition)
            // A run that the replica had begun when it was cut off holds the job for a lease; after that the other one goes on.
            try await Deadline.until("the other replica does what is due") {
                try await Self.succeeded(since: from, whole).count >= 2
            }
            for proxy in [redisProxy, postgresProxy] { proxy.set(FaultProxy.Faults()) }
            try await Deadline.until("Redis is used again") {
                try await cut.metrics().value("hearth_cache_coherence_live") == 1
            }
            load.cancel()
            let statuses = await load.value
            // The last request of each may have been cancelled on its way.
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [200, 0]) && $0[0] ?? 0 <= 1 && $0[200] ?? 0 > 100 }, "\(statuses)")
            let answered = 101 + statuses.reduce(0) { $0 + ($1[200] ?? 0) }
            let unknown = statuses.reduce(0) { $0 + ($1[0] ?? 0) }
            for replica in [whole, cut] {
                try await Deadline.until("the statistics are complete") {
                    guard let total = try await Replicas.totalRequests(replica) else { return false }
                    return (answered...(answered + unknown)).contains(total)
                }
            }
            let runs = try await Self.succeeded(since: from, whole)
            #expect(Set(runs.compactMap { $0["scheduledAt"].text }).count == runs.count, "\(runs)")
            for replica in [whole, cut] { #expect(try await replica.terminate() == .init(status: 0)) }
            await redisProxy.stop()
            await postgresProxy.stop()
            await redis.stop()
        }

        @Test("A Redis that is restored from a copy taken before an invalidation brings nothing back to life")
        func oldSnapshot() async throws {
            let port = try await FreePort.find()
            let redis = try await RedisServer.start(port: port)
            let replicas = try await Replicas(1)
            let environment = ["DATABASE_URL": replicas.url, "REDIS_URL": redis.url]
            let stage = replicas.stages[0]
            let first = try await stage.start(settings: Self.settings, environment: environment)
            try await Deadline.until("Redis is used") { try await first.metrics().value("hearth_cache_coherence_live") == 1 }
            for number in 2..<6 { _ = try await first.ask("Do you repair \(number) bikes?", language: "en") }
            try await Deadline.until("the answers are in Redis") {
                try await first.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 4
            }
            let save = try RunningProgram("/usr/bin/redis-cli", ["-p", "\(port)", "SAVE"], folder: "/")
            #expect(try await save.waitForEnd().status == 0)
            let copy = try Data(contentsOf: URL(filePath: redis.folder.path + "/dump.rdb"))
            _ = try await first.client.send(.delete, "/api/v1/cache/invalidate?language=en")
            #expect(try await first.terminate() == .init(status: 0))
            await redis.stop()

            let restored = try await RedisServer.start(port: port, dump: copy)
            let second = try await stage.start(settings: Self.settings, environment: environment)
            try await Deadline.until("Redis is used") { try await second.metrics().value("hearth_cache_coherence_live") == 1 }
            #expect(try await second.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 4, "they are back")
            for number in 2..<6 {
                #expect(try await second.ask("Do you repair \(number) bikes?", language: "en").json["cached"].bool == false)
            }
            #expect(try await second.ask("Do you repair 2 bikes?", language: "en").json["cached"].bool == true)
            #expect(try await second.terminate() == .init(status: 0))
            await restored.stop()
        }
    }
}

/// The password in an address.
private enum ServicePassword {
    static func of(_ url: String) -> String? {
        url.split(separator: "@").first?.split(separator: ":").last.map(String.init)
    }
}
