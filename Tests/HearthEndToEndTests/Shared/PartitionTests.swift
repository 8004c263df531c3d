import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    /// ``TogetherTests`` has the short form, with a proxy that falls silent.
    @Suite(
        "A replica behind a network that loses everything", .serialized, .timeLimit(.minutes(10)),
        .enabled(if: ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil, "it takes two minutes: HEARTH_TEST_LONG=1"),
        .enabled(if: getuid() == 0, "only root can cut a network"))
    struct PartitionTests {
        private static let length = Duration.seconds(30)
        private static let job = #"jobs: {aggregate-statistics: {schedule: "*/2 * * * * *", seconds: true, jitter: 0s}}"#

        /// The replica's clients and the provider are behind one link, Redis and PostgreSQL behind another one that is cut.
        @Test("Nothing passes between a replica and both servers, then only in one direction: answers go on, nothing is lost or done twice")
        func partition() async throws {
            let redis = try await RedisServer.start()
            let replicas = try await Replicas(2)
            let postgres = try await PostgresScratch.sharedServer()
            let space = try await NetworkNamespace()
            let (clients, servers) = (try await space.addLink(), try await space.addLink())
            let provider = try #require(URL(string: replicas.stages[0].provider.baseURL)?.port)
            let (redisDoor, postgresDoor, providerDoor) = (
                try await FaultProxy.start(to: redis.port, host: servers.outside),
                try await FaultProxy.start(to: postgres.port, host: servers.outside),
                try await FaultProxy.start(to: provider, host: clients.outside)
            )
            let settings = "cache:\n  lookupDeadline: 1s\nredis:\n  breakerOpenTime: 1s\n\(Self.job)\n"
            let whole = try await replicas.stages[0].start(
                settings: settings, environment: ["DATABASE_URL": replicas.url, "DATABASE_JOB_LEASE": "3s", "REDIS_URL": redis.url])
            let cut = try await replicas.stages[1].start(
                settings: settings,
                environment: [
                    "HEARTH_HOST": clients.inside, "OPENAI_BASE_URL": "http://\(clients.outside):\(providerDoor.port)/v1",
                    "DATABASE_URL": replicas.url.replacing(
                        "127.0.0.1:\(postgres.port)/", with: "\(servers.outside):\(postgresDoor.port)/"),
                    "DATABASE_JOB_LEASE": "3s", "REDIS_URL": "redis://\(servers.outside):\(redisDoor.port)",
                ], wrapper: space.wrapper,
                // It can be reached from elsewhere, where nobody may be let in without.
                key: "0123456789abcdef0123456789abcdef")
            let running = [whole, cut]
            for replica in running { try await Self.waitForRedis(replica) }
            _ = await Replicas.load(running, questions: 100)
            try await Deadline.until("all is stored") { try await Replicas.totalRequests(cut) == 200 }
            let (files, memory) = (Self.openFiles(cut), cut.program.residentBytes ?? 0)
            let from = Timestamp(seconds: SystemTimeSource().now().seconds / 2 * 2 + 2)
            let load = Task { await Replicas.load(running) }

            for phase in ["both ways", "one way"] {
                if phase == "both ways" { try await space.set(servers, isUp: false) } else { try await space.dropArrivals(from: servers) }
                let began = ContinuousClock.now
                try await Deadline.until("no connection to Redis is believed in", within: .seconds(5)) {
                    try await cut.metrics().value("hearth_store_connections", ["store": "redis"]) == 0
                }
                let noticed = ContinuousClock.now - began
                try await Task.sleep(until: began + Self.length, clock: .continuous)
                #expect(try await cut.client.get("/readyz").status == 200)
                if phase == "both ways" { try await space.set(servers, isUp: true) } else { try await space.passAll() }
                let healed = ContinuousClock.now
                try await Self.waitForRedis(cut)
                let redisTime = ContinuousClock.now - healed
                try await Deadline.until("all is well", within: .seconds(15)) {
                    try await cut.client.get("/api/v1/cache/health").json["status"].text == "healthy"
                }
                let all = ContinuousClock.now - healed
                print("partition \(phase): connections dropped after \(noticed); Redis used \(redisTime), all well \(all) after")
            }
            let through = Timestamp(seconds: SystemTimeSource().now().seconds / 2 * 2 - 2)
            load.cancel()
            let statuses = await load.value
            print("partition: answered \(statuses.map { $0[200] ?? 0 })")
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [200, 0]) && $0[0] ?? 0 <= 1 && $0[200] ?? 0 > 1000 }, "\(statuses)")
            for replica in running {
                try await Deadline.until("the statistics are complete", within: .seconds(30)) {
                    try await Replicas.reportIsComplete(replica, of: running)
                }
            }
            let path = "/api/v1/jobs/aggregate-statistics/runs?limit=1000&from=\(from)&to=\(through)"
            let runs = try await whole.client.get(path).json["runs"].items
            let expected = stride(from: from.seconds, through: through.seconds, by: 2).map { Timestamp(seconds: $0).description }
            #expect(Set(expected).isSubset(of: Set(runs.compactMap { $0["scheduledAt"].text })), "every firing is on record")
            let done = runs.filter { $0["state"].text == "succeeded" }.compactMap { $0["scheduledAt"].text }
            #expect(Set(done).count == done.count && done.count > expected.count * 3 / 4, "\(done.count) of \(expected.count)")
            try await Deadline.until("nothing is left open", within: .seconds(30)) { Self.openFiles(cut) <= files + max(4, files / 10) }
            let grown = (cut.program.residentBytes ?? 0) - memory
            print("partition: \(files) files before, \(Self.openFiles(cut)) after; memory grew by \(grown >> 10) KiB")
            print("partition: \(done.count) of \(expected.count) firings done by a run of their own")
            for replica in running {
                // They are looked for once a minute, so that those of the cut may still be shown.
                try await Deadline.until("every firing is accounted for", within: .seconds(90)) {
                    try await replica.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0
                }
                #expect(try await replica.terminate() == .init(status: 0))
            }
            for door in [redisDoor, postgresDoor, providerDoor] { await door.stop() }
            try await space.remove()
            await redis.stop()
        }

        private static func waitForRedis(_ replica: RunningHearth) async throws {
            try await Deadline.until("Redis is used", within: .seconds(15)) {
                let metrics = try await replica.metrics()
                return metrics.value("hearth_cache_coherence_live") == 1
                    && metrics.value("hearth_store_breaker_state", ["store": "redis", "state": "closed"]) == 1
            }
        }

        private static func openFiles(_ replica: RunningHearth) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(replica.program.processIdentifier)/fd").count) ?? 0
        }
    }
}
