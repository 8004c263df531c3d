import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension ShadowCheckTests {
    private func skips(_ hearth: RunningHearth, _ reason: String) async throws -> Double? {
        try await hearth.metrics().value("hearth_cache_shadow_skips_total", ["reason": reason])
    }

    @Test("While callers use the provider nothing is checked")
    func busyProvider() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: Self.always.merging(["HEARTH_UPSTREAM_CONCURRENCY": "4"]) { $1 })
        _ = try await ask(1, hearth)
        try await stage.provider.behave(#""latencyMilliseconds": 5000"#)
        try await withThrowingTaskGroup(of: Void.self) { callers in
            for parcel in 2...4 {
                callers.addTask {
                    let asked = try await ask(parcel, hearth)
                    #expect(!asked.isCached)
                }
            }
            try await Deadline.until("three of four slots are taken") { try await stage.provider.callsInFlight == 3 }
            try await check(1, hearth)
            #expect(try await skips(hearth, "busy") == 1)
            #expect(try await verdicts(hearth) == [0, 0, 0])
            try await callers.waitForAll()
        }
        #expect(try await stage.provider.calls == 4)
        try await stage.provider.behave(#""latencyMilliseconds": 0"#)
        try await check(1, hearth)
        #expect(try await verdicts(hearth) == [1, 0, 0])
    }

    @Test("What does not fit into the queue is dropped and counted; two checks run at a time, hits go on, and a shutdown waits for none")
    func fullQueue() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: Self.always)
        _ = try await ask(1, hearth)
        try await stage.provider.behave(#""latencyMilliseconds": 20000"#)
        let clock = ContinuousClock()
        let began = clock.now
        for _ in 0..<70 { #expect(try await ask(1, hearth).isCached) }
        #expect(clock.now - began < .seconds(10))
        #expect(try await skips(hearth, "queue_full") == 6)
        #expect(try await hearth.metrics().value("hearth_cache_shadow_waiting") == 64)
        try await Deadline.until("two checks run") { try await stage.provider.callsInFlight == 2 }
        let told = clock.now
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(clock.now - told < .seconds(10))
        #expect(try await stage.provider.calls == 3)
    }

    @Test("Hits from a shared store are checked like those from memory")
    func sharedStore() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage()
        var replicas: [RunningHearth] = []
        for number in 1...2 {
            let own = ["REDIS_URL": redis.url, "HEARTH_DATA_DIR": stage.folder.path + "/data\(number)"]
            replicas.append(try await stage.start(environment: Self.always.merging(own) { $1 }))
        }
        for replica in replicas {
            try await Deadline.until("Redis is used") { try await replica.metrics().value("hearth_cache_coherence_live") == 1 }
        }
        let (writer, reader) = (replicas[0], replicas[1])
        _ = try await ask(1, writer)
        let body = #"{"query": "What does parcel 1 hold?", "language": "en"}"#
        try await Deadline.until("the answer is shared") {
            let lookup = try await reader.client.post("/api/v1/cache/explain", body).json
            return lookup["verdict"].text == "hit"
        }
        let reply = try await reader.client.post("/api/v1/cache/query", body).json
        #expect(reply["source"].text == "store")
        try await Deadline.until("the hit has been compared") { try await settled(reader) == 1 }
        #expect(try await verdicts(reader) == [1, 0, 0])
        #expect(try await verdicts(writer) == [0, 0, 0])
        for replica in replicas { #expect(try await replica.terminate() == .init(status: 0)) }
        await redis.stop()
    }
}
