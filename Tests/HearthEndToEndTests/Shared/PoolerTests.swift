import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("PostgreSQL behind PgBouncer", .serialized, .timeLimit(.minutes(10)))
    struct PoolerTests {
        /// Debian's PgBouncer does not know prepared statements: whatever a client sets or prepares is lost or met by another one.
        @Test("Transactions are pooled: tables, runs, statistics and invalidations need nothing else, also over a pause and a restart")
        func transactions() async throws {
            let server = try await PostgresServer.start()
            let pooler = try await PgBouncer.start(before: server)
            let redis = try await RedisServer.start()
            // The tables are made through the pooler, by both at once.
            let replicas = try await Replicas(2, on: server)
            let environment = ["DATABASE_URL": pooler.url, "REDIS_URL": redis.url, "OPENAI_BASE_URL": replicas.stages[0].provider.baseURL]
            let running = try await replicas.startAll(
                jobs: [
                    #"aggregate-statistics: {schedule: "* * * * * *", seconds: true, catchUp: latest}"#,
                    #"prune-cache: {schedule: "* * * * * *", seconds: true, jitter: 0s}"#,
                ], environment: environment)
            for replica in running {
                try await Deadline.until("Redis is used") { try await replica.metrics().value("hearth_cache_coherence_live") == 1 }
            }
            let load = Task { await Replicas.load(running) }
            try await Self.expectWork(running)
            let errors = try await Self.errors(running)
            #expect(errors == 0, "\(errors) operations failed")

            try await pooler.command("PAUSE")
            // How long the pooler stands still.
            try await Task.sleep(for: .seconds(1))
            #expect(try await running[0].client.get("/readyz").status == 200)
            try await pooler.command("RESUME")
            try await Self.expectWork(running)
            try await pooler.command("RECONNECT")
            try await Self.expectWork(running)

            await pooler.crash()
            try await Deadline.until("the health report tells") {
                try await running[0].client.get("/api/v1/cache/health").json["database"]["connected"].bool == false
            }
            try await pooler.startAgain()
            let back = ContinuousClock.now
            try await Self.expectWork(running)
            print("PostgreSQL: work goes on \(ContinuousClock.now - back) after the pooler's restart")

            try await Deadline.until("no operation fails any more") {
                let before = try await Self.errors(running)
                try await Self.expectWork(running)
                return try await Self.errors(running) == before
            }

            // An invalidation is known to all, through the log in the database.
            _ = try await running[0].client.send(.delete, "/api/v1/cache/invalidate?language=en")
            let made = try await running[0].client.get("/api/v1/cache/invalidations").text
            #expect(try await replicas.database.query("SELECT count(*)::bigint FROM invalidation").first?.integer(0) == 1, "\(made)")

            load.cancel()
            let statuses = await load.value
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [0, 200]) && $0[0] ?? 0 <= 1 && $0[200] ?? 0 > 100 }, "\(statuses)")
            for replica in running {
                try await Deadline.until("the statistics are complete") {
                    try await Replicas.reportIsComplete(replica, of: running)
                }
                #expect(try await replica.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0)
            }
            #expect(try await replicas.firingsDoneTwice() == 0)
            for replica in running { #expect(try await replica.terminate() == .init(status: 0)) }
            await pooler.stop()
            await redis.stop()
            await server.stop()
        }

        /// Both jobs succeed for a firing after this moment.
        private static func expectWork(_ replicas: [RunningHearth]) async throws {
            let now = SystemTimeSource().now()
            for job in ["aggregate-statistics", "prune-cache"] {
                try await Deadline.until("\(job) runs") {
                    try await replicas[0].client.get("/api/v1/jobs/\(job)/runs?limit=10").json["runs"].items.contains { run in
                        run["outcome"].text == "success"
                            && run["scheduledAt"].text.flatMap { Timestamp(iso8601: $0) }.map { $0 > now } == true
                    }
                }
            }
        }

        private static func errors(_ replicas: [RunningHearth]) async throws -> Double {
            var errors = 0.0
            for replica in replicas {
                let labels = ["store": "postgres", "outcome": "error"]
                errors += try await replica.metrics().value("hearth_store_operations_total", labels) ?? 0
            }
            return errors
        }
    }
}
