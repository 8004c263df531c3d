import HearthTestKit
import Testing

/// A Redis of many servers that change places: what the metrics tell of it.
extension RedisReplicaTests {
    /// Every bucket has been written by a run of the job that is an hour ahead.
    private static let laterRun = """
        local fence = redis.call('TIME')[1] * 1000 + 3600000
        for bucket = 0, 63 do
            redis.call('SET', string.format('{hearth:%02d}:j:prune-cache@redis', bucket), string.format('%.0f', fence))
        end
        return 'done'
        """

    @Test("The sentinels promote a replica: all is answered, the metrics tell, fences rise, and a job that was overtaken is counted")
    func failover() async throws {
        let sentinel = try await RedisSentinel.start()
        let hearth = try await start(try await Stage(latencyMilliseconds: 20), 1, redis: sentinel.url)
        let (load, clients) = try await fourClients(hearth)
        func runs(_ outcome: String) async throws -> Double {
            try await hearth.metrics().value("hearth_job_runs_total", ["job_name": "prune-cache", "outcome": outcome]) ?? 0
        }
        func prune(_ outcome: String) async throws {
            let before = try await runs(outcome)
            #expect(try await hearth.client.post("/api/v1/jobs/prune-cache/run").status == 202)
            try await Deadline.until("the run has ended: \(outcome)") { try await runs(outcome) == before + 1 }
        }
        func fence(_ server: RedisServer) async throws -> Int {
            Int(try await server.command(["HGET", "{hearth:jobs}:prune-cache:record", "fence"]).dropLast()) ?? 0
        }
        try await prune("success")
        let firstFence = try await fence(sentinel.master)
        #expect(try await Self.isConnected(hearth))
        let connected = try await Self.redis("reconnects_total", ["outcome": "ok"], of: hearth)

        sentinel.master.process.freeze()
        try await Deadline.until("the master is missed") { try await !Self.isConnected(hearth) }
        try await Deadline.until("the promoted one is used", within: .seconds(30)) { try await redisIsUp(hearth) }
        try await Deadline.until("it is connected") { try await Self.isConnected(hearth) }
        #expect(try await Self.redis("reconnects_total", ["outcome": "ok"], of: hearth) > connected)
        try await prune("success")
        #expect(try await fence(sentinel.replica) > firstFence && firstFence > 0)

        #expect(try await sentinel.replica.command(["EVAL", Self.laterRun, "0"]) == "done\n")
        try await prune("failure")
        let rejections = try await hearth.metrics().value("hearth_scheduler_fence_rejections_total", ["job_name": "prune-cache"])
        #expect(rejections == 1)
        #expect(Self.lines("Redis refuses a command", of: hearth).isEmpty, "that is no fault of Redis")

        sentinel.master.process.thaw()
        try await Deadline.until("the old master is a replica") {
            try await sentinel.master.command(["INFO", "replication"]).contains("role:slave")
        }
        try await load.untilAnswered(50)
        let score = load.take()
        print("Redis fail-over: \(score.answered) answered, slowest \(score.slowest)")
        #expect(score.failures.isEmpty, "\(score.failures.prefix(3))")
        #expect(score.slowest < Self.slowestAnswer)
        for client in clients { client.cancel() }
        #expect(try await hearth.terminate() == .init(status: 0))
        await sentinel.stop()
    }

    @Test("Slots of a cluster go to another node under load: all is answered, and each time that the map is read again is counted")
    func movedSlots() async throws {
        let cluster = try await RedisCluster.start()
        let hearth = try await start(try await Stage(latencyMilliseconds: 20), 1, redis: cluster.url)
        let (load, clients) = try await fourClients(hearth)
        let refreshes = try await Self.redis("topology_refreshes_total", of: hearth)
        #expect(refreshes >= 1)
        // With them go three of the 64 buckets.
        try await cluster.move(slots: 1500, from: 0, to: 1)
        try await Deadline.until("the map is read again") { try await Self.redis("topology_refreshes_total", of: hearth) > refreshes }
        let worked = try await Self.redis("operations_total", ["outcome": "ok"], of: hearth)
        try await load.untilAnswered(200)
        let score = load.take()
        print("Redis cluster: \(score.answered) answered while slots moved, slowest \(score.slowest)")
        #expect(score.failures.isEmpty, "\(score.failures.prefix(3))")
        #expect(score.slowest < Self.slowestAnswer)
        #expect(try await Self.redis("operations_total", ["outcome": "ok"], of: hearth) > worked)
        #expect(try await redisIsUp(hearth))
        for client in clients { client.cancel() }
        #expect(try await hearth.terminate() == .init(status: 0))
        await cluster.stop()
    }
}
