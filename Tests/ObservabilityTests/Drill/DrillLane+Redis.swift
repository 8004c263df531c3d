import HearthTestKit

extension DrillLane {
    /// A store that was away is tried again soon.
    private static func settings(memory: String, more: String = "") -> String {
        """
        cache: {lookupDeadline: 5s, memoryBytes: \(memory)}
        redis: {breakerOpenTime: 1s}
        jobs:
          probe-stores: {schedule: "@every 1s", retries: 0}
          \(more)

        """
    }

    /// Redis answers, but slowly, wrongly or not to everything; every question goes there.
    static let redis = DrillLane(
        name: "redis", setup: .init(settings: settings(memory: "0"), usesRedis: true),
        prepare: { stage in
            // What is asked while Redis is slow is kept already: the short deadlines of misses would cost it its connections.
            stage.traffic.change(perSecond: 22, newShare: 0)
            // Everything that is asked has come once by then.
            try await Task.sleep(for: .seconds(3))
        },
        drills: [
            Drill(
                fault: "Redis answers after 220 ms",
                alerts: [
                    .init(alert: "HearthResponseTimeHigh"), .init(alert: "HearthOverheadHigh", isTold: false),
                    .init(alert: "HearthLatencyBudgetBurn", labels: ["window": "1h"]),
                ],
                inject: { stage in
                    // Few enough answers that the budget, which is critical and silences the rest, is not judged at once.
                    // Slower than the 200 ms that are allowed, but not so slow that connections are given up.
                    stage.redis?.proxy.set(.init(latency: .milliseconds(220) ... .milliseconds(220)), [.toClient])
                },
                heal: { $0.redis?.proxy.set(.init(), [.toClient]) }),
            Drill(
                fault: "kept answers are damaged", alerts: [.init(alert: "HearthCacheIntegrity")],
                inject: { stage in
                    for key in try await stage.redis?.command("--scan", "--pattern", "*:e:*").split(separator: "\n") ?? [] {
                        try await stage.redis?.command("HSET", String(key), "a", "damaged")
                    }
                },
                heal: { _ in }),
            Drill(
                fault: "Redis has no memory for writes", alerts: [.init(alert: "HearthStoreErrors", labels: ["store": "redis"])],
                inject: { stage in
                    stage.traffic.change(perSecond: 22, newShare: 0.3)
                    try await stage.redis?.command("CONFIG", "SET", "maxmemory", "1")
                },
                heal: { stage in
                    stage.traffic.change(perSecond: 22, newShare: 0)
                    try await stage.redis?.command("CONFIG", "SET", "maxmemory", "0")
                }),
        ])

    /// Redis, or the way to hear of changes in it, is gone.
    static let redisDown = DrillLane(
        name: "redis-down",
        setup: .init(
            settings: settings(memory: "1MiB", more: #"prune-cache: {schedule: "@every 2s", jitter: 0s, retries: 0}"#), usesRedis: true),
        prepare: { $0.traffic.change(perSecond: 15, newShare: 0.2) },
        drills: [
            Drill(
                fault: "only the connection for news is cut and refused", alerts: [.init(alert: "HearthCoherenceLost")],
                inject: { stage in
                    try await stage.redis?.command("ACL", "SETUSER", "default", "-subscribe", "-ssubscribe", "-psubscribe")
                    try await stage.redis?.command("CLIENT", "KILL", "TYPE", "pubsub")
                },
                heal: { try await $0.redis?.command("ACL", "SETUSER", "default", "+@all") }),
            Drill(
                fault: "Redis is killed",
                alerts: [
                    .init(alert: "HearthStoreDown", labels: ["store": "redis"]), .init(alert: "HearthCacheLookupErrors"),
                    .init(alert: "HearthCoherenceLost"),
                    .init(alert: "HearthJobNotSucceeding", labels: ["job_name": "prune-cache"]),
                    .init(alert: "HearthJobFailing", labels: ["job_name": "prune-cache"], isTold: false),
                ],
                // A job that failed for some seconds is judged over an hour, which is 90 seconds.
                limit: .seconds(110),
                inject: { await $0.redis?.kill() },
                heal: { try await $0.redis?.startAgain() }),
        ])

    /// The service's clock is not that of Redis.
    static let clock = DrillLane(
        name: "clock", setup: .init(settings: settings(memory: "1MiB"), usesRedis: true, movesClock: true),
        drills: [
            Drill(
                fault: "the service's clock is set 3 s ahead", alerts: [.init(alert: "HearthClockSkew", labels: ["source": "redis"])],
                // The clocks are compared each half minute.
                limit: .seconds(80),
                inject: { try $0.clock?.set(.seconds(3)) }, heal: { try $0.clock?.set(.zero) })
        ])
}
