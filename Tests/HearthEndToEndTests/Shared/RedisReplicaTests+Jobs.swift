import HearthDrivers
import HearthTestKit
import Testing

/// Redis alone is shared: no database hands out the runs of jobs.
extension RedisReplicaTests {
    private static let everyTwoSeconds = """
        cache: {lookupDeadline: 200ms}
        jobs:
          warm-cache: {schedule: "@manual"}
          refresh-popular: {schedule: "@manual"}
          prune-cache: {schedule: "@every 2s", jitter: 0s}
        """

    @Test("Three replicas on Redis alone: each planned instant of a job about Redis is worked on by one of them")
    func jobsOnce() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage()
        var replicas: [RunningHearth] = []
        for number in 1...3 { replicas.append(try await start(stage, number, redis: redis.url, settings: Self.everyTwoSeconds)) }
        func runs(_ replica: RunningHearth) async throws -> [JSONNode] {
            try await replica.client.get("/api/v1/jobs/prune-cache/runs?outcome=success&limit=1000").json["runs"].items
        }
        try await Deadline.until("all have had their turns", within: .seconds(60)) {
            for replica in replicas where try await runs(replica).count < 5 { return false }
            return true
        }
        for replica in replicas { #expect(try await replica.client.post("/api/v1/jobs/prune-cache/pause").status == 200) }
        try await Deadline.until("nothing runs any more") {
            for replica in replicas {
                let running = try await replica.client.get("/api/v1/jobs/prune-cache/runs?outcome=running&outcome=waiting").json["runs"]
                    .items
                if !running.isEmpty { return false }
            }
            return true
        }
        var worked: [String: Int] = [:]
        var left = 0
        for replica in replicas {
            for run in try await runs(replica) where run["trigger"].text == "schedule" {
                let instant = try #require(run["scheduledAt"].text)
                if run["result"]["elsewhere"].integer == 1 { left += 1 } else { worked[instant, default: 0] += 1 }
            }
        }
        #expect(worked.count >= 5 && worked.values.allSatisfy { $0 == 1 }, "\(worked)")
        #expect(left >= 5, "the other replicas found the work done or under way")
        for replica in replicas { #expect(try await replica.terminate() == .init(status: 0)) }
        await redis.stop()
    }

    @Test("Warming that finds Redis away at the start is done once it has come, not the night after")
    func warmingAfterOutage() async throws {
        let away = try await RedisServer.start()
        await away.stop()
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 200ms}\nredis: {breakerOpenTime: 10s}\n",
            environment: ["REDIS_URL": away.url, "HEARTH_COMMON_QUERIES": HearthBinary.packageRoot + "/config/common-queries.json"])
        func runs() async throws -> [JSONNode] { try await hearth.client.get("/api/v1/jobs/warm-cache/runs").json["runs"].items }
        try await Deadline.until("the first attempt has failed", within: .seconds(30)) {
            try await runs().contains { $0["outcome"].text == "failure" }
        }
        #expect(try await hearth.metrics().value("hearth_store_breaker_state", ["state": "open"]) == 1)
        let redis = try await RedisServer.start(port: away.port)
        try await Deadline.until("a later attempt has succeeded", within: .seconds(60)) {
            try await runs().contains { $0["outcome"].text == "success" }
        }
        let all = try await runs()
        #expect(all.count == 2, "no attempt was wasted on the open breaker: \(all)")
        let done = try #require(all.first { $0["outcome"].text == "success" })
        #expect(done["attempt"].integer == 2)
        let cached = try #require(done["result"]["cached"].integer)
        #expect(cached > 100)
        #expect(try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == cached)
        #expect(try await hearth.terminate() == .init(status: 0))
        await redis.stop()
    }
}
